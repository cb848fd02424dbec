# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan corpus summary`, `codescan index remove --opt-outs`, and indexes that are stale."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from codescan.app.corpus_summary import FORMATS
from codescan.app.opt_outs import read_list
from codescan.app.result_schemas import result_schema
from codescan.errors import UsageError
from codescan.text.swhid import swhid

SPDX_3 = Path(__file__).parents[1] / "data" / "spdx" / "spdx-json-schema-3.0.1.json"
FUNCTION = "def tide_{n}(height, hours):\n    return [height * h for h in range(hours + {n})]\n"


@pytest.fixture
def corpus(tmp_path):
    """Files under three licenses, one of them unknown, with a copy under another license."""
    folder = tmp_path / "corpus"
    held = "# SPDX-FileCopyrightText: 2020 {0}\n# SPDX-License-Identifier: {1}\n"
    files = {
        "mit/a.py": held.format("Ada Lovelace", "MIT") + FUNCTION.format(n=1),
        "mit/b.py": held.format("Ada Lovelace", "MIT") + FUNCTION.format(n=2),
        "gpl/c.py": held.format("Grace Hopper", "GPL-3.0-only") + FUNCTION.format(n=3),
        "none/d.py": "# mail kurt@weill-werke.de\n" + FUNCTION.format(n=4),
        "copy/d.py": "# mail kurt@weill-werke.de\n" + FUNCTION.format(n=4),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def index(call, corpus, tmp_path):
    out = tmp_path / "index"
    assert call("index", "build", "--corpus", corpus, "--out", out, "-q", "--workers", 1)[0] == 0
    return out


def summary_of(call, index, *options):
    code, out, err = call("corpus", "summary", "--index", index, "--format", "json", "-q", *options)
    assert code == 0
    return json.loads(out), err


def test_the_summary_counts_what_the_index_holds(call, index, corpus):
    summary, err = summary_of(call, index)
    assert err == ""
    assert (summary["files"], summary["contents"]) == (5, 4)
    sizes = [
        (corpus / name).stat().st_size for name in ("mit/a.py", "mit/b.py", "gpl/c.py", "none/d.py")
    ]
    assert summary["bytes"] == sum(sizes)
    assert summary["duplicates"]["extra_files"] == 1
    assert summary["duplicates"]["extra_bytes"] == sizes[3]
    categories = {row["name"]: row["files"] for row in summary["license_categories"]}
    assert categories == {"permissive": 2, "strong-copyleft": 1, "unknown": 2}
    assert {row["name"]: row["files"] for row in summary["holders"]} == {
        "Ada Lovelace": 2,
        "Grace Hopper": 1,
    }
    assert summary["files_without_holder"] == 2
    assert summary["private_data"] is None
    assert summary["opt_outs"] is None
    assert sum(row["files"] for row in summary["languages"]) == 5


def test_private_data_is_counted_and_not_shown(call, index):
    summary, _err = summary_of(call, index, "--private-data")
    (kind,) = summary["private_data"]["kinds"]
    assert (kind["kind"], kind["items"], kind["texts"]) == ("e-mail", 1, 1)
    assert "weill" not in json.dumps(summary)


def test_the_json_follows_its_schema(call, index):
    jsonschema = pytest.importorskip("jsonschema")
    summary, _err = summary_of(call, index, "--private-data")
    jsonschema.Draft202012Validator(result_schema("corpus summary")).validate(summary)
    summary["files"] = "many"
    assert not jsonschema.Draft202012Validator(result_schema("corpus summary")).is_valid(summary)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_the_same_twice_and_escapes_names(call, index, format_):
    first = call("corpus", "summary", "--index", index, "--format", format_, "-q")
    assert first[0] == 0
    assert first == call("corpus", "summary", "--index", index, "--format", format_, "-q")


def test_spdx_3_passes_the_official_schema(call, index):
    pytest.importorskip("spdx_python_model")
    rust = pytest.importorskip("jsonschema_rs")
    schema = rust.validator_for(json.loads(SPDX_3.read_text(encoding="utf-8")))
    _code, out, _err = call(
        "corpus", "summary", "--index", index, "--format", "spdx3", "--private-data", "-q"
    )
    summary = json.loads(out)
    schema.validate(summary)
    (dataset,) = [each for each in summary["@graph"] if each["type"] == "dataset_DatasetPackage"]
    assert dataset["dataset_hasSensitivePersonalInformation"] == "yes"
    assert {"builtTime", "releaseTime", "originatedBy", "software_downloadLocation"} <= set(dataset)
    dataset["unheard_of"] = 1
    assert not schema.is_valid(summary)


def test_the_ml_bom_passes_the_official_schema(call, index):
    pytest.importorskip("jsonschema")
    pytest.importorskip("cyclonedx")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    _code, out, _err = call(
        "corpus", "summary", "--index", index, "--format", "cyclonedx", "--private-data", "-q"
    )
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(out) is None
    (data,) = json.loads(out)["components"][0]["data"]
    assert data["sensitiveData"] == ["e-mail: 1"]


def test_the_template_names_what_the_provider_must_answer(call, index):
    _code, out, _err = call("corpus", "summary", "--index", index, "--format", "eu-template", "-q")
    for section in (
        "1.1.",
        "1.2.",
        "1.3.",
        "2.1.",
        "2.2.",
        "2.3.",
        "2.4.",
        "2.5.",
        "2.6.",
        "3.1.",
        "3.2.",
        "3.3.",
    ):
        assert f"\n## {section}" in out
    listed = out[out.index("## Open fields") :]
    assert "Provider name and contact details" in listed
    assert "Modality" not in listed
    assert out.count("OPEN: the provider answers this.") == listed.count("\n- ")


def test_hostile_names_stay_text(call, tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    name = "<script>alert(1)</script>\x1b[31m::error::|"
    (folder / "a.py").write_text(f"# Copyright 2020 {name}\n" + FUNCTION.format(n=1))
    out = tmp_path / "index"
    assert call("index", "build", "--corpus", folder, "--out", out, "-q", "--workers", 1)[0] == 0
    for format_ in FORMATS:
        _code, shown, _err = call("corpus", "summary", "--index", out, "--format", format_, "-q")
        assert "\x1b" not in shown
        assert format_ != "html" or "<script>" not in shown
        assert not any(line.startswith("::") for line in shown.splitlines())


# Opt-outs


def test_each_kind_of_entry_removes_what_it_names(call, index, corpus, tmp_path):
    gpl = (corpus / "gpl/c.py").read_bytes()
    twice = (corpus / "none/d.py").read_bytes()
    (purl,) = call("index", "info", index, "--list-packages")[1].split()
    for entry, files in (
        (swhid(gpl), 1),
        (f"sha256:{hashlib.sha256(gpl).hexdigest()}", 1),
        (hashlib.sha256(twice).hexdigest(), 2),
        ("path:mit/**", 2),
        ("holder:ada lovelace", 2),
        (f"{purl}#mit/a.py", 1),
    ):
        copied = tmp_path / "copied"
        assert (
            call("index", "build", "--corpus", corpus, "--out", copied, "-q", "--workers", 1)[0]
            == 0
        )
        listed = tmp_path / "list"
        listed.write_text(f"# taken down\n{entry}\n")
        code, out, _err = call(
            "index", "remove", copied, "--opt-outs", listed, "--format", "json", "-q"
        )
        assert code == 0, entry
        summary = json.loads(out)
        assert summary["removed"] == {entry: files}
        assert summary["not_found"] == []
        assert summary_of(call, copied)[0]["files"] == 5 - files
        assert call("index", "verify", copied, "-q")[0] == 0
        for path in copied.rglob("*"):
            if path.is_file():
                path.unlink()


def test_an_entry_that_matches_nothing_is_named(call, index, tmp_path):
    listed = tmp_path / "list"
    listed.write_text("path:mit/a.py\nholder:Ada\nholder:Ada Love\npkg:pypi/nobody\n")
    code, out, _err = call("index", "remove", index, "--opt-outs", listed, "--format", "json", "-q")
    assert code == 5
    assert json.loads(out)["not_found"] == ["holder:Ada Love", "pkg:pypi/nobody"]
    summary, _err = summary_of(call, index)
    assert summary["files"] == 3
    assert summary["opt_outs"]["entries"] == 4


@pytest.mark.parametrize(
    "line", ["mit/a.py", "swh:1:dir:" + "0" * 40, "sha256:12", "holder:", "x" * 2000]
)
def test_a_line_that_is_no_entry_applies_nothing(call, index, tmp_path, line):
    listed = tmp_path / "list"
    listed.write_text(f"path:mit/a.py\n{line}\n")
    code, _out, err = call("index", "remove", index, "--opt-outs", listed, "-q")
    assert code == 2
    assert ":2:" in err
    assert summary_of(call, index)[0]["files"] == 5


def test_a_list_without_entries_or_text_is_a_usage_error(tmp_path):
    listed = tmp_path / "list"
    for content in (b"", b"# nothing\n", b"\xff\xfe\xff"):
        listed.write_bytes(content)
        with pytest.raises(UsageError):
            read_list(listed)


def test_purls_and_a_list_exclude_each_other(call, index, tmp_path):
    assert call("index", "remove", index)[0] == 2
    assert call("index", "remove", index, "pkg:a/b@1", "--opt-outs", tmp_path / "list")[0] == 2


def test_the_last_file_is_not_removed(call, index, tmp_path):
    listed = tmp_path / "list"
    listed.write_text("path:**\n")
    assert call("index", "remove", index, "--opt-outs", listed)[0] == 2
    assert summary_of(call, index)[0]["files"] == 5


def test_a_changed_list_makes_the_index_stale(call, index, tmp_path):
    listed = tmp_path / "list"
    listed.write_text("path:mit/a.py\n")
    assert call("index", "remove", index, "--opt-outs", listed, "-q")[0] == 0
    summary, err = summary_of(call, index)
    assert (summary["stale"], err) == ([], "")
    listed.write_text("path:mit/a.py\npath:mit/b.py\n")
    summary, err = summary_of(call, index)
    assert "has changed since it was applied" in summary["stale"][0]
    assert "stale" in err
    assert "stale" in call("index", "info", index)[2]
    listed.unlink()
    assert "cannot be read" in summary_of(call, index)[0]["stale"][0]


def test_changed_sources_make_the_index_stale(call, index, corpus):
    later = time.time() + 60
    (corpus / "mit/a.py").write_text("x = 1\n")
    os.utime(corpus / "mit/a.py", (later, later))
    summary, _err = summary_of(call, index)
    assert "has changed since it was built" in summary["stale"][0]


def test_a_scan_warns_of_a_stale_index(call, index, corpus, tmp_path):
    query = corpus / "mit/a.py"
    report, err = (call("scan", query, "--index", index, "--format", "json"))[1:]
    assert "stale" not in json.loads(report)["index"]
    assert "stale" not in err
    later = time.time() + 60
    os.utime(corpus / "mit/a.py", (later, later))
    report, err = call("scan", query, "--index", index, "--format", "json")[1:]
    assert "has changed since it was built" in json.loads(report)["index"]["stale"][0]
    assert "the index is stale: its source" in err
    moved = corpus.rename(tmp_path / "moved")
    report, err = call("scan", moved / "mit/a.py", "--index", index, "--format", "json")[1:]
    # The index of a source that went away, such as a pulled one, is as good as before.
    assert "stale" not in json.loads(report)["index"]
    assert "stale" not in err


def test_a_rebuilt_index_keeps_its_opt_outs(call, index, corpus, tmp_path):
    listed = tmp_path / "list"
    listed.write_text("path:mit/**\n")
    assert call("index", "remove", index, "--opt-outs", listed, "-q")[0] == 0
    build = ("index", "build", "--corpus", corpus, "--out", index, "-q", "--workers", 1)
    assert call(*build)[0] == 0
    summary, _err = summary_of(call, index)
    assert summary["files"] == 3
    assert summary["stale"] == []
    listed.unlink()
    code, _out, err = call(*build)
    assert code == 2
    assert "opt-out list" in err


def test_files_that_could_not_be_read_change_the_headline_and_the_exit_code(call, corpus, tmp_path):
    (corpus / "mit" / "broken.py").write_bytes(b"x = 1\n\0\xff\xfe\n")
    out = tmp_path / "partial"
    assert call("index", "build", "--corpus", corpus, "--out", out, "-q", "--workers", 1)[0] == 5
    code, shown, _err = call("corpus", "summary", "--index", out, "-q")
    assert (code, shown.splitlines()[0].endswith("1 file not read")) == (5, True)
    code, page, _err = call("corpus", "summary", "--index", out, "--format", "html", "-q")
    assert (code, "1 file of the corpus could not be read" in page) == (5, True)
    allowed = call("corpus", "summary", "--index", out, "-q", "--allow-unchecked", "undecodable")
    assert allowed[0] == 0
