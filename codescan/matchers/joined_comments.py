# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Joins the match of a comment with the match of the code beside it.

Code and comments are compared separately, so a function that was copied with the comment above it
matches twice. If a holder also has both side by side, they are one passage.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.records import Match, MatchKind, MatchLocation, Span, Stream

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["joined_comments"]

_LONGEST_GAP = 200
"""Maximum bytes of marks and white space between a comment and the code beside it."""
_NO_WORD = re.compile(rb"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]*+")


def joined_comments(text: bytes, matches: Sequence[Match]) -> list[Match]:
    """The matches of a text, where matches of comments are joined with adjacent matches of code.

    Args:
        text: text of the snippet.
        matches: matches of the snippet, sorted by span.
    """
    joined: list[Match] = []
    for match in matches:
        while joined and (both := _joined(text, joined[-1], match)) is not None:
            joined.pop()
            match = both  # noqa: PLW2901 - the joined match may be adjacent to the previous match
        joined.append(match)
    return joined


def _joined(text: bytes, first: Match, second: Match) -> Match | None:
    """Both as one match, or None if they are not adjacent."""
    if (first.stream is Stream.CODE) == (second.stream is Stream.CODE):
        return None
    code, comment = (first, second) if first.stream is Stream.CODE else (second, first)
    if comment.kind is not MatchKind.VERBATIM:
        return None
    gap_start, gap_end = first.span.end, second.span.start  # comments may begin among the code
    if gap_end > gap_start + _LONGEST_GAP or (
        gap_start < gap_end and not _NO_WORD.fullmatch(text, gap_start, gap_end)
    ):
        return None
    before = {location.content_id: location.span for location in first.locations}
    behind = {location.content_id: location.span for location in second.locations}
    spans = {
        content: Span(before[content].start, max(before[content].end, behind[content].end))
        for content in before.keys() & behind.keys()
        if before[content].start <= behind[content].start <= before[content].end + _LONGEST_GAP
    }
    if not spans:
        return None
    locations = sorted(
        (
            replace(location, span=spans.get(location.content_id, location.span))
            for location in code.locations
        ),
        key=lambda location: _rank(location, spans),
    )
    return replace(
        code,
        span=Span(first.span.start, max(first.span.end, second.span.end)),
        tokens=first.tokens + second.tokens,
        bits=round(first.bits + second.bits, 1),
        # Each match is evidence by itself. How far the two depend on each other was not measured.
        e_value=min(first.e_value, second.e_value),
        locations=tuple(locations),
    )


def _rank(location: MatchLocation, spans: dict[int, Span]) -> tuple[float, bool, int]:
    """Sort key: the best location first; among equals, one that also holds the comment."""
    return -location.similarity, location.content_id not in spans, location.content_id
