# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The MinHash permutations of the index, equal to those of datasketch but without importing it.

datasketch defines the scheme ("affine32" of version 2), and a test compares both. Importing it
takes half a second, which is too long for a scan at commit time.
"""

from __future__ import annotations

from functools import cache

from codescan._core import _native

__all__ = ["SEED", "permutations"]

SEED = 1
"""The default seed of datasketch."""


@cache
def permutations() -> memoryview:
    """Multipliers and offsets of the permutations h -> a * h + b mod 2^32, one row each."""
    return _native.permutations(SEED)
