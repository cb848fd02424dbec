# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result written back: a note on a commit, a trailer in its message, and never a false one."""

from __future__ import annotations

import json

import pytest
from harbor_texts import COPY

from codescan.app.check_marks import _with_trailer

OWN = "def add(a, b):\n    return a + b\n"
TRAILER = "Checked-by: codescan 1 (i d)"


def test_a_note_holds_the_result(work, check):
    base = work.git("rev-parse", "HEAD")
    work.stage("a.py", COPY)
    head = work.commit()
    assert check("--diff", f"{base}..HEAD", "--write-note", "--ai-lines")[0] == 1
    note = json.loads(work.git("notes", "--ref=codescan", "show", head))
    assert note["exit_code"] == 1
    assert len(note["failing"]) == 1
    assert note["ai_lines"]["unmarked"]["findings"] == 1
    work.stage("a.py", OWN)
    head = work.commit()
    assert check("--diff", f"{base}..HEAD", "--write-note")[0] == 0
    assert json.loads(work.git("notes", "--ref=codescan", "show", head))["failing"] == []


def test_a_message_says_that_it_was_checked_only_if_it_was(work, check):
    work.stage("a.py", OWN)
    message = work.write("MSG", "Add sums\n\nSigned-off-by: T <t@example.org>\n")
    assert check("--staged", "--trailer", str(message))[0] == 0
    first = message.read_text()
    assert "\nSigned-off-by: T <t@example.org>\nChecked-by: codescan " in first
    assert check("--staged", "--trailer", str(message))[0] == 0
    assert message.read_text() == first
    work.stage("a.py", COPY)
    assert check("--staged", "--trailer", str(message))[0] == 1
    assert "Checked-by" not in message.read_text()
    work.stage("a.py", b"x = 1\0" * 9)
    assert check("--staged", "--trailer", str(message))[0] == 5
    assert "Checked-by" not in message.read_text()


@pytest.mark.parametrize("arguments", [
    ("--write-note",), ("--staged", "--write-note"), ("--trailer", "MSG"),
    ("--staged", "--trailer", "none"),
])  # fmt: skip
def test_what_it_needs(work, check, arguments):
    work.stage("a.py", OWN)
    assert check(*arguments)[0] == 2


@pytest.mark.parametrize(("before", "after"), [
    ("One\n", f"One\n\n{TRAILER}\n"),
    ("One\n\nText: of the body\nmore\n", f"One\n\nText: of the body\nmore\n\n{TRAILER}\n"),
    ("One\n\nAcked-by: A\n# comment\n", f"One\n\nAcked-by: A\n{TRAILER}\n# comment\n"),
    (f"One\n\n{TRAILER}\n", f"One\n\n{TRAILER}\n"), ("\n# only comments\n", "\n# only comments\n"),
    ("", ""), ("One", f"One\n\n{TRAILER}\n"),
    ("One\n# ------------------------ >8 ------------------------\ndiff\n",
     f"One\n\n{TRAILER}\n# ------------------------ >8 ------------------------\ndiff\n"),
])  # fmt: skip
def test_trailers_stand_where_git_reads_them(before, after):
    assert _with_trailer(before, TRAILER) == after
