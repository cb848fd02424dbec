# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Separates the lines that a patch inserts from those that it was given.

Three notations: unified diffs (with or without git's headers), the patch language of coding agents
("*** Begin Patch"), and search/replace blocks as Aider writes them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Inserted", "from_edit", "from_patch"]

_UNIFIED = re.compile(r"^(?:diff --git |@@ -\d|--- \S.*\n\+\+\+ )", re.MULTILINE)
_AGENT = re.compile(r"^\*\*\* (?:Begin Patch|Add File: |Update File: )", re.MULTILINE)
_FILE = re.compile(r"^(?:\+\+\+ (?:b/)?|\*\*\* (?:Add|Update) File: )(?P<path>[^\t\n]+)")
_HEADERS = (
    "diff --git ", "index ", "--- ", "+++ ", "@@", "new file mode ", "deleted file mode ",
    "similarity index ", "rename from ", "rename to ", "old mode ", "new mode ", "*** ",
    "Binary files ", "\\ No newline",
)  # fmt: skip


class Inserted(NamedTuple):
    """The two sides of an edit."""

    text: str
    """The inserted text."""
    context: str
    """The text before: context and removed lines."""
    path: str = ""
    """The first file that the patch names; "" where it names none."""


def from_patch(text: str) -> Inserted | None:
    """The inserted lines of a patch; None where `text` is not a patch."""
    if not (_UNIFIED.search(text) or _AGENT.search(text)):
        return None
    inserted: list[str] = []
    context_lines: list[str] = []
    path = ""
    after_hunk = False
    for line in text.splitlines():
        file = _FILE.match(line)
        if file and not (after_hunk and line.startswith("+++ ") and not path):
            path = path or file["path"].strip()
        is_header = line.startswith(_HEADERS) and not _is_body(line, after_hunk=after_hunk)
        if is_header:
            after_hunk = line.startswith(("@@", "*** "))
        elif line.startswith("+"):
            inserted.append(line[1:])
        elif line.startswith(("-", " ")):
            context_lines.append(line[1:])
        elif after_hunk:
            context_lines.append(line)  # a context line whose leading space was stripped
    return Inserted(_joined(inserted), _joined(context_lines), path)


def from_edit(old: str, new: str) -> Inserted:
    """The lines of `new` between those that it shares with `old` at either end."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    limit = min(len(before), len(after))
    start = 0
    while start < limit and before[start] == after[start]:
        start += 1
    end = 0
    while end < limit - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Inserted("".join(after[start : len(after) - end]), old)


def _is_body(line: str, *, after_hunk: bool) -> bool:
    """Whether a line that looks like a header is text: "--- x" removes a line inside a hunk."""
    return after_hunk and line.startswith(("--- ", "+++ ")) and not _FILE_NAME.match(line)


_FILE_NAME = re.compile(r"^(?:---|\+\+\+) (?:[ab]/|/dev/null|\S+\.\w+(?:\t|$))")


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
