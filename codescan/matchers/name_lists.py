# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes lists of names: exports, slots, parameters, enumerations, keys, fields.

Each entry of a list has the shape of the one before. Two authors who list the same names write the
same list, so it needs more than its names in their order.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from codescan.index.token_model import background_model
from codescan.matchers import thresholds
from codescan.matchers.significance import weaker

if TYPE_CHECKING:
    import numpy.typing as npt

    from codescan._core import _native
    from codescan.records import Match

__all__ = ["is_list_of_names"]

_IDENTIFIER, _NUMBER, _STRING, _WORD = 0, 2, 3, 5  # kinds of _core/lexer.hpp
_NAME_IN_QUOTES = re.compile(rb"""["'`][^\s"'`=<>(){};]{1,60}["'`]""")
_ENDS, _ENDS_SHARE = 4, 10
"""Tokens around a list, at least, and one of so many of its length."""
_LONGEST_ENTRY = 8
"""Tokens."""
_LEAST_ENTRIES = 6
_REPEATED_SHARE = 0.8
"""Share of the tokens that are like those one entry before."""
_NAMED_SHARE = 0.2
"""Share of the tokens of a list that are names, at least."""


def is_list_of_names(match: Match, text: bytes, tokens: _native.Tokens) -> tuple[str, ...]:
    """Why a passage is a list of names that says too little beside the names; () if it is none.

    Args:
        match: that is judged.
        text: of the passage.
        tokens: of the passage by itself.
    """
    kinds = tokens.kinds()
    is_shape = (kinds != _NUMBER) & (kinds != _STRING) & (kinds != _WORD)
    if not is_shape.any():
        return ()
    scores = background_model().score(tokens, text)
    is_name = _names(text, tokens, kinds)
    repeated = _repeated(tokens, kinds, is_name)
    is_plain = _mean_without_ends(np.diff(scores[0])[is_shape]) <= thresholds.LIST_SHAPE_BITS
    if repeated is None and not is_plain:
        return ()
    is_uninformative = is_name if repeated is None else is_name | repeated
    bits = float(np.diff(scores[1])[is_uninformative].sum())
    remaining_e_value = weaker(match.e_value, match.kind, tokens.lexer, bits)
    is_strong = (
        remaining_e_value <= thresholds.STRONG_E_VALUE
        and match.bits - bits >= thresholds.STRONG_BITS
    )
    return () if is_strong else ("a list of names",)


def _names(
    text: bytes, tokens: _native.Tokens, kinds: npt.NDArray[np.uint8]
) -> npt.NDArray[np.bool_]:
    """Whether each token is a name, by itself or in quotes."""
    spans = tokens.spans().tolist()
    return np.array(
        [
            kind == _IDENTIFIER
            or (kind == _STRING and _NAME_IN_QUOTES.fullmatch(text, start, end) is not None)
            for kind, (start, end) in zip(kinds.tolist(), spans, strict=True)
        ],
        dtype=np.bool_,
    )


def _mean_without_ends(shapes: npt.NDArray[np.float64]) -> float:
    """The mean of all but the dearest: the ends of a list do not have the shape of an entry."""
    ends = max(_ENDS, len(shapes) // _ENDS_SHARE)
    return float(np.sort(shapes)[:-ends].mean()) if len(shapes) > ends else math.inf


def _repeated(
    tokens: _native.Tokens, kinds: npt.NDArray[np.uint8], is_name: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_] | None:
    """Which tokens are like the one an entry before, where nearly all are; else None.

    Names are alike whatever they are, and so are numbers; a string of several words is like no
    other.
    """
    symbols = tokens.hashes().copy()
    symbols[is_name] = 0
    symbols[kinds == _NUMBER] = 1
    if is_name.mean() < _NAMED_SHARE:
        return None
    for length in range(1, min(_LONGEST_ENTRY, len(symbols) // _LEAST_ENTRIES) + 1):
        is_like = symbols[length:] == symbols[:-length]
        if float(is_like.mean()) >= _REPEATED_SHARE:
            is_like &= kinds[length:] != _NUMBER  # a number may say more than that it is one
            return np.concatenate([np.zeros(length, dtype=np.bool_), is_like])
    return None
