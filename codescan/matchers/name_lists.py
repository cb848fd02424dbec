# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Recognizes lists of names: exports, slots, parameters, enumerations, keys, fields.

Each entry of such a list has the shape of the previous entry. Two authors who list the same names
write the same list, so names in the same order are not enough evidence of a copy.
"""

from __future__ import annotations

from itertools import compress, pairwise
from operator import eq
from typing import TYPE_CHECKING

from codescan.index.token_model import background_model
from codescan.matchers import thresholds
from codescan.matchers.significance import weaker
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from codescan._core import _native
    from codescan.records import Match

__all__ = ["is_list_of_names"]

_NUMBER, _STRING, _WORD = 2, 3, 5  # kinds of _core/lexer.hpp
_NO_NAME = lazy_pattern(rb"[^0-9a-z\x80-\xff]+")
_ENDS = 4
"""Maximum tokens before and after the entries of a list, such as brackets."""
_LONGEST_ENTRY = 8
"""Maximum length of an entry in tokens."""
_LEAST_ENTRIES = 6
_REPEATED_SHARE = 0.8
"""Minimum share of the tokens that are like the tokens one entry earlier."""
_NAMED_SHARE = 0.2, 0.75
"""Minimum and maximum share of names among the tokens of a list. Sentences have more names."""


def is_list_of_names(match: Match, text: bytes, tokens: _native.Tokens) -> tuple[str, ...]:
    """Why a passage is a list of names with too little other content; () if it is not such a list.

    An entry may repeat its name. A second name in an entry is more content: a table of pairs is not
    a list of names.

    Args:
        match: the match to judge.
        text: text of the passage.
        tokens: the tokens of the passage alone.
    """
    kinds = tokens.kinds().tolist()
    if set(kinds) <= {_NUMBER, _STRING, _WORD}:
        return ()
    is_name = tokens.names(text)
    entry = _entry(tokens, kinds, is_name)
    if entry is None:
        return ()
    length, is_repeated = entry
    says_more = _second_names(text, tokens, is_name, length)
    is_uninformative = [
        not (repeated and more) if named else repeated
        for named, repeated, more in zip(is_name, is_repeated, says_more, strict=True)
    ]
    sums = background_model().score(tokens, text)[1].tolist()
    each = [after - before for before, after in pairwise(sums)]
    bits = sum(compress(each, is_uninformative))
    remaining_e_value = weaker(match.e_value, match.kind, tokens.lexer, bits)
    is_strong = (
        remaining_e_value <= thresholds.STRONG_E_VALUE
        and match.bits - bits >= thresholds.STRONG_BITS
    )
    return () if is_strong else ("a list of names",)


def _second_names(text: bytes, tokens: _native.Tokens, is_name: bytes, length: int) -> list[bool]:
    """Whether each name adds content to the first new name of its entry.

    The same name in another spelling adds nothing (`moveTo = "move-to"`). Neither does a name that
    the previous entry has at the same position.

    Args:
        text: text of the passage.
        tokens: tokens of the passage.
        is_name: for each token, whether it is a name.
        length: tokens of an entry.
    """
    plain = [
        _NO_NAME.sub(b"", text[start:end].lower()) if named else b""
        for (start, end), named in zip(tokens.spans().tolist(), is_name, strict=True)
    ]
    says_more = [False] * len(plain)
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
    tokens: _native.Tokens, kinds: list[int], is_name: bytes
) -> tuple[int, list[bool]] | None:
    """The length of an entry in tokens, and which tokens are like the token one entry earlier.

    Any two names are alike, and so are any two numbers; a string of several words is not like any
    other token. None if too few tokens are alike.
    """
    count = len(kinds)
    least, most = _NAMED_SHARE
    if not least * count <= is_name.count(1) <= most * count:
        return None
    longest = min(_LONGEST_ENTRY, count // _LEAST_ENTRIES)
    length = tokens.entry_length(is_name, longest, _REPEATED_SHARE, _ENDS)
    if not length:
        return None
    symbols = [
        1 if kind == _NUMBER else 0 if named else symbol
        for kind, named, symbol in zip(kinds, is_name, tokens.hashes().tolist(), strict=True)
    ]
    # Equal numbers may be evidence, not only equal kinds of tokens.
    is_repeated = [
        like and kind != _NUMBER
        for like, kind in zip(map(eq, symbols[length:], symbols), kinds[length:], strict=True)
    ]
    return length, [False] * length + is_repeated
