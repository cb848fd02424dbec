# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The MinHash permutations of the index: those of datasketch, without importing it.

datasketch defines the scheme ("affine32" of version 2), and a test holds this file equal to it.
Importing it takes half a second, which a scan at commit time does not have.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from codescan._core import _native

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["SEED", "permutations"]

SEED = 1
"""datasketch's own default."""


@cache
def permutations() -> npt.NDArray[np.uint32]:
    """Multipliers and offsets of the permutations h -> a * h + b mod 2^32, one row each."""
    count = _native.PERMUTATIONS
    generator = np.random.RandomState(SEED)
    multipliers = generator.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(
        1
    )
    offsets = generator.randint(0, 1 << 32, count, dtype=np.uint32)
    both = np.ascontiguousarray(np.array([multipliers, offsets], dtype=np.uint32))
    both.flags.writeable = False
    return both
