# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes lists of names: exports, slots, parameters, enumerations, keys, fields.

Each entry of a list has the shape of the one before. Two authors who list the same names write the
same list, so it needs more than its names in their order.
"""

from __future__ import annotations

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
_NAME_IN_QUOTES = re.compile(rb"""["'`][@#]?[\w$][\w$./-]{0,60}["'`]""")
_NO_NAME = re.compile(rb"[^0-9a-z\x80-\xff]+")
_ENDS = 4
"""Tokens around a list that are not of its entries."""
_LONGEST_ENTRY = 8
"""Tokens."""
_LEAST_ENTRIES = 6
_REPEATED_SHARE = 0.8
"""Share of the tokens that are like those one entry before."""
_NAMED_SHARE = 0.2, 0.75
"""Share of the tokens of a list that are names: at least, and at most. Sentences have more."""


def is_list_of_names(match: Match, text: bytes, tokens: _native.Tokens) -> tuple[str, ...]:
    """Why a passage is a list of names that says too little beside the names; () if it is none.

    An entry says its name, however often. A second name says more: a table of pairs is no list.

    Args:
        match: that is judged.
        text: of the passage.
        tokens: of the passage by itself.
    """
    kinds = tokens.kinds()
    if not ((kinds != _NUMBER) & (kinds != _STRING) & (kinds != _WORD)).any():
        return ()
    is_name = _names(text, tokens, kinds)
    entry = _entry(tokens, kinds, is_name)
    if entry is None:
        return ()
    length, is_repeated = entry
    says_more = _second_names(text, tokens, is_name, length)
    is_uninformative = np.where(is_name, ~(is_repeated & says_more), is_repeated)
    bits = float(np.diff(background_model().score(tokens, text)[1])[is_uninformative].sum())
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


def _second_names(
    text: bytes, tokens: _native.Tokens, is_name: npt.NDArray[np.bool_], length: int
) -> npt.NDArray[np.bool_]:
    """Whether each name says more than the first new one of its entry.

    That one in another spelling says no more (`moveTo = "move-to"`), nor does a name that the entry
    before has in the same place.

    Args:
        text: of the passage.
        tokens: of the passage.
        is_name: which of them are names.
        length: of an entry, in tokens.
    """
    plain = [
        _NO_NAME.sub(b"", text[start:end].lower()) if named else b""
        for (start, end), named in zip(tokens.spans().tolist(), is_name.tolist(), strict=True)
    ]
    says_more = np.zeros(len(plain), dtype=np.bool_)
    first_at, first = -length, b""
    for place, name in enumerate(plain):
        if not name or (place >= length and name == plain[place - length]):
            continue
        if place - first_at >= length:
            first_at, first = place, name
        else:
            says_more[place] = name not in first and first not in name
    return says_more


def _entry(
    tokens: _native.Tokens, kinds: npt.NDArray[np.uint8], is_name: npt.NDArray[np.bool_]
) -> tuple[int, npt.NDArray[np.bool_]] | None:
    """The length of an entry, and which tokens are like the one an entry before.

    Names are alike whatever they are, and so are numbers; a string of several words is like no
    other. None where not nearly all tokens are.
    """
    symbols = tokens.hashes().copy()
    symbols[is_name] = 0
    symbols[kinds == _NUMBER] = 1
    least, most = _NAMED_SHARE
    if not least <= is_name.mean() <= most:
        return None
    for length in range(2, min(_LONGEST_ENTRY, len(symbols) // _LEAST_ENTRIES) + 1):
        is_like = symbols[length:] == symbols[:-length]
        if np.count_nonzero(is_like) >= _REPEATED_SHARE * (len(is_like) - _ENDS):
            is_like &= kinds[length:] != _NUMBER  # a number may say more than that it is one
            return length, np.concatenate([np.zeros(length, dtype=np.bool_), is_like])
    return None
