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


def find_escaped_text(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    r"""Yield the whole text with its escapes decoded, if most of its line ends are `\n`."""
    ends = sum(1 for _ in _END.finditer(content))
    if ends < _LEAST_ENDS or content.count(b"\n") * 4 > ends:
        return
    yield Part("", 0, len(content), tuple(unescaped(content, 0, len(content))))
