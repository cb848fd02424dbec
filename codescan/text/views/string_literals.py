# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Strings with line ends written as `\n`, in logs, in source code and in any other text.

They are quoted, or cells of a table, values of settings (`.env`, `.properties`) and of calendars
without quotation marks. A text that has hardly any line ends but many `\n` is read as the inside of
such a string.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.escapes import unescaped
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_escaped_text", "find_lists", "find_unquoted"]

_LITERAL = re.compile(rb"\"((?:[^\"\\\n]++|\\.)*+)\"|'((?:[^'\\\n]++|\\.)*+)'|[\"']", re.DOTALL)
"""A quoted string, or a mark that opens none."""
_MOST_OPEN = 16
"""Marks that open no string after which a text is searched in another way."""
_QUOTE = re.compile(rb"[\"']")
_INSIDE = {mark: re.compile(rb"(?:[^%s\\\n]++|\\.)*+" % mark, re.DOTALL) for mark in (b'"', b"'")}
"""The text between two quotation marks."""
_COMMA = re.compile(rb", ?")
_LEAST_ITEMS = 4
_LEAST_LETTERS = 12
"""Mean length of the strings that are lines of a text; words and keys are shorter."""
_LEAST_ENDS = 2
_END = re.compile(rb"\\(?:n|x0a|u000a|012)", re.IGNORECASE)
"""A line end, written out."""
_CELL = re.compile(rb"(?:\A|(?<=[\t\n]))[^\t\n\\]*+(?:\\(?:\r?\n)?[^\t\n\\]*+)++")
"""The text between tabs and line ends, with at least one backslash; one before a line end
continues the line."""
_FOLDED = re.compile(rb"(?:\A|(?<=\n))[^\n\\]*+(?:(?:\\|\r?\n[ \t])[^\n\\]*+)++")
"""A property of iCalendar or vCard: lines that begin with a blank continue it."""
_FOLD = re.compile(rb"\r?\n[ \t]")


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each string of several lines, in order; the text around them stays as it is."""
    if content.count(b"\\n") < _LEAST_ENDS:
        return
    number = 0
    for start, end in _literals(content, 0, len(content)):
        if end - start >= MIN_BYTES and content.count(b"\\n", start, end) >= _LEAST_ENDS:
            number += 1
            pieces = tuple(unescaped(content, start, end))
            yield Part(f"string {number}", start - 1, end + 1, pieces, None, Place.BESIDE)


def find_lists(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the strings of each list on one line, as lines of a text of their own, in order."""
    number = 0
    for items in _lists(content):
        if sum(end - start for start, end in items) < _LEAST_LETTERS * len(items):
            continue
        number += 1
        pieces: list[Piece] = []
        for start, end in items:
            pieces += [*unescaped(content, start, end), Piece(end, end, b"\n")]
        row = items[0][0] - 1, items[-1][1] + 1
        yield Part(f"list {number}", *row, tuple(pieces), None, Place.BESIDE)


def _lists(content: bytes) -> Iterator[list[tuple[int, int]]]:
    """The strings of each list: those with a comma and at most one blank between them."""
    items: list[tuple[int, int]] = []
    for start, end in _literals(content, 0, len(content)):
        if items and not _COMMA.fullmatch(content, items[-1][1] + 1, start - 1):
            if len(items) >= _LEAST_ITEMS:
                yield items
            items = []
        items.append((start, end))
    if len(items) >= _LEAST_ITEMS:
        yield items


def _literals(content: bytes, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The inside of each quoted string of a range; a line end that is not escaped ends none."""
    open_marks = 0
    for literal in _LITERAL.finditer(content, first, last):
        if literal.lastindex:
            yield literal.span(literal.lastindex)
            continue
        open_marks += 1
        if open_marks == _MOST_OPEN:
            yield from _literals_among_marks(content, literal.end(), last)
            return


def _literals_among_marks(content: bytes, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The same in linear time, whatever the marks.

    If no mark closes a string, none closes one that a later mark of this kind opens before the same
    line end. Marks are skipped up to there.
    """
    open_until = {b'"': first, b"'": first}
    at = first
    while (quote := _QUOTE.search(content, at, last)) is not None:
        at = quote.end()
        mark = quote[0]
        inside = _INSIDE[mark].match(content, at, last) if at > open_until[mark] else None
        if inside is None:
            continue
        if content[inside.end() : min(inside.end() + 1, last)] == mark:
            yield inside.span()
            at = inside.end() + 1
        else:
            open_until[mark] = inside.end()


def find_unquoted(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each cell or value of several lines that has no quotation marks around, in order."""
    cells = _FOLDED if b"BEGIN:V" in content else _CELL
    number = 0
    for cell in cells.finditer(content):
        start, end = cell.span()
        if end - start < MIN_BYTES or _bare_ends(content, start, end) < _LEAST_ENDS:
            continue
        number += 1
        pieces: list[Piece] = []
        at = start
        for fold in _FOLD.finditer(content, start, end) if cells is _FOLDED else ():
            pieces += unescaped(content, at, fold.start())
            at = fold.end()
        pieces += unescaped(content, at, end)
        yield Part(f"value {number}", start, end, tuple(pieces), None, Place.BESIDE)


def _bare_ends(content: bytes, start: int, end: int) -> int:
    """Line ends written out in a range, but for those in quoted strings."""
    quoted = sum(content.count(b"\\n", *inside) for inside in _literals(content, start, end))
    return content.count(b"\\n", start, end) - quoted


def find_escaped_text(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    r"""Yield the whole text with its escapes decoded, if most of its line ends are `\n`."""
    ends = sum(1 for _ in _END.finditer(content))
    if ends < _LEAST_ENDS or content.count(b"\n") * 4 > ends:
        return
    yield Part("", 0, len(content), tuple(unescaped(content, 0, len(content))))
