# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Marks at the ends of lines: of `cat -A`, tables, pages, AsciiDoc; line ends of another kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.lines import lines
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_callouts", "find_carriage_returns"]

_MARK = lazy_pattern(
    rb"(?:\^M\$?|\$|\||\+|<br[ \t]{0,3}/?>|\.{3}|\xe2\x80\xa6|\xc2\xb6|\xe2\x86\xb5|\xe2\x8f\x8e"
    rb"|\xe2\x90[\x8a\xa4]|\xe2\x94[\x82\x83])\Z"
)
_CALLOUT = re.compile(
    rb"(?<![ \t])[ \t]++(?:(?://|#|--|;;|<!--)[ \t]*+)?<(?P<number>\d{1,2}|\.)>"
    rb"(?:[ \t]?<(?:\d{1,2}|\.)>)*+(?:[ \t]*-->)?[ \t]*+(?=\r?$)",
    re.MULTILINE,
)
"""A number that AsciiDoc explains below the block, perhaps in a comment."""
_FIRST_CALLOUTS = (b"1", b".")
_LONGEST_MARK = 10
_LEAST_LINES = 4


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines that end with one mark, without the mark, in order."""
    number = 0
    run: list[tuple[int, int, int]] = []  # start of the line, end of its text, and its end
    last = b""
    for start, end in (*lines(content), (len(content), len(content))):
        line = content[start:end].rstrip()
        match = _MARK.search(line, max(len(line) - _LONGEST_MARK, 0))
        mark = match[0].replace(b" ", b"") if match else b""
        if mark != last or not mark:
            if len(run) >= _LEAST_LINES:
                number += 1
                yield _part(run, number)
            run.clear()
        last = mark
        if match:
            run.append((start, start + len(line[: match.start()].rstrip(b" \t")), end))


def _part(run: list[tuple[int, int, int]], number: int) -> Part:
    pieces = tuple(
        piece for start, text, end in run for piece in (Piece(start, text), Piece(text, end, b"\n"))
    )
    return Part(f"marked ends {number}", run[0][0], run[-1][2], pieces)


def find_callouts(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text without the callouts of AsciiDoc, if the first one has number 1."""
    callouts = list(_CALLOUT.finditer(content))
    if not callouts or callouts[0]["number"] not in _FIRST_CALLOUTS:
        return
    starts = [0, *(callout.end() for callout in callouts)]
    ends = [*(callout.start() for callout in callouts), len(content)]
    yield Part("", 0, len(content), tuple(map(Piece, starts, ends)))


def find_carriage_returns(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text with line feeds, if its only line ends are carriage returns."""
    if b"\n" in content or b"\r" not in content:
        return
    ends = [match.start() for match in re.finditer(rb"\r", content)]
    starts = [0, *(end + 1 for end in ends)]
    pieces = []
    for start, end in zip(starts, ends, strict=False):
        pieces += [Piece(start, end), Piece(end, end + 1, b"\n")]
    yield Part("", 0, len(content), (*pieces, Piece(starts[-1], len(content))))
