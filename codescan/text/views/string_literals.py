# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Quoted strings with line ends written as `\n`, in logs, in source code and in any other text.

A text that has hardly any line ends but many `\n` is read as the inside of such a string.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.escapes import unescaped
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "find_escaped_text", "find_lists"]

_LITERAL = re.compile(rb"\"((?:[^\"\\\n]++|\\.)*+)\"|'((?:[^'\\\n]++|\\.)*+)'", re.DOTALL)
_ITEM = rb"(?:\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+')"
_LIST = re.compile(_ITEM + rb"(?:, ?" + _ITEM + rb"){3,}+", re.DOTALL)
"""Strings on one line with commas between them."""
_LEAST_LETTERS = 12
"""Mean length of the strings that are lines of a text; words and keys are shorter."""
_LEAST_ENDS = 2
_END = re.compile(rb"\\(?:n|x0a|u000a|012)", re.IGNORECASE)
"""A line end, written out."""


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each string of several lines, in order; the text around them stays as it is."""
    if content.count(b"\\n") < _LEAST_ENDS:
        return
    number = 0
    for literal in _LITERAL.finditer(content):
        start, end = literal.span(literal.lastindex or 1)
        if end - start >= MIN_BYTES and content.count(b"\\n", start, end) >= _LEAST_ENDS:
            number += 1
            pieces = tuple(unescaped(content, start, end))
            yield Part(f"string {number}", start - 1, end + 1, pieces, None, Place.BESIDE)


def find_lists(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the strings of each list on one line, as lines of a text of their own, in order."""
    number = 0
    for row in _LIST.finditer(content):
        items = [item.span(item.lastindex or 1) for item in _LITERAL.finditer(content, *row.span())]
        if sum(end - start for start, end in items) < _LEAST_LETTERS * len(items):
            continue
        number += 1
        pieces: list[Piece] = []
        for start, end in items:
            pieces += [*unescaped(content, start, end), Piece(end, end, b"\n")]
        yield Part(f"list {number}", *row.span(), tuple(pieces), None, Place.BESIDE)


def find_escaped_text(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    r"""Yield the whole text with its escapes decoded, if most of its line ends are `\n`."""
    ends = sum(1 for _ in _END.finditer(content))
    if ends < _LEAST_ENDS or content.count(b"\n") * 4 > ends:
        return
    yield Part("", 0, len(content), tuple(unescaped(content, 0, len(content))))
