# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A text that many fixed texts are searched in: most of them are excluded by one pass over it."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from codescan.private_data.number_places import NumberPlaces

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FixedTexts", "SearchedText"]

_GRAM = 3
_WORD = 4
"""Bytes of a number that is read at once, of which the last one is masked."""
_MASK = 0xFFFFFF
_BITS = 20
_SMALL = 1 << 15
"""Characters up to which a table of 16 bits, which the processor's cache holds, excludes enough."""
_SMALL_BITS = 16
_MULTIPLIER = 2_654_435_761
"""Knuth's multiplicative hash (The Art of Computer Programming, volume 3, 6.4)."""
_SHORTEST = 512
"""Characters of a text for which searching costs less than the table."""


class FixedTexts:
    """Texts of ASCII characters that many texts are searched for.

    Args:
        parts: each of at least one character.
    """

    def __init__(self, parts: Iterable[str]) -> None:
        self.parts = tuple(parts)

    @cached_property
    def grams(self) -> tuple[Any, Any]:
        """Hashes of all runs of three bytes, and where those of each text begin.

        A text that is shorter has the hash 0, which every searched text counts as held.
        """
        import numpy as np

        hashes = [_hashes(part.encode()) if len(part) >= _GRAM else [0] for part in self.parts]
        begins = np.cumsum([0, *map(len, hashes)])[:-1]
        return np.concatenate([np.asarray(each, dtype=np.uint32) for each in hashes]), begins


class SearchedText:
    """A text, and which runs of three bytes it holds.

    Args:
        text: any text; lone surrogates are allowed.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lowered(self) -> str:
        """The text in lower case. Offsets in it may differ from those in the text."""
        return self.text.lower()

    @cached_property
    def numbers(self) -> NumberPlaces:
        """The places of numbers."""
        return NumberPlaces(self.text)

    def contains(self, part: str) -> bool:
        """Whether a text of ASCII characters occurs in this one."""
        grams, shift = self._grams, self._shift
        if grams is not None and not all(grams[number >> shift] for number in _numbers(part)):
            return False
        return part in self.text

    def held_of(self, fixed: FixedTexts) -> list[int]:
        """Places of those of some texts that occur in this one, in ascending order."""
        parts, grams = fixed.parts, self._grams
        if not parts:
            return []
        if grams is None:
            possible: Iterable[int] = range(len(parts))
        else:
            import numpy as np

            hashes, begins = fixed.grams
            held = grams[hashes >> np.uint32(self._shift)]
            possible = np.flatnonzero(np.minimum.reduceat(held, begins)).tolist()
        return [place for place in possible if parts[place] in self.text]

    @property
    def _shift(self) -> int:
        """Bits of a hash that the table of a text of this length leaves off."""
        return _BITS - _SMALL_BITS if len(self.text) <= _SMALL else 0

    @cached_property
    def _grams(self) -> Any:
        """Whether the text holds three bytes of each hash; None for a short text."""
        if len(self.text) < _SHORTEST:
            return None
        import numpy as np

        present = np.zeros(1 << _BITS >> self._shift, dtype=np.uint8)
        data = self.text.encode("utf-8", "replace") + b"\0"
        for offset in range(_WORD):
            present[_hashes_at(data, offset) >> np.uint32(self._shift)] = 1
        present[0] = 1
        return present


@cache
def _numbers(part: str) -> tuple[int, ...]:
    """Hashes of the runs of three bytes of a text that is searched for."""
    return tuple(map(int, _hashes(part.encode()))) if len(part) >= _GRAM else ()


def _hashes(data: bytes) -> Any:
    """Hash of each run of three bytes, in their order."""
    import numpy as np

    padded = np.frombuffer(data + b"\0", dtype=np.uint8)
    runs = np.lib.stride_tricks.sliding_window_view(padded, _WORD)
    return _hashed(np.ascontiguousarray(runs).view("<u4")[:, 0])


def _hashes_at(data: bytes, offset: int) -> Any:
    """Hash of the run of three bytes at every fourth byte, from an offset on."""
    # The byte after a run is read with it and masked.
    import numpy as np

    count = (len(data) - offset) // _WORD
    return _hashed(np.frombuffer(data, dtype="<u4", count=max(count, 0), offset=offset))


def _hashed(runs: Any) -> Any:
    import numpy as np

    return ((runs & np.uint32(_MASK)) * np.uint32(_MULTIPLIER)) >> np.uint32(32 - _BITS)
