# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Quoted cells of CSV and TSV (RFC 4180) that hold several lines or quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_CELL = re.compile(
    rb"\"(?:(?<=[,;\t|]\")((?:[^\"]++|\"\")*+)\"(?=(?:[,;\t|\r\n]|\Z))"
    rb"|(?:(?<=\n\")|(?<=\A\"))((?:[^\"]++|\"\")*+)\"(?=[,;\t|]))"
)
"""With a delimiter beside it: a docstring is not a cell. A search skips to quotes."""


_OPENINGS = (b',"', b';"', b'\t"', b'|"', b'\n"')
"""The first bytes of a quoted cell, but for that of the first row."""


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each such cell beside the text, in order."""
    if not any(mark in content for mark in _OPENINGS):
        return
    rows = cells = row_end = 0
    for cell in _CELL.finditer(content):
        start, end = cell.span(cell.lastindex or 1)
        feed = content.find(b"\n", start, end) >= 0
        if content.find(b"\n", row_end, start) >= 0:
            rows += content.count(b"\n", row_end, start)
            cells = 0
        cells += 1
        row_end = end
        if end - start < MIN_BYTES or not (feed or content.find(b'""', start, end) >= 0):
            continue
        pieces = tuple(_pieces(content, start, end))
        yield Part(f"row {rows + 1} cell {cells}", start - 1, end + 1, pieces, None, Place.BESIDE)


def _pieces(content: bytes, start: int, end: int) -> Iterator[Piece]:
    at = start
    while (quote := content.find(b'""', at, end)) >= 0:
        yield Piece(at, quote + 1)
        at = quote + 2
    yield Piece(at, end)
