# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prose against documentation that occurs in string literals of code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.matchers import thresholds
from codescan.records import Match, MatchKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.protocols import Matcher
    from codescan.records import Snippet, Suppressed

__all__ = ["all_matches", "documentation_matches"]

_EXACT = frozenset({"verbatim", "sketch"})
"""Matchers that compare words as they are."""


def all_matches(text: Snippet, matchers: Sequence[Matcher]) -> list[Match | Suppressed]:
    """The matches of any other text."""
    return [item for matcher in matchers for item in matcher.match(text)]


def documentation_matches(text: Snippet, matchers: Sequence[Matcher]) -> list[Match | Suppressed]:
    """The matches of prose with documentation: verbatim, or edited beyond any chance.

    Prose is not renamed or put in another order: what would be names in code are its words.
    """
    return [
        item
        for matcher in matchers
        if matcher.name in _EXACT
        for item in matcher.match(text)
        if isinstance(item, Match) and _is_copy(item)
    ]


def _is_copy(match: Match) -> bool:
    return match.kind is MatchKind.VERBATIM or match.e_value <= thresholds.SURE_E_VALUE
