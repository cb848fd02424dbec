# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sets of k-grams of tokens as 32-bit hashes: shipped data names texts without holding them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["gram_hashes", "packed_hashes", "unpacked_hashes"]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)


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
