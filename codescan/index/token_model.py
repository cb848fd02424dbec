# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The token model: code length of each token of a text, in bits; rare tokens have more bits.

scripts/calibrate_thresholds trains the shipped model on packages of many languages. An index adds
the frequencies of its own tokens, so that even a small index has a usable model.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.packaged_data import mapped_data

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TokenScores", "background_model", "model_bytes", "token_model"]


class TokenScores(NamedTuple):
    """Cumulative code lengths in bits: tokens + 1 values, each the sum of all tokens before it."""

    structure: _native.Sums
    """Code lengths of what a renamed copy shares: operators, keywords, literals, reuse of names."""
    full: _native.Sums
    """Code lengths of the tokens themselves."""


@cache
def model_bytes() -> memoryview:
    """The shipped model."""
    return mapped_data("codescan.index", "data/token_model.bin")


@cache
def background_model() -> _native.TokenModel:
    """The shipped model alone."""
    return token_model()


def token_model(shards: Sequence[_native.Shard] = ()) -> _native.TokenModel:
    """The shipped model, with the frequencies of the tokens in some shards, by token class."""
    return _native.TokenModel(model_bytes(), list(shards))
