# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Quoted cells of CSV and TSV (RFC 4180) that hold several lines or quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each such cell beside the text, in order."""
    for start, end, row, column in _native.csv_cells(content, MIN_BYTES):
        pieces = tuple(_pieces(content, start, end))
        yield Part(f"row {row} cell {column}", start - 1, end + 1, pieces, None, Place.BESIDE)


def _pieces(content: bytes, start: int, end: int) -> Iterator[Piece]:
    at = start
    while (quote := content.find(b'""', at, end)) >= 0:
        yield Piece(at, quote + 1)
        at = quote + 2
    yield Piece(at, end)
