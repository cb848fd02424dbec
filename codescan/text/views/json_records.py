# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Texts in pieces: each record of a JSON document holds a line or a token of one.

For example the logs of containers, `{"log": "def f():\n", "stream": "stdout"}`, and the answers of
services that stream, `{"response": " def"}`, a record for each piece.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.escapes import unescaped
from codescan.text.views.part import Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RecordTexts"]

_LEAST_RECORDS = 4
_LONGEST = 2000
"""Bytes of a piece."""
_MOST_LINES = 2
"""Lines that begin within a piece; a string with more is a text of its own."""
_LINE = re.compile(rb"\\n(?:\\[nrt]|[ ])*+(?=[^\\]|\\[^nrt])")


class RecordTexts:
    """Collects the strings of one field of all records.

    Args:
        content: the whole JSON document.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._pieces: dict[tuple[int, str], list[tuple[int, int]]] = {}
        self._names: dict[tuple[int, str], str] = {}
        self._others: set[tuple[int, str]] = set()
        """Fields that hold whole texts."""

    def is_new(self, field: tuple[int, str]) -> bool:
        """Whether no string of a field, given by its depth and its key, was added."""
        return field not in self._pieces and field not in self._others

    def add(self, field: tuple[int, str], name: str, start: int, end: int) -> None:
        """Add a string, given by the bytes between its quotes.

        Args:
            field: depth and key.
            name: path of the field; that of its first string counts.
            start: of the string.
            end: of the string.
        """
        if field in self._others:
            return
        if end - start > _LONGEST or self._lines(start, end) > _MOST_LINES:
            self._others.add(field)
            self._pieces.pop(field, None)
            return
        if field not in self._pieces:
            self._pieces[field] = []
            self._names[field] = name
        self._pieces[field].append((start, end))

    def _lines(self, start: int, end: int) -> int:
        """The number of lines with text that begin within a string."""
        if self._content.count(b"\\n", start, end) <= _MOST_LINES:
            return 0
        return len(_LINE.findall(self._content, start, end))

    def parts(self) -> Iterator[Part]:
        """Yield the text of each field, if its strings are more than single words."""
        content = self._content
        for field, spans in self._pieces.items():
            if len(spans) < _LEAST_RECORDS:
                continue
            if not any(b" " in content[start:end] for start, end in spans):
                continue
            has_ends = any(content.find(b"\\n", start, end) >= 0 for start, end in spans)
            pieces: list[Piece] = []
            for start, end in spans:
                pieces += unescaped(content, start, end)
                if not has_ends:
                    pieces.append(Piece(end, end, b"\n"))
            first, last = spans[0][0], spans[-1][1]
            yield Part(self._names[field], first, last, tuple(pieces), None, Place.BESIDE)
