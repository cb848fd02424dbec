# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Quoted lines: `> ` of Markdown, mail and `diff`, and the bars of boxes drawn in a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.lines import line_end
from codescan.text.views.mark import Mark
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_QUOTE = re.compile(rb"[ \t]{0,3}(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:>[ ]?)++")
_BAR = re.compile(rb"(?:[ \t]*(?:\||\xe2\x94[\x82\x83]|\xe2\x95\x91)[ ]?)++")
_BAR_AT_END = re.compile(rb"[ \t]*(?:\||\xe2\x94[\x82\x83]|\xe2\x95\x91)[ \t\r\n]*$")
_ONE = re.compile(rb"(?:>|\||\xe2\x94[\x82\x83]|\xe2\x95\x91)[ ]?")
"""One mark of several in a line."""
_PROMPT = re.compile(rb"[ \t]*>>>(?: |\r?\n|$)")
_LEAST_LINES = 2
_LONGEST_TAIL = 400


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each run of quoted lines without its marks, in order."""
    starts = _native.lines_with(content, Mark.QUOTED)
    parts = list(_runs(content, starts, _QUOTE, None, "quote"))
    yield from parts or _runs(content, starts, _BAR, _BAR_AT_END, "box")


def _runs(
    content: bytes,
    starts: list[int],
    mark: re.Pattern[bytes],
    closing: re.Pattern[bytes] | None,
    word: str,
) -> Iterator[Part]:
    number = 0
    run: list[tuple[int, int, int]] = []  # start of the line, of its text, and its end
    for start, text, end in _marked_lines(content, starts, mark):
        if run and start != run[-1][2]:
            if len(run) >= _LEAST_LINES:
                number += 1
                yield _part(content, run, closing, f"{word} {number}")
            run.clear()
        run.append((start, text, end))
    if len(run) >= _LEAST_LINES:
        yield _part(content, run, closing, f"{word} {number + 1}")


def _marked_lines(
    content: bytes, starts: list[int], mark: re.Pattern[bytes]
) -> Iterator[tuple[int, int, int]]:
    """The lines with a mark that are not typed at a prompt."""
    for start in starts:
        match = mark.match(content, start)
        if match is None:
            continue
        end = line_end(content, start)
        if not _PROMPT.match(content, start, end):
            yield start, match.end(), end


def _part(
    content: bytes,
    run: list[tuple[int, int, int]],
    closing: re.Pattern[bytes] | None,
    name: str,
) -> Part:
    pieces = tuple(
        piece for each in _code_kept(content, run) for piece in _pieces(content, each, closing)
    )
    return Part(name, run[0][0], run[-1][2], pieces)


def _code_kept(content: bytes, run: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The lines of a run; a single line with more marks than those beside it keeps the rest.

    Such a line is code that begins with `>` or `|`; deeper quotes have lines beside them as deep.
    """
    marks = [[mark.end() for mark in _ONE.finditer(content, start, text)] for start, text, _ in run]
    least = min(map(len, marks))
    lines = list(run)
    for i, (start, _text, end) in enumerate(run):
        beside = marks[max(i - 1, 0) : i] + marks[i + 1 : i + 2]
        if len(marks[i]) > least and all(len(others) < len(marks[i]) for others in beside):
            lines[i] = (start, marks[i][least - 1], end)
    return lines


def _pieces(
    content: bytes, line: tuple[int, int, int], closing: re.Pattern[bytes] | None
) -> Iterator[Piece]:
    _start, text, end = line
    tail = closing.search(content, max(text, end - _LONGEST_TAIL), end) if closing else None
    if tail is None:
        yield Piece(text, end)
        return
    yield Piece(text, tail.start())
    yield Piece(tail.start(), end, b"\n")
