# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The MinHash permutations of the index: those of datasketch, without importing it.

datasketch defines the scheme ("affine32" of version 2), and a test holds this file equal to it.
Importing it takes half a second, which a scan at commit time does not have.
"""

from __future__ import annotations

from functools import cache

from codescan._core import _native

__all__ = ["SEED", "permutations"]

SEED = 1
"""datasketch's own default."""


@cache
def permutations() -> memoryview:
    """Multipliers and offsets of the permutations h -> a * h + b mod 2^32, one row each."""
    return _native.permutations(SEED)
