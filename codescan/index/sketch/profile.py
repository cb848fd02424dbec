# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The guarantees of a sketch, and the chance that they fail.

A content has one key of 29 tokens in every 36; a query is looked up at each token. A shared run of
64 tokens therefore holds a key of the content, and one of 100 tokens two neighbors.
"""

from __future__ import annotations

from codescan._core import _native

__all__ = [
    "CANDIDATE_TOKENS", "GRAM", "LEAST_SPAN", "MATCH_TOKENS", "PROFILE", "STRIDE",
    "candidate_chance", "match_chance",
]  # fmt: skip

PROFILE = "sketch"
GRAM, STRIDE, _REACH, _KEY_BITS = _native.SKETCH
CANDIDATE_TOKENS = GRAM + STRIDE - 1
"""Tokens of the shortest shared run that is a candidate for sure."""
MATCH_TOKENS = CANDIDATE_TOKENS + STRIDE
"""Tokens of the shortest shared run that is a match for sure."""
LEAST_SPAN = GRAM + STRIDE
"""Tokens from the first to the last of two neighboring keys: the shortest match."""


def candidate_chance(keys: int, tokens: int = 1000) -> float:
    """Expected contents that share one key with an unrelated text by chance.

    Args:
        keys: of the index.
        tokens: of the text.
    """
    return keys * tokens / 2.0**_KEY_BITS


def match_chance(keys: int, tokens: int = 1000) -> float:
    """Expected matches of an unrelated text by chance: two keys on one diagonal within reach.

    Keys are independent hashes of 40 bits, so that this bounds what collisions add. Text that two
    authors write alike is not chance in this sense.

    Args:
        keys: of the index.
        tokens: of the text.
    """
    return keys * tokens * _REACH / 2.0 ** (2 * _KEY_BITS)
