# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Numbered listings: `12 | code`, `12: code`, `cat -n`, `grep -n`, `git blame`, debuggers."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.lines import line_end
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

    from codescan.records import Language

__all__ = ["find"]

_NUMBER = lazy_pattern(
    # White space, a debugger's arrow, the border of `git-delta`.
    rb"(?:[ \t]|[-=]{0,8}>|\*|\xe2\x86\x92|\xe2\x9e\xa4|\xe2\x8b\xae)*+"
    rb"(?:(?!\d+[:-])(?:[\w./\\+-]{1,200}:|[\w./\\+-]{1,200}?-(?=\d{1,7}-)))?"  # grep's file name
    rb"[L#(\[]?(?P<number>\d{1,7})"
    rb"(?=[ \t\r\n|:.)\]>-]|\xe2\x94[\x82\x83]|\xe2\x86\x92|$)"
)
_SIGNS = lazy_pattern(
    rb"(?:[|:)\]>-]|\.(?!\d)|\xe2\x94[\x82\x83]|\xe2\x86\x92)++"
    rb"|[ \t]++(?:\||:|\xe2\x94[\x82\x83]|\xe2\x86\x92)++"
)
"""Separators between a number and its text: any sign at once, or a few after white space."""
_NO_SIGN = lazy_pattern(rb"(?:[ ]{0,2}B?(?:->|>>)?\t|[ \t])?[ ]?")
"""White space, with the mark of a debugger for the current line or for a breakpoint."""
_BLAME = lazy_pattern(
    rb"\^?[0-9a-f]{7,40} (?:[^\n(]{0,200} )?\([^\n)]{0,200}?[ \t](?P<number>\d{1,7})(?=\))"
)
_STARTS = lazy_pattern(rb"^[ \t>*=-]*+[L#(\[]?\d", re.MULTILINE)
_NAMED_STARTS = lazy_pattern(
    rb"^(?:[\w./\\+-]{1,200}+:|[\w./\\+-]{1,200}?-(?=\d{1,7}-)"
    rb"|\^?[0-9a-f]{7,40} [^\n)]{1,400}|[ \t]*(?:\xe2\x86\x92|\xe2\x9e\xa4|\xe2\x8b\xae))[ \t]*\d",
    re.MULTILINE,
)
_LEAST_LINES = 3
_LEAST_IN_CODE = 5


def find(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines whose numbers count up by one, without the numbers, in order.

    Lines that are blank, and lines that are wrapped and have no number, do not end a run.
    """
    least = _LEAST_LINES if language is None else _LEAST_IN_CODE
    if not _has(_STARTS, content, least) and not _has(_NAMED_STARTS, content, least):
        return
    number = 0
    last = -1
    run: list[tuple[int, int, int]] = []
    pending: list[tuple[int, int, int]] = []  # lines without a number after the run
    for start, end, numbered in _telling_lines(content, run):
        value = int(numbered["number"]) if numbered else -1
        if numbered and run and value == last + 1:
            run += pending
            run.append((start, numbered.end(), end))
            pending.clear()
        elif numbered is None and run and not pending and content[start:end].strip():
            pending.append((start, start, end))
            continue
        elif not content[start:end].strip():
            continue
        else:
            if _numbered(run) >= least:
                number += 1
                yield _part(content, run, number)
            run[:] = [(start, numbered.end(), end)] if numbered else []
            pending.clear()
        last = value
    if _numbered(run) >= least:
        yield _part(content, run, number + 1)


def _telling_lines(content: bytes, run: Sized) -> Iterator[tuple[int, int, re.Match[bytes] | None]]:
    """(start, end, number) of each line; lines without a number only as long as there is a run."""
    end = 0
    for start in _native.numbered_lines(content):
        while run and end < start:
            line, end = end, line_end(content, end)
            yield line, end, None
        end = line_end(content, start)
        match = _NUMBER.match(content, start, end) or _BLAME.match(content, start, end)
        yield start, end, match
    while run and end < len(content):
        line, end = end, line_end(content, end)
        yield line, end, None


def _has(pattern: re.Pattern[bytes], content: bytes, count: int) -> bool:
    return sum(1 for _ in islice(pattern.finditer(content), count)) == count


def _numbered(run: list[tuple[int, int, int]]) -> int:
    return sum(1 for start, text, _end in run if text > start)


def _part(content: bytes, run: list[tuple[int, int, int]], number: int) -> Part:
    sign = _common_sign(content, run)
    pieces = tuple(Piece(_text_start(content, line, sign), line[2]) for line in run)
    return Part(f"listing {number}", run[0][0], run[-1][2], pieces)


def _common_sign(content: bytes, run: list[tuple[int, int, int]]) -> bytes:
    """The sign after the number that most lines of a listing have; b"" where it is white space.

    The code of single lines may begin with the same signs: `12 ) -> int:`.
    """
    signs = [
        _canonical(match[0])
        for start, text, end in run
        if text > start and (match := _SIGNS.match(content, text, end))
    ]
    if not signs:
        return b""
    first, count = Counter(sign[:1] for sign in signs).most_common(1)[0]
    if 2 * count <= _numbered(run):
        return b""
    return min((sign for sign in signs if sign.startswith(first)), key=len)


def _text_start(content: bytes, line: tuple[int, int, int], sign: bytes) -> int:
    """The start of the text of a line, after its number and the sign of the listing."""
    start, text, end = line
    if text == start:
        return text
    match = _SIGNS.match(content, text, end) if sign else None
    if match and _canonical(match[0]).startswith(sign):
        at = text + len(match[0]) - len(match[0].lstrip()) + len(sign)
        return at + content.startswith(b" ", at, end)
    blank = _NO_SIGN.match(content, text, end)
    return blank.end() if blank else text


def _canonical(sign: bytes) -> bytes:
    """The sign without white space; `grep` writes both `12:` and, for lines around, `12-`."""
    return sign.lstrip().replace(b"-", b":")
