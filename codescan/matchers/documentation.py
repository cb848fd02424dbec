# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prose against documentation that stands in string literals of code."""

from __future__ import annotations

from codescan.matchers import thresholds
from codescan.records import Match, MatchKind, Suppressed

__all__ = ["is_documentation"]


def is_documentation(item: Match | Suppressed) -> bool:
    """Whether a match of prose is a copy of documentation: verbatim, or edited beyond any chance.

    Prose is not renamed: what would be names in code are its words.
    """
    if isinstance(item, Suppressed) or item.kind is MatchKind.RENAMED:
        return False
    return item.kind is MatchKind.VERBATIM or item.e_value <= thresholds.SURE_E_VALUE
