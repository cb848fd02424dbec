# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Changes: what git has staged is judged, on added lines only, whatever files are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from harbor_texts import COPY

import codescan
from codescan.errors import UsageError
from codescan.gate.changes import MAX_BYTES, Repository
from codescan.gate.touched import Touch
from codescan.records import Region


def added(work):
    return {
        change.path: tuple(Touch(change.content, change.lines).regions)
        for change in Repository(work.root).staged().files()
    }


def test_staged_code_of_others_fails_with_place_origin_license_and_advice(work, check):
    work.stage("answer.py", "import math\n\n" + COPY)
    code, out, _ = check("--staged")
    assert code == 1
    for part in ("answer.py:3-18", "tides.py", "AGPL-3.0-only", "conflict", "remove or rewrite"):
        assert part in out


def test_the_staged_text_is_judged_and_not_the_working_tree(work, check):
    work.stage("a.py", COPY)
    work.write("a.py", "nothing = 1\n")
    assert check("--staged")[0] == 1
    work.git("add", "a.py")
    work.write("a.py", COPY)
    assert check("--staged")[0] == 0


def test_changing_other_lines_of_a_file_with_an_old_copy_passes(work, check):
    work.stage("a.py", "one   =   1\n\n\n" + COPY)
    work.commit()
    work.stage("a.py", "one = 1\n\n\n" + COPY + "\n\ntwo = 2\n")
    assert check("--staged")[0] == 0
    assert check()[0] == 1


def test_sarif_points_at_the_added_lines_of_a_passage(work, check):
    work.stage("a.py", COPY.replace("    rising = False\n", "    rising=False # old\n", 1))
    work.commit()
    work.stage("a.py", COPY)
    code, out, _ = check("--staged", "--format", "sarif")
    result = json.loads(out)["runs"][0]["results"][0]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert code == 1
    assert (region["startLine"], region["endLine"]) == (4, 4)
    assert result["ruleId"] == "license-conflict"
    assert result["properties"]["passage"] == {"start_line": 1, "end_line": 16}


def test_a_range_of_commits_and_a_push_are_judged(work, check, monkeypatch):
    before = work.git("rev-parse", "HEAD")
    work.stage("a.py", COPY)
    after = work.commit()
    assert check("--diff", f"{before}..{after}")[0] == 1
    assert check("--diff", f"{after}..{after}")[0] == 0
    assert check("--staged")[0] == 0
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", before)
    monkeypatch.setenv("PRE_COMMIT_TO_REF", after)
    assert check("--staged")[0] == 1


@pytest.mark.parametrize(
    "name", ["mit leer.py", "ä ö.py", "-flag.py", 'quote".py', "tab\there.py", "line\nbreak.py"]
)
def test_odd_file_names(work, check, name):
    work.stage(name, COPY)
    code, out, _ = check("--staged")
    assert code == 1
    assert len([line for line in out.splitlines() if "grade A" in line]) == 1


def test_a_name_that_is_not_utf8(work, check):
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], input=COPY.encode(), cwd=work.root,
        capture_output=True, check=True,
    ).stdout.decode().strip()  # fmt: skip
    entry = b"100644 " + blob.encode() + b"\tb\xff.py\n"
    subprocess.run(["git", "update-index", "--index-info"], input=entry, cwd=work.root, check=True)
    assert check("--staged")[0] == 1


def test_renamed_deleted_binary_linked_empty_and_large_files(work, check):
    work.stage("old.py", COPY)
    work.stage("gone.py", "gone = 1\n")
    work.commit()
    work.git("mv", "old.py", "new.py")
    work.git("rm", "-q", "gone.py")
    work.stage("pixels.dat", b"\0\1\2" * 100)
    work.stage("empty.py", "")
    work.stage("large.py", b"x = 1\n" * (MAX_BYTES // 6 + 1))
    (work.root / "link.py").symlink_to("new.py")
    work.git("add", "link.py")
    code, out, _ = check("--staged", "--format", "json")
    skipped = {item["item"]: item["reason"] for item in json.loads(out)["skipped"]}
    assert code == 5
    assert skipped == {
        "pixels.dat": "binary", "empty.py": "empty", "large.py": "too-large", "link.py": "link",
        "gone.py": "deleted",
    }  # fmt: skip
    assert check("--staged", "--allow-unchecked", "too-large")[0] == 0


def test_a_submodule_is_no_text(work, check):
    head = work.git("rev-parse", "HEAD")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{head},module")
    code, out, _ = check("--staged", "--format", "json")
    assert code == 0
    assert json.loads(out)["skipped"][0]["reason"] == "submodule"


def test_files_that_git_takes_for_binary_are_judged_as_a_whole(work, check):
    work.stage(".gitattributes", "*.py -diff\n")
    work.stage("a.py", "one = 1\n" + COPY)
    assert check("--staged")[0] == 1


def test_user_settings_of_git_change_nothing(work, check):
    for key, value in (
        ("diff.noprefix", "true"), ("diff.interHunkContext", "50"), ("diff.context", "9"),
        ("diff.renames", "false"), ("color.ui", "always"), ("diff.external", "false"),
        ("core.quotePath", "false"), ("diff.relative", "true"), ("core.abbrev", "4"),
    ):  # fmt: skip
        work.git("config", key, value)
    work.stage("sub/a.py", "one = 1\n" + COPY + "two = 2\n")
    work.commit()
    work.stage("sub/a.py", "one = 1.0\n" + COPY + "two = 2.0\n")
    assert added(work) == {"sub/a.py": (Region(1, 1), Region(18, 18))}
    assert check("--staged")[0] == 0


def test_text_that_looks_like_a_patch_is_only_text(work):
    spoof = "index " + "a" * 40 + ".." + "b" * 40 + "\n@@ -0,0 +1,99 @@\nBinary files a and b\n"
    work.stage("a.txt", "x\n" + spoof)
    work.stage("b.txt", "y\n")
    assert added(work) == {"a.txt": (Region(1, 4),), "b.txt": (Region(1, 1),)}


def test_only_the_files_that_are_named(work, check, monkeypatch):
    work.stage("sub/a.py", COPY)
    work.stage("b.py", "b = 1\n")
    assert check("--staged", "b.py")[0] == 0
    assert check("--staged", "sub/a.py")[0] == 1
    monkeypatch.chdir(work.root / "sub")
    assert check("--staged", "a.py")[0] == 1
    code, _, err = check("--staged", "b.py")
    assert (code, "no such file or folder: b.py" in err) == (2, True)
    (work.root / "b.py").unlink()
    work.git("rm", "-q", "--cached", "b.py")
    monkeypatch.chdir(work.root)
    assert check("--staged", "b.py")[0] == 2


def test_before_the_first_commit(tmp_path, check, monkeypatch):
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "a.py").write_text(COPY)
    for command in (["init", "-q"], ["add", "a.py"]):
        subprocess.run(["git", *command], cwd=fresh, check=True)
    monkeypatch.chdir(fresh)
    assert check("--staged")[0] == 1


def test_outside_a_repository(tmp_path, check, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.chdir(outside)
    code, _, err = check("--staged")
    assert code == 2
    assert "not in a Git repository" in err


@pytest.mark.parametrize("range_", ["HEAD", "--output=x..y", "nothing..HEAD", ".."])
def test_what_is_no_range_is_refused(work, range_):
    with pytest.raises(UsageError):
        Repository(work.root).between(range_)


def test_a_missing_index_is_no_pass(work):
    from codescan.__main__ import main

    work.stage("a.py", "a = 1\n")
    assert main(["check", "--staged", "--index", "nowhere"]) == 3


@pytest.mark.usefixtures("work")
def test_standard_input(check, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(COPY.encode())))
    code, out, _ = check("-", "--stdin-filename", "answer.py")
    assert code == 1
    assert "answer.py:1-16" in out


def test_the_gate_loads_no_heavy_library(work, gate_index):
    work.stage("a.py", COPY)
    script = (
        "import sys; from codescan.__main__ import main;"
        f"main(['check', '--staged', '--index', {str(gate_index)!r}]);"
        "print('LOADED', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(codescan.__file__).parents[1])},
    )
    loaded = set(done.stdout.partition("LOADED")[2].split())
    heavy = {
        "torch", "transformers", "numpy", "scipy", "datasketch", "sqlite_utils", "jinja2", "rich",
        "requests", "urllib3", "httpx", "http", "tree_sitter_language_pack", "pandas",
    }  # fmt: skip
    assert loaded & {"rapidfuzz", "sqlite3"}
    assert not heavy & loaded
