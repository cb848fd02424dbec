# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The MinHash permutations of the index: those of datasketch, without importing it.

datasketch defines the scheme ("affine32" of version 2), and a test holds this file equal to it.
Importing it takes half a second, which a scan at commit time does not have.
"""

from __future__ import annotations

from array import array
from functools import cache
from random import Random

from codescan._core import _native

__all__ = ["SEED", "permutations"]

SEED = 1
"""datasketch's own default."""


@cache
def permutations() -> memoryview:
    """Multipliers and offsets of the permutations h -> a * h + b mod 2^32, one row each."""
    count = _native.PERMUTATIONS
    numbers = _generator(SEED)
    multipliers = [numbers.getrandbits(32) % 2**31 * 2 + 1 for _ in range(count)]
    offsets = [numbers.getrandbits(32) for _ in range(count)]
    both = array("I", [*multipliers, *offsets]).tobytes()
    return memoryview(both).cast("I", (2, count))


def _generator(seed: int) -> Random:
    """The Mersenne Twister as `numpy.random.RandomState` seeds it; to import that takes 10 ms."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) % 2**32)
    generator = Random()  # noqa: S311 - the same for everybody
    generator.setstate((3, (*state, 624), None))
    return generator
