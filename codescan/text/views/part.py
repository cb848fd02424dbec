# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of a text that hold other texts: the result of a wrapper format."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from codescan.records import Language

__all__ = [
    "DECODED_LEAST", "DECODED_SHARE", "MIN_BYTES", "Part", "Piece", "Pieces", "Place",
    "pieces_between",
]  # fmt: skip

MIN_BYTES = 20
"""Shorter texts are not views of their own: no index promises runs of fewer tokens than that."""

DECODED_SHARE = 8
DECODED_LEAST = 1 << 20
"""Decoded bytes, in all, of a text: a multiple of its length, and what any text may have."""


class Piece(NamedTuple):
    """A range of a text, as it is or decoded."""

    start: int
    end: int
    decoded: bytes | None = None
    """None: the bytes of the range themselves."""


Pieces = tuple[tuple[int, int, bytes | None], ...]
"""Of a text, in order: `Piece`s, or plain tuples of the native core."""


class Place(Enum):
    """The treatment of the text around a part."""

    INLINE = auto()
    """The decoded part stays in the text, in place of its range."""
    APART = auto()
    """The part leaves the text and is split on its own."""
    BESIDE = auto()
    """The text stays as it is; the part is split on its own too."""


class Part(Struct, frozen=True):
    """A text inside a text."""

    name: str
    """For example "fence 2"; "" where the part needs no name."""
    start: int
    """First byte of the part with its marks."""
    end: int
    pieces: Pieces
    """Its text without the marks; empty if only a mark is removed."""
    language: Language | None = None
    """Named by the mark, or None."""
    place: Place = Place.INLINE


def pieces_between(start: int, end: int) -> tuple[Piece, ...]:
    """One range as it is."""
    return (Piece(start, end),) if end > start else ()
