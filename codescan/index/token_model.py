# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The token model: how surprising each token of a text is, in bits.

The model is trained on packages of many languages by scripts/calibrate_thresholds, and shipped.
An index adds the frequencies of its own tokens, so that a small index has a usable model, too.
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
    """Sums of code lengths before each token of a text, and of all: tokens + 1 values, in bits."""

    structure: _native.Sums
    """Of what a renamed copy shares: operators, keywords, literals, and which name is reused."""
    full: _native.Sums
    """Of the tokens themselves."""


@cache
def model_bytes() -> memoryview:
    """The shipped model."""
    return mapped_data("codescan.index", "data/token_model.bin")


@cache
def background_model() -> _native.TokenModel:
    """The shipped model alone."""
    return token_model()


def token_model(shards: Sequence[_native.Shard] = ()) -> _native.TokenModel:
    """The shipped model, with the frequencies of the tokens of an index's shards by class."""
    return _native.TokenModel(model_bytes(), list(shards))
