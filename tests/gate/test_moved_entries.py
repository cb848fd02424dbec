# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Entries of the baseline follow renamed files, to one place each, however a check is divided."""

from __future__ import annotations

import json

import pytest
from harbor_texts import COPY

ACCEPT = ("--update-baseline", "--reason", "asked the owner", "--reviewer", "Tess")
_FILE = ".codescan.baseline.json"


@pytest.fixture
def accepted(work, check):
    """A project with one accepted copy in old.py, committed."""
    work.stage("old.py", "old = 1\n\n" + COPY)
    assert check("old.py", *ACCEPT)[0] == 0
    work.git("add", "-A")
    return work.commit()


def entries(work):
    listed = json.loads((work.root / _FILE).read_text())["entries"]
    return {entry["path"]: entry["count"] for entry in listed}


@pytest.mark.parametrize("is_committed", [False, True])
@pytest.mark.parametrize("edit", ["", "# the end\n"])
def test_an_entry_follows_a_rename_in_every_kind_of_check(
    work, check, accepted, is_committed, edit
):
    work.git("mv", "old.py", "new.py")
    work.stage("new.py", (work.root / "new.py").read_text() + edit)
    if is_committed:
        head = work.commit()
        assert check("--diff", f"{accepted}..{head}")[0] == 0
        assert check("--diff", f"{accepted}..{head}", "--strict")[0] == 0
    else:
        assert check("--staged")[0] == 0
        assert check("--staged", "new.py")[0] == 0
    assert check()[0] == 0
    assert check("new.py")[0] == 0
    assert "stale" not in check("new.py")[1]
    assert check("new.py", *ACCEPT)[0] == 0
    assert entries(work) == {"new.py": 1}


@pytest.mark.usefixtures("accepted")
def test_an_entry_follows_a_chain_of_renames(work, check):
    for old, new in (("old.py", "b.py"), ("b.py", "sub/c.py"), ("sub/c.py", "d.py")):
        (work.root / new).parent.mkdir(exist_ok=True)
        work.git("mv", old, new)
        work.commit()
    assert check("d.py")[0] == 0
    work.stage(
        "d.py", (work.root / "d.py").read_text().replace("    times = []", "    times = [ ]")
    )
    assert check("--staged")[0] == 0


def test_checks_side_by_side_do_not_let_in_a_copy_each(work, check, accepted):
    """As the processes of pre-commit do: none of them sees the files of the others."""
    text = (work.root / "old.py").read_text()
    work.git("mv", "old.py", "new.py")
    work.stage("another.py", text)
    assert sorted((check("new.py")[0], check("another.py")[0])) == [0, 1]
    assert check("--staged")[0] == 1
    work.commit()
    codes = {name: check(name)[0] for name in ("new.py", "another.py")}
    assert sorted(codes.values()) == [0, 1]
    assert check("--diff", f"{accepted}..HEAD")[0] == 1


@pytest.mark.usefixtures("accepted")
def test_a_file_that_was_deleted_lends_its_entry_to_no_later_copy(work, check):
    text = (work.root / "old.py").read_text()
    work.git("rm", "-q", "old.py")
    base = work.commit()
    work.stage("later.py", text)
    code, out, _ = check("--staged")
    assert code == 1
    assert "stale baseline entry: old.py" in out
    head = work.commit()
    assert check("--diff", f"{base}..{head}")[0] == 1
    assert check("later.py")[0] == 1


@pytest.mark.usefixtures("accepted")
def test_a_partial_check_does_not_take_an_entry_that_moved_elsewhere_for_stale(work, check):
    work.git("mv", "old.py", "new.py")
    work.stage("clean.py", "x = 1\n")
    work.commit()
    for arguments in (("clean.py",), ("--staged",)):
        code, out, _ = check(*arguments)
        assert code == 0
        assert "stale" not in out
    assert check("clean.py", *ACCEPT)[0] == 0
    assert entries(work) == {"old.py": 1}
    assert check("new.py")[0] == 0


def test_copies_that_part_keep_their_number(work, check):
    """Two accepted copies of one file go to two files; neither may then hold two."""
    work.stage("old.py", f"{COPY}\n\n{COPY}")
    assert check(*ACCEPT)[0] == 0
    work.git("add", "-A")
    work.commit()
    assert entries(work) == {"old.py": 2}
    work.git("rm", "-q", "old.py")
    work.stage("one.py", "one = 1\n\n" + COPY)
    work.stage("two.py", "two = 2\n\n" + COPY)
    assert check("--staged")[0] == 0
    assert check(*ACCEPT)[0] == 0
    assert entries(work) == {"one.py": 1, "two.py": 1}
    work.git("add", "-A")
    work.commit()
    work.stage("two.py", f"two = 2\n\n{COPY}\n\n{COPY}")
    assert check("--staged")[0] == 1


@pytest.mark.usefixtures("accepted")
def test_a_file_with_an_accepted_copy_can_take_in_that_of_another_file(work, check):
    work.stage("other.py", "other = 1\n\n" + COPY)
    assert check("other.py", *ACCEPT)[0] == 0
    work.git("add", "-A")
    work.commit()
    work.git("rm", "-q", "old.py")
    work.stage("other.py", f"other = 1\n\n{COPY}\n\n{COPY}")
    assert check("--staged")[0] == 0
    assert check(*ACCEPT)[0] == 0
    assert entries(work) == {"other.py": 2}


@pytest.mark.usefixtures("accepted")
def test_repeated_keys_and_odd_names_accept_nothing(work, check):
    text = (work.root / _FILE).read_text()
    (work.root / _FILE).write_text(text.replace("{", '{\n  "entries": [],', 1))
    code, _, err = check()
    assert code == 2
    assert "'entries' has two values" in err
    (work.root / _FILE).write_text(text)
    name = b"b\xff.py".decode("utf-8", "surrogateescape")
    work.stage(name, COPY)
    code, out, _ = check("--staged")
    assert code == 1
    assert "its name is not UTF-8" in out
    code, _, err = check("--staged", *ACCEPT)
    assert code == 2
    assert "rename the file" in err
