# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The texts before and after a patch: unified, git's combined form, or bare `+` lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.languages import detect, kind
from codescan.text.views.lines import lines
from codescan.text.views.part import Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_marked_lines"]

_HUNK = re.compile(rb"^(@{2,8}) -\d{1,9}[^\n@]{0,200} \1(?=[\s]|$)", re.MULTILINE)
_NEW_FILE = re.compile(rb"^\+\+\+ (?:b/)?([^\t\n\r]{1,400})", re.MULTILINE)
_OLD_FILE = re.compile(rb"^--- (?:a/)?([^\t\n\r]{1,400})", re.MULTILINE)
_PLUS = re.compile(rb"^([ \t]*+)\+(?!\+\+ )", re.MULTILINE)
_LEAST_ADDED = 3


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the lines of each file after the patch, and before it where the patch removes any."""
    if b"@@" not in content:
        return
    hunks = [(hunk.start(), hunk.end(), len(hunk[1]) - 1) for hunk in _HUNK.finditer(content)]
    files: dict[tuple[str, Language | None], list[tuple[int, int, bytes]]] = {}
    ends: dict[tuple[str, Language | None], tuple[int, int]] = {}
    at = 0
    name: tuple[str, Language | None] = ("", None)
    for number, (start, head_end, columns) in enumerate(hunks):
        name = _name(content, at, start) or name
        limit = hunks[number + 1][0] if number + 1 < len(hunks) else len(content)
        body = _body(content, head_end, limit, columns)
        at = body[-1][1] if body else head_end
        files.setdefault(name, []).extend(body)
        ends[name] = (ends.get(name, (start, at))[0], at)
    for key, rows in files.items():
        path, language = key
        label = f"patch of {path}" if path else "patch"
        after = tuple(Piece(s, e) for s, e, marks in rows if b"-" not in marks)
        before = tuple(Piece(s, e) for s, e, marks in rows if b"+" not in marks)
        if after:
            yield Part(label, *ends[key], after, language, Place.APART)
        if len(before) + len(after) < 2 * len(rows) and before:
            yield Part(f"{label}, before", *ends[key], before, language, Place.BESIDE)


def _name(content: bytes, start: int, end: int) -> tuple[str, Language | None] | None:
    """Path and language of the file that the lines before a hunk name, if they name one."""
    file_name = None
    for pattern in (_NEW_FILE, _OLD_FILE):
        for file_name in pattern.finditer(content, start, end):  # noqa: B007 - the last one
            pass
        if file_name and file_name[1] != b"/dev/null":
            break
    if file_name is None:
        return None
    path = file_name[1].strip().decode("utf-8", "replace")
    language = detect(path)
    return path, language if kind(language) == "code" else None


def _body(content: bytes, start: int, limit: int, columns: int) -> list[tuple[int, int, bytes]]:
    """(start of the text, end, marks) of each line of a hunk."""
    rows = []
    begin = content.find(b"\n", start, limit) + 1 or limit
    for at, end in lines(content, begin, limit):
        marks = content[at : at + columns]
        if not marks.strip(b" +-"):
            rows.append((min(at + columns, end), end, marks))
        elif marks.strip(b"\r\n") == b"" and end < limit:
            rows.append((at, end, b""))  # an editor took the blank of an empty line away
        elif marks[:1] != b"\\":
            break
    return rows


def find_marked_lines(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield runs of lines with `+` before them, of a patch that lacks its heads."""
    first = _PLUS.search(content)
    if first is None or _HUNK.search(content):
        return
    indent = len(first[1])
    for number, run in enumerate(_native.added_runs(content, indent, _LEAST_ADDED), 1):
        rows = [(min(begin + indent, end - 1), end) for begin, end in lines(content, *run)]
        pieces = tuple(
            Piece(at + (content[at : at + 1] in b"+ "), end)
            for at, end in rows
            if content[at : at + 1] != b"-"
        )
        yield Part(f"patch {number}", rows[0][0], rows[-1][1], pieces)
