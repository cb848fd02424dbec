# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Quoted strings with line ends written as `\n`, in logs, in source code and in any other text.

A text that has hardly any line ends but many `\n` is read as the inside of such a string.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.escapes import unescaped
from codescan.text.views.part import MIN_BYTES, Part, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_escaped_text"]

_LITERAL = re.compile(rb"\"((?:[^\"\\\n]++|\\.)*+)\"|'((?:[^'\\\n]++|\\.)*+)'", re.DOTALL)
_LEAST_ENDS = 2
_LEAST_LINES = 3
_BETWEEN = re.compile(rb"[\s,+\\.]{0,80}+")
"""Between the literals of one text: commas of a list, operators, nothing."""


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each string of several lines, and each run of strings of a line each, in order.

    The text around them stays as it is.
    """
    if content.count(b"\\n") < _LEAST_ENDS:
        return
    number = 0
    run: list[tuple[int, int]] = []
    for literal in _LITERAL.finditer(content):
        start, end = literal.span(literal.lastindex or 1)
        if run and _BETWEEN.fullmatch(content, run[-1][1] + 1, start - 1) is None:
            if len(run) >= _LEAST_LINES:
                number += 1
                yield _part(content, run, number)
            run.clear()
        if content[end - 2 : end] == b"\\n":
            run.append((start, end))
        if end - start >= MIN_BYTES and content.count(b"\\n", start, end) >= _LEAST_ENDS:
            number += 1
            yield _part(content, [(start, end)], number)
    if len(run) >= _LEAST_LINES:
        yield _part(content, run, number + 1)


def _part(content: bytes, spans: list[tuple[int, int]], number: int) -> Part:
    pieces = tuple(piece for span in spans for piece in unescaped(content, *span))
    return Part(f"string {number}", spans[0][0] - 1, spans[-1][1] + 1, pieces, None, Place.BESIDE)


def find_escaped_text(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    r"""Yield the whole text with its escapes decoded, if most of its line ends are `\n`."""
    ends = content.count(b"\\n")
    if ends < _LEAST_ENDS or content.count(b"\n") * 4 > ends:
        return
    yield Part("", 0, len(content), tuple(unescaped(content, 0, len(content))))
