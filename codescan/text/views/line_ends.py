# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Marks at the ends of lines, as of `cat -A`, tables and pages; line ends of another kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.lines import line_end
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_carriage_returns"]

_ENDS = (
    rb"\^M\$?", rb"\$", rb"[ \t]*\|", rb"[ \t]*\+", rb"[ \t]*<br[ \t]*/?>",
    rb"[ \t]*(?:\.{3}|\xe2\x80\xa6)",
    rb"[ \t]*(?:\xc2\xb6|\xe2\x86\xb5|\xe2\x8f\x8e|\xe2\x90[\x8a\xa4]|\xe2\x94[\x82\x83])",
)  # fmt: skip
_LEAST_LINES = 4
_LONGEST_TAIL = 400
_RUNS = tuple(
    re.compile(rb"(?:^[^\n]*%s[ \t]*\r?(?:\n|\Z)){%d,}" % (end, _LEAST_LINES), re.MULTILINE)
    for end in _ENDS
)
_MARKS = tuple(re.compile(rb"%s[ \t]*(?=\r?$)" % end, re.MULTILINE) for end in _ENDS)


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of lines that end with one mark, without the mark, in order."""
    for run_of, mark in zip(_RUNS, _MARKS, strict=True):
        runs = list(run_of.finditer(content))
        for number, run in enumerate(runs, start=1):
            yield Part(f"marked ends {number}", *run.span(), tuple(_pieces(content, run, mark)))
        if runs:
            return


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


def _pieces(content: bytes, run: re.Match[bytes], mark: re.Pattern[bytes]) -> Iterator[Piece]:
    at = run.start()
    while at < run.end():
        end = line_end(content, at)
        ends = list(mark.finditer(content, max(at, end - _LONGEST_TAIL), end))
        if ends:
            yield Piece(at, ends[-1].start())
            yield Piece(ends[-1].end(), end)
        else:
            yield Piece(at, end)
        at = end
