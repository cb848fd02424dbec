# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A stream of random numbers that is the same for a seed on every machine and in every version.

The generators of the standard library and of NumPy promise that for few of their methods. A set of
canaries must be drawn again from its seed years later, so its numbers come from a hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import MutableSequence, Sequence

__all__ = ["DrawStream"]

T = TypeVar("T")

_WORD_BYTES = 8


class DrawStream:
    """Uniform draws from BLAKE2b in counter mode.

    Args:
        seed: any text; the secret of the stream.
        purpose: tells apart streams of one seed.
    """

    def __init__(self, seed: str, *purpose: str | int) -> None:
        name = "\x00".join((seed, *map(str, purpose))).encode("utf-8", "surrogatepass")
        self._key = hashlib.blake2b(name, digest_size=32).digest()
        self._counter = 0
        self._buffer = b""

    def below(self, count: int) -> int:
        """A whole number 0..count - 1, each equally likely.

        Raises:
            ValueError: there is no number to choose from.
        """
        if count < 1:
            raise ValueError(f"no number to draw below {count}")
        limit = (1 << 64) - (1 << 64) % count
        while True:  # reject the uneven remainder
            number = self._word()
            if number < limit:
                return number % count

    def coin(self) -> bool:
        """True or False, equally likely."""
        return self.below(2) == 1

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, each equally likely."""
        return items[self.below(len(items))]

    def text(self, alphabet: str, length: int) -> str:
        """Independent characters of an alphabet."""
        return "".join(self.choice(alphabet) for _ in range(length))

    def shuffle(self, items: MutableSequence[T]) -> None:
        """Put items in a random order, each order equally likely (Fisher and Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]

    def _word(self) -> int:
        if not self._buffer:
            block = hashlib.blake2b(
                self._counter.to_bytes(_WORD_BYTES, "little"), key=self._key, digest_size=64
            )
            self._counter += 1
            self._buffer = block.digest()
        word, self._buffer = self._buffer[:_WORD_BYTES], self._buffer[_WORD_BYTES:]
        return int.from_bytes(word, "little")
