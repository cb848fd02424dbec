# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decisions: policy, baseline, allow comments, own project; each lets in only what it names."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from harbor_texts import C_COPY, COPY

from codescan.gate.comments import allowances
from codescan.gate.policy_files import DiskFiles
from codescan.gate.project import Projects
from codescan.licenses.project_packages import repository_of
from codescan.records import Package, Region

ACCEPT = ("--update-baseline", "--reason", "asked the owner", "--reviewer", "Tess")


def findings(check, *arguments):
    _, out, _ = check(*arguments, "--format", "json")
    return json.loads(out)["findings"]


def test_an_accepted_passage_passes_wherever_it_moves_in_its_file(work, check):
    work.write("a.py", COPY)
    assert check()[0] == 1
    assert check(*ACCEPT)[0] == 0
    assert check()[0] == 0
    work.write(
        "a.py", "moved = True\n\n\n" + COPY.replace("    times = []", "    times = []  # all")
    )
    assert check()[0] == 0


def test_a_new_copy_of_an_accepted_passage_is_new(work, check):
    work.stage("a.py", COPY)
    check(*ACCEPT)
    work.git("add", "-A")
    work.commit()
    work.stage("b.py", COPY)
    code, out, _ = check("--staged")
    assert code == 1
    assert "accepted in a.py only" in out
    work.git("rm", "-qf", "b.py")
    work.stage("a.py", COPY + "\n\n" + COPY)
    code, out, _ = check("--staged")
    assert code == 1
    assert "another copy than the 1 accepted" in out
    assert check(*ACCEPT)[0] == 0
    assert check("--staged")[0] == 0


def test_an_expired_decision_fails_again_and_says_so(work, check):
    work.write("a.py", COPY)
    check(*ACCEPT, "--expires", "2020-02-01")
    code, out, _ = check()
    assert code == 1
    assert "expired on 2020-02-01" in out
    assert "asked the owner" in out


@pytest.mark.usefixtures("work")
def test_a_decision_needs_a_reason_and_a_reviewer(check):
    assert check("--update-baseline")[0] == 2
    assert check("--update-baseline", "--reason", "x", "--reviewer", " ")[0] == 2
    assert check("--reason", "x")[0] == 2


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"schema_version": 2, "entries": []}', '{"schema_version": 1, "entries": [{}]}'],
)
def test_a_damaged_baseline_lets_nothing_through(work, check, text):
    work.write(".codescan.baseline.json", text)
    work.write("a.py", COPY)
    assert check()[0] == 2


def test_what_is_gone_from_a_file_is_gone_from_the_baseline(work, check):
    work.write("a.py", COPY)
    work.write("b.py", COPY)
    check(*ACCEPT)
    work.write("a.py", "nothing = 1\n")
    check(*ACCEPT)
    entries = json.loads((work.root / ".codescan.baseline.json").read_text())["entries"]
    assert [entry["path"] for entry in entries] == ["b.py"]


def test_a_comment_lets_in_its_passage_and_no_other(work, check):
    work.write(
        "a.py", "# codescan: allow-next reason=we wrote it\n" + COPY + "\n\nx = 1\n\n" + COPY
    )
    decided = findings(check)
    assert [f["policy"]["accepted"] for f in decided] == ["allow-comment", ""]
    assert "we wrote it" in decided[0]["policy"]["accepted_reason"]


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("allow reason=ours", 0),
        ("allow", 1),
        ("allow[license-conflict] reason=ours", 0),
        ("allow[license-unknown] reason=ours", 1),
        ("allow pkg:generic/harbors reason=ours", 0),
        ("allow pkg:generic/other reason=ours", 1),
    ],
)
def test_a_comment_names_rules_origins_and_a_reason(work, check, comment, code):
    work.write("a.py", COPY.replace("times = []", f"times = []  # codescan: {comment}", 1))
    assert check()[0] == code


def test_off_and_on(work, check):
    allowed = f"# codescan: off reason=ours\n{COPY}# codescan: on\n"
    work.write("a.py", allowed)
    assert check()[0] == 0
    work.write("a.py", f"{allowed}\n\n{COPY}")
    assert check()[0] == 1


def test_comments_that_have_no_effect_are_reported(work, check):
    work.write("a.py", "x = 1  # codescan: allow reason=old\n")
    _, _, err = check()
    assert "a.py:1" in err
    assert "no effect" in err


def test_comments_of_other_languages_are_read():
    text = (
        b"/* codescan: allow-next reason=ours */\n\nint a;\n"
        b"<!-- codescan: allow reason=b -->\n-- codescan: off reason=c\nx\n"
    )
    first, second, third = allowances(text)
    assert (first.region, first.reason) == (Region(3, 3), "ours")
    assert (second.region, second.reason) == (Region(4, 4), "b")
    assert (third.region, third.whole) == (Region(5, 6), True)


def test_prose_about_the_comments_is_no_comment():
    assert allowances(b'the words "codescan" and codescan: allow reason=x in a text') == ()


def test_policy_lists_of_the_configuration(work, check):
    work.write("a.c", C_COPY)
    assert findings(check)[0]["policy"]["state"] == "ok-with-obligations"
    work.write("codescan.toml", '[deny]\nlicenses = ["MIT"]\n')
    assert findings(check)[0]["policy"]["state"] == "conflict"
    work.write("codescan.toml", '[allow]\npaths = ["*.c"]\n')
    assert "allowed by path" in findings(check)[0]["policy"]["reason"]
    work.write("codescan.toml", 'fail_states = ["conflict", "unknown"]\n')
    assert check()[0] == 0
    work.write("codescan.toml", '[alow]\nlicenses = ["MIT"]\n')
    code, _, err = check()
    assert code == 2
    assert "did you mean 'allow'" in err


def test_the_license_of_the_project_decides(work, check):
    work.write("a.py", COPY)
    assert findings(check)[0]["policy"]["rules"][0] == "license-conflict"
    work.write("pyproject.toml", '[project]\nname = "mine"\nlicense = "AGPL-3.0-only"\n')
    assert findings(check)[0]["policy"]["rules"] == ["missing-attribution"]
    work.write("codescan.toml", 'license = "MIT"\n')
    assert findings(check)[0]["policy"]["state"] == "conflict"


def test_the_project_itself_is_listed_and_does_not_fail(work, check):
    work.write("a.py", COPY)
    work.write("codescan.toml", 'own = ["pkg:generic/harbors"]\n')
    code, out, _ = check("--show-suppressed")
    assert code == 0
    assert "harbors is this project" in out


def test_manifests_say_who_the_project_is(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "My_Tool"\nlicense = "MIT OR Apache-2.0"\n'
        'dependencies = ["Requests[socks] >= 2", "zope.interface; python_version > \'3\'"]\n'
        '[project.urls]\nSource = "https://github.com/Acme/my-tool.git"\n'
    )
    (tmp_path / "package.json").write_text(
        '{"name": "@acme/web", "dependencies": {"left-pad": "1"}, "license": "ISC"}'
    )
    (tmp_path / "requirements-dev.txt").write_text("# tools\npytest>=8\n-r other.txt\n")
    project = Projects(DiskFiles(tmp_path), ("git@gitlab.com:acme/mirror.git",)).of()
    assert project.license == "MIT OR Apache-2.0"
    assert project.purls == {"pkg:pypi/my-tool", "pkg:npm/%40acme/web"}
    assert project.repositories == {"github.com/acme/my-tool", "gitlab.com/acme/mirror"}

    def relation(purl, homepage=""):
        return project.relation(Package(purl=purl, name="x", homepage=homepage))

    assert relation("pkg:pypi/my-tool@3") == "own-project"
    assert relation("pkg:npm/%40acme/web@1.0") == "own-project"
    assert relation("pkg:github/acme/my-tool@abc") == "own-project"
    assert relation("pkg:deb/debian/x", "https://www.github.com/acme/My-Tool") == "own-project"
    assert relation("pkg:pypi/requests@2.0") == "dependency"
    assert relation("pkg:pypi/zope-interface@2.0") == "dependency"
    assert relation("pkg:pypi/pytest@9") == "dependency"
    assert relation("pkg:npm/left-pad@1") == "dependency"
    assert relation("pkg:pypi/left-pad@1") == ""
    assert relation("pkg:pypi/other@1", "https://github.com/acme/other") == ""


def test_a_license_file_says_it_where_no_manifest_does(tmp_path):
    from codescan.licenses.spdx_list import license_text

    (tmp_path / "NOTICE").write_text("Apache License, Version 2.0")
    (tmp_path / "COPYING").write_text(license_text("GPL-2.0-only"))
    assert Projects(DiskFiles(tmp_path)).of().license.startswith("GPL-2.0")


@pytest.mark.parametrize("broken", ["[project\n", '[project]\nlicense = 7\nname = ["a"]\n', "\xff"])
def test_a_broken_manifest_says_nothing(tmp_path, broken):
    (tmp_path / "pyproject.toml").write_bytes(broken.encode("latin-1"))
    assert Projects(DiskFiles(tmp_path)).of().license == ""


@pytest.mark.parametrize(
    "address",
    ["https://github.com/A/B", "git@github.com:a/b.git", "git+https://github.com/a/b.git#main",
     "ssh://git@github.com/a/b", "http://www.github.com/a/b/issues"],
)  # fmt: skip
def test_every_way_to_write_a_repository_is_the_same(address):
    assert repository_of(address) == "github.com/a/b"


def test_every_format_shows_the_verdict_and_sarif_stays_valid(work, check):
    schema = Path(__file__).parents[1] / "data" / "sarif" / "sarif-schema-2.1.0.json"
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    work.write("a.py", "# codescan: allow-next reason=ours, see [42]\n" + COPY)
    work.write("b.py", COPY)
    work.write("c.c", C_COPY)
    _, out, _ = check("--format", "sarif")
    log = json.loads(out)
    assert not list(validator.iter_errors(log))
    results = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: r
        for r in log["runs"][0]["results"]
    }
    assert results["a.py"]["suppressions"][0]["kind"] == "inSource"
    assert results["b.py"]["ruleId"] == "license-conflict"
    assert results["c.c"]["ruleId"] == "missing-attribution"
    assert "Policy: conflict" in results["b.py"]["message"]["text"]
    for format_ in ("github", "gitlab", "markdown"):
        _, out, _ = check("--format", format_)
        assert "conflict" in out
        assert "b.py" in out
        assert "a.py" not in out
        assert "a.py" in check("--format", format_, "--show-suppressed")[1]
    _, out, _ = check("--format", "json")
    from codescan.app.result_schemas import result_schema
    from codescan.reports.json import JsonReporter, loads

    assert JsonReporter().render(loads(out)) == out
    jsonschema.validate(json.loads(out), result_schema("report"))


@pytest.mark.parametrize("format_", ["spdx", "spdx3"])
def test_bills_of_a_check_hold_the_passages(work, check, format_):
    pytest.importorskip("spdx_tools")
    pytest.importorskip("spdx_python_model")
    work.write("a.py", "one = 1\n\n" + COPY)
    code, out, _ = check("a.py", "--format", format_)
    document = json.loads(out)
    if format_ == "spdx":
        (snippet,) = document["snippets"]
        first = snippet["ranges"][0]["startPointer"]["offset"]
    else:
        (snippet,) = (e for e in document["@graph"] if e["type"] == "software_Snippet")
        first = snippet["software_byteRange"]["beginIntegerRange"]
    assert code == 1
    assert first == len("one = 1\n\n") + 1
    assert "Policy: conflict" in out


def test_a_file_of_results_has_no_colors(work, check, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    work.write("a.py", COPY)
    assert check("a.py", "--out", "result.txt")[0] == 1
    assert "\x1b" not in (work.root / "result.txt").read_text(encoding="utf-8")
