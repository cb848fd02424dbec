# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Matches prose with documentation that code holds in string literals."""

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
    """The matches of a text that is not compared with documentation."""
    return [item for matcher in matchers for item in matcher.match(text)]


def documentation_matches(text: Snippet, matchers: Sequence[Matcher]) -> list[Match | Suppressed]:
    """The matches of prose with documentation: verbatim, or edited and surely not by chance.

    The renamed and near matchers are not used: they would treat the words of prose as code.
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
