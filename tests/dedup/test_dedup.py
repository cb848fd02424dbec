# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import gzip
import importlib.util
import json
import random
from pathlib import Path

import pytest

from codescan.app.dedup import DedupOptions, dedup, duplicates_of
from codescan.cli.dedup_text import dedup_text
from codescan.errors import CodescanError, UsageError

_spec = importlib.util.spec_from_file_location("_sets", Path(__file__).with_name("conftest.py"))
_sets = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_sets)
module, edited = _sets.module, _sets.edited


def rows_of(*paths, **options):
    rows = duplicates_of(DedupOptions(paths, workers=1, **options))
    return {row.document: row for row in rows if row.level == "file"}


def run(*paths, **options):
    return dedup(DedupOptions(paths, workers=1, **options))


def test_equal_reformatted_edited_and_renamed_files_are_found(write_rows):
    base = module(1)
    rows = [
        {"id": "a", "content": base},
        {"id": "b-bytes", "content": base},
        {"id": "c-layout", "content": "# another header\n" + base.replace("    ", "\t")},
        {"id": "d-edited", "content": edited(base, 0.05, 1)},
        {"id": "e-renamed", "content": base.replace("alpha", "first").replace("beta", "second")},
        *({"id": f"other{n}", "content": module(n)} for n in range(10, 20)),
    ]
    duplicates = rows_of(write_rows(rows), keep="first", columns={"path": ""})
    reasons = {name: row.reason for name, row in duplicates.items() if row.cluster}
    assert reasons["a"] == "kept-copy"
    assert reasons["b-bytes"] == "equal-bytes"
    assert reasons["c-layout"] == "equal-tokens"
    assert reasons["d-edited"] == "near-duplicate"
    assert reasons["e-renamed"] in {"renamed", "near-duplicate"}
    assert len(reasons) == 5
    assert len({row.cluster for row in duplicates.values() if row.cluster}) == 1


@pytest.mark.parametrize("keep", ["best-license", "earliest", "first", "longest"])
def test_each_keep_rule_keeps_one_copy(write_rows, keep):
    base = module(3)
    rows = [
        {"id": "a", "content": base, "date": "2021-01-01", "repo": "x/a", "license": "MIT"},
        {"id": "b", "content": base + "\n# longer\n", "date": "2020-01-01", "repo": "x/b"},
        {
            "id": "c",
            "content": base,
            "date": "2019-01-01",
            "repo": "x/c",
            "license": "GPL-3.0-only",
        },
    ]
    duplicates = rows_of(write_rows(rows), keep=keep, columns={"path": ""})
    kept_names = [name for name, row in duplicates.items() if row.decision == "kept"]
    assert kept_names == [
        {"best-license": "c", "earliest": "c", "first": "a", "longest": "b"}[keep]
    ]


def test_a_copy_in_a_vendor_folder_gives_way_to_the_project_it_is_of(tmp_path):
    base = module(4)
    for path in ("origin/origin/core.py", "user/_vendor/origin/core.py"):
        file = tmp_path / "data" / path
        file.parent.mkdir(parents=True)
        file.write_text(base)
    rows = rows_of(tmp_path / "data")
    assert rows["origin/origin/core.py"].decision == "kept"
    assert rows["user/_vendor/origin/core.py"].decision == "dropped"


def test_licenses_of_different_categories_in_a_cluster_are_reported(write_rows, tmp_path):
    base = module(5)
    rows = [
        {
            "id": "gpl",
            "content": base,
            "license": "GPL-3.0-only",
            "repo": "o/gpl",
            "date": "2010-01-01",
        },
        {"id": "mit", "content": base, "license": "MIT", "repo": "o/mit", "date": "2020-01-01"},
        {
            "id": "bsd",
            "content": base,
            "license": "BSD-3-Clause",
            "repo": "o/bsd",
            "date": "2020-01-01",
        },
        {"id": "none", "content": base, "repo": "o/none", "date": "2020-01-01"},
    ]
    summary = run(write_rows(rows), out=tmp_path / "out", columns={"path": ""}).summary
    (case,) = summary.laundering
    assert (case.kept, case.license, case.category) == ("gpl", "GPL-3.0-only", "strong-copyleft")
    assert case.documents == ("bsd", "mit")
    assert case.owners == ("git/github.com/o/bsd", "git/github.com/o/mit")
    assert summary.laundering_documents == 2
    listed = (tmp_path / "out/license-laundering.jsonl").read_text().splitlines()
    assert json.loads(listed[0])["kept"] == "gpl"


def test_a_chain_of_ever_different_versions_is_not_merged_into_one(write_rows):
    rng = random.Random(7)
    lines = module(7, 6).split("\n")
    versions = []
    for number in range(40):
        versions.append({"id": f"v{number:02}", "content": "\n".join(lines)})
        for _ in range(6):
            at = rng.randrange(1, len(lines))
            lines[at] = f"step_{number} = call_{rng.randrange(10**6)}(arg_{rng.randrange(10**6)})"
    rows = rows_of(write_rows(versions), keep="first", columns={"path": ""})
    kept_names = [name for name, row in rows.items() if row.decision == "kept"]
    assert 3 <= len(kept_names) <= 20
    for row in rows.values():
        if row.decision == "dropped":
            assert row.similarity >= 0.8


def test_functions_and_passages_are_found_in_independent_files_only(write_rows):
    shared = _sets.function(random.Random(8), "shared_one", 20)
    rows = [
        {"id": f"host{n}", "content": f"{module(30 + n, 5)}\n\n{shared}\n\n{module(60 + n, 5)}"}
        for n in range(3)
    ]
    duplicates = list(
        duplicates_of(DedupOptions((write_rows(rows),), workers=1, columns={"path": ""}))
    )
    files = [row for row in duplicates if row.level == "file"]
    assert {row.decision for row in files} == {"kept"}
    for level in ("unit", "passage"):
        clusters = {}
        for row in duplicates:
            if row.level == level:
                clusters.setdefault(row.cluster, []).append(row)
        (members,) = clusters.values()
        assert {row.document for row in members} == {"host0", "host1", "host2"}
        assert [row.decision for row in members].count("kept") == 1
        text = rows[0]["content"].split("\n")
        own = next(row for row in members if row.document == "host0")
        assert "def shared_one" in "\n".join(text[own.start_line - 1 : own.end_line])


def test_nothing_in_the_data_is_reported_as_nothing_checked(tmp_path):
    (tmp_path / "data").mkdir()
    result = run(tmp_path / "data")
    assert result.exit_code == 5
    assert result.summary.coverage["state"] == "nothing"
    (tmp_path / "data/empty.py").write_text("")
    assert run(tmp_path / "data").exit_code == 5


def test_an_input_that_cannot_be_read_is_named_and_exits_with_5(write_rows, tmp_path):
    good = write_rows([{"content": module(1)}], "d/good.jsonl")
    (tmp_path / "d/bad.jsonl.gz").write_bytes(gzip.compress(good.read_bytes())[:-30])
    with (tmp_path / "d/good.jsonl").open("a") as file:
        file.write("not json\n[1]\n" + json.dumps({"content": 5}) + "\n")
    result = run(tmp_path / "d")
    assert result.exit_code == 5
    named = {(skip.item, skip.reason) for skip in result.summary.skipped}
    assert ("good.jsonl:2", "bad-json") in named
    assert ("good.jsonl:3", "bad-json") in named
    assert ("good.jsonl:4", "bad-row") in named
    assert any(item.startswith("bad.jsonl.gz") for item, _reason in named)
    assert run(tmp_path / "d/good.jsonl", allow_unchecked=("bad-json", "bad-row")).exit_code == 0


def test_wrong_columns_are_named(write_rows):
    path = write_rows([{"body_text": "x"}])
    with pytest.raises(UsageError, match="body_text"):
        run(path)
    with pytest.raises(UsageError, match="nope"):
        run(path, columns={"content": "nope"})
    with pytest.raises(UsageError, match="role"):
        run(path, columns={"kontent": "body_text"})
    assert run(path, columns={"content": "body_text"}).summary.documents == 1


def test_sentinels_tiny_texts_and_one_row(write_rows):
    assert run(write_rows([{"content": "x = 1"}])).summary.kept == 1
    rows = [
        {"content": text}
        for text in (
            "<|endoftext|>",
            "",
            "\0",
            "x",
            "x",
            "-1",
            "# only a comment",
            "# only another one",
        )
    ]
    result = run(write_rows(rows, "s.jsonl"))
    assert result.summary.documents == 6
    assert result.summary.dropped == 1


def test_all_files_equal(write_rows):
    summary = run(write_rows([{"content": module(2)}] * 500)).summary
    assert (summary.kept, summary.dropped) == (1, 499)


def test_texts_in_other_encodings_equal_the_same_text(tmp_path):
    text = module(6) + "\nname = 'Größe'\n"
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.py").write_bytes(text.encode())
    (tmp_path / "data/b.py").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    (tmp_path / "data/c.py").write_bytes(text.encode("latin-1"))
    (tmp_path / "data/d.bin").write_bytes(bytes(range(256)) * 9)
    rows = rows_of(tmp_path / "data", keep="first")
    assert {name: row.reason for name, row in rows.items()} == {
        "a.py": "kept-copy", "b.py": "equal-tokens", "c.py": "near-duplicate",
    }  # fmt: skip


def test_a_large_text_is_compared_for_equality_and_noted(write_rows, monkeypatch):
    monkeypatch.setattr("codescan.dedup.texts.MAX_NEAR_BYTES", 1000)
    rows = [{"content": module(1)}, {"content": module(1)}, {"content": edited(module(1), 0.05, 2)}]
    result = run(write_rows(rows))
    assert result.exit_code == 5
    assert (result.summary.kept, result.summary.dropped) == (2, 1)


def test_the_output_folder_must_not_lie_in_the_data(tmp_path):
    (tmp_path / "data").mkdir()
    with pytest.raises(UsageError, match="lies in"):
        run(tmp_path / "data", out=tmp_path / "data/out")
    (tmp_path / "file").write_text("")
    with pytest.raises(CodescanError):
        run(tmp_path / "data", out=tmp_path / "file/out")


def test_a_link_that_leads_out_of_the_training_set_is_named(tmp_path):
    data, outside = tmp_path / "data", tmp_path / "outside"
    for number, folder in enumerate((data, outside)):
        folder.mkdir()
        (folder / "a.py").write_text(module(number))
    (data / "inner.py").symlink_to("a.py")
    assert run(data).exit_code == 0
    (data / "outer.py").symlink_to(outside / "a.py")
    result = run(data)
    assert result.exit_code == 5
    assert result.summary.coverage["unchecked"] == {"outside-link": 1}
    assert "Not checked: 1 outside-link" in dedup_text(result.summary, None)
    assert "Out of scope: 1 link" in dedup_text(result.summary, None)


@pytest.mark.parametrize(
    "pointer",
    [
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        "/annex/objects/SHA256E-s9--00.py\n",
    ],
)
def test_what_is_kept_elsewhere_is_not_checked(tmp_path, pointer):
    (tmp_path / "a.py").write_text(pointer)
    (tmp_path / "b.py").write_text(pointer)
    (tmp_path / "c.py").write_text(_sets.module(1))
    result = run(tmp_path)
    assert result.summary.documents == 1
    assert [skip.reason for skip in result.summary.skipped] == ["lfs-pointer"] * 2
    assert result.exit_code == 5
