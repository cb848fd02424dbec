# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sets of k-grams of tokens as 32-bit hashes: shipped data names texts without holding them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["GramSet", "gram_hashes", "packed_hashes", "unpacked_hashes"]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FILTER_BITS = 22


def gram_hashes(tokens: npt.NDArray[np.uint64], gram: int) -> npt.NDArray[np.uint32]:
    """Hash of the k-gram at each token that has one.

    Args:
        tokens: hashes of the tokens of a text.
        gram: tokens of a k-gram.
    """
    count = len(tokens) - gram + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint32)
    total = np.zeros(count, dtype=np.uint64)
    for place in range(gram):
        total *= _FACTOR
        total += tokens[place : place + count]
    total ^= total >> np.uint64(29)
    total *= _FACTOR
    return (total >> np.uint64(32)).astype(np.uint32)


def packed_hashes(ordered: npt.NDArray[np.uint32]) -> bytes:
    """Ascending hashes as bytes that compress well.

    Their differences have few upper bits, which are stored column by column.
    """
    steps = np.diff(ordered, prepend=np.uint32(0)).astype("<u4").view(np.uint8).reshape(-1, 4)
    return steps.T.tobytes()


def unpacked_hashes(packed: bytes, count: int) -> npt.NDArray[np.uint32]:
    """What `packed_hashes` packed."""
    steps = np.frombuffer(packed, dtype=np.uint8, count=4 * count).reshape(4, count)
    return np.cumsum(np.ascontiguousarray(steps.T).view("<u4").ravel(), dtype=np.uint32)


class GramSet:
    """Answers which k-grams of a text are in a set.

    Args:
        ordered: the hashes of the set, ascending.
    """

    def __init__(self, ordered: npt.NDArray[np.uint32]) -> None:
        self._ordered = ordered
        self._filter = np.zeros(1 << _FILTER_BITS, dtype=np.bool_)
        self._filter[ordered >> np.uint32(32 - _FILTER_BITS)] = True

    def __len__(self) -> int:
        return len(self._ordered)

    def find(
        self, hashes: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """(places among the hashes, places in the set) of those that are in the set."""
        if not len(self._ordered):
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
        places = np.flatnonzero(self._filter[hashes >> np.uint32(32 - _FILTER_BITS)])
        at = np.searchsorted(self._ordered, hashes[places])
        at[at == len(self._ordered)] = 0
        is_known = self._ordered[at] == hashes[places]
        return places[is_known], at[is_known]
