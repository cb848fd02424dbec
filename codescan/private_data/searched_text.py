# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A text that many fixed texts are searched in: most of them are excluded by one pass over it."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

__all__ = ["SearchedText"]

_GRAM = 4
_BITS = 20
_MULTIPLIER = 2_654_435_761
"""Knuth's multiplicative hash (The Art of Computer Programming, volume 3, 6.4)."""
_SHORTEST = 512
"""Characters of a text for which searching costs less than the table."""


class SearchedText:
    """A text, and which runs of four bytes it holds.

    Args:
        text: any text; lone surrogates are allowed.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lowered(self) -> str:
        """The text in lower case. Offsets in it may differ from those in the text."""
        return self.text.lower()

    def contains(self, part: str) -> bool:
        """Whether a text of ASCII characters stands in this one."""
        grams = self._grams
        if grams is not None and not all(grams[number] for number in _numbers(part)):
            return False
        return part in self.text

    def contains_any(self, parts: tuple[str, ...]) -> bool:
        """Whether one of some texts of ASCII characters stands in this one."""
        return any(map(self.contains, parts))

    @cached_property
    def _grams(self) -> memoryview | None:
        """For each hash of four bytes, whether the text holds such bytes."""
        if len(self.text) < _SHORTEST:
            return None
        import numpy as np

        present = np.zeros(1 << _BITS, dtype=np.uint8)
        present[_hashes(self.text.encode("utf-8", "replace"))] = 1
        return memoryview(present.data)


@cache
def _numbers(part: str) -> tuple[int, ...]:
    """Hashes of the runs of four bytes of a text that is searched for."""
    return tuple(map(int, _hashes(part.encode()))) if len(part) >= _GRAM else ()


def _hashes(data: bytes) -> Any:
    """Hash of each run of four bytes."""
    import numpy as np

    codes = np.frombuffer(data, dtype=np.uint8).astype(np.uint32)
    runs = codes[:-3] | codes[1:-2] << 8 | codes[2:-1] << 16 | codes[3:] << 24
    return (runs * np.uint32(_MULTIPLIER)) >> (32 - _BITS)
