# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Selects the matches to keep where matches of several matchers overlap."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.matchers import thresholds
from codescan.matchers.interval_index import IntervalIndex
from codescan.matchers.joined_comments import joined_comments
from codescan.records import Match, MatchKind, Snippet, Stream, Suppressed
from codescan.text.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["resolve", "strength"]

# An exact match is stronger evidence than a renamed or an edited match of the same length.
_WEIGHT = {MatchKind.VERBATIM: 1.0, MatchKind.RENAMED: 0.85, MatchKind.EDITED: 0.9}


_WEAK = ("below-threshold", "chance")


def resolve(
    snippet: Snippet, results: Iterable[Match | Suppressed]
) -> Iterator[Match | Suppressed]:
    """Yield the matches to keep, in the order of the text, and every suppression once.

    A match that lies mostly inside a stronger one is suppressed as "inside-another". The match of a
    comment is joined with the match of the code beside it.
    """
    matches: list[Match] = []
    suppressed: dict[Suppressed, None] = {}
    for item in results:
        if isinstance(item, Match):
            matches.append(item)
        else:
            suppressed[item] = None
    if not matches and not suppressed:
        return
    lines = lines_of(snippet.content)
    selected: IntervalIndex[Match] = IntervalIndex()
    standing: list[Match] = []
    share = thresholds.SAME_PASSAGE_SHARE
    inside: dict[int, list[Match]] = defaultdict(list)
    for match in sorted(matches, key=_rank):
        if over := selected.mostly_over(match.span.start, match.span.end, share):
            region = lines.region(match.span)
            suppressed[Suppressed(snippet.id, region, match.tokens, "inside-another")] = None
            for other in over:
                inside[id(other)].append(match)
        else:
            selected.add(match.span.start, match.span.end, match)
            standing.append(match)
    standing = [_with_streams(match, inside.get(id(match), ())) for match in standing]
    standing.sort(key=lambda match: (match.span.start, match.span.end))
    yield from joined_comments(snippet.content, standing)
    for item in sorted(
        suppressed,
        key=lambda suppression: (suppression.region.start_line, suppression.region.end_line),
    ):
        span = lines.span(item.region)
        if item.reason in _WEAK and selected.mostly_over(span.start, span.end, share):
            continue
        yield item


def _with_streams(match: Match, matches: Iterable[Match]) -> Match:
    """A match whose holders are ranked by how much of the same lines they hold.

    The comments between the lines of a copy match separately, and often in other files too. A
    holder of both the code and the comments is more similar than a holder of one of them. A renamed
    match does not list files that hold the passage verbatim. So if a stronger match of the same
    stream covers its lines, it is not used to rank holders.

    Args:
        match: a match that is kept.
        matches: matches that lie mostly inside it, the strongest first.
    """
    read: dict[Stream, IntervalIndex[Match]] = defaultdict(IntervalIndex)
    for other in matches:
        start, end = other.span.start, other.span.end
        if other.stream is match.stream or read[other.stream].mostly_over(
            start, end, thresholds.SAME_PASSAGE_SHARE
        ):
            continue
        read[other.stream].add(start, end, other)
        contents = {location.content_id for location in other.locations}
        if not any(location.content_id in contents for location in match.locations):
            continue
        share = match.tokens / (match.tokens + other.tokens)
        locations = sorted(
            (
                location
                if location.content_id in contents
                else replace(location, similarity=round(location.similarity * share, 4))
                for location in match.locations
            ),
            key=lambda location: (-location.similarity, location.content_id),
        )
        match = replace(match, locations=tuple(locations))
    return match


def _rank(match: Match) -> tuple[bool, bool, float, int]:
    """Sort key: strong evidence first, so that a longer match that is due to chance cannot hide it.

    Where code and comments of the same lines match, the code comes first.
    """
    is_weak = match.e_value > thresholds.STRONG_E_VALUE
    return is_weak, match.stream is not Stream.CODE, -strength(match), match.span.start


def strength(match: Match) -> float:
    """Tokens of a match, weighted by its similarity and kind; used to compare two matches."""
    # A shorter whole run is stronger evidence than a longer one with gaps. A run with gaps and
    # renamed identifiers is the weakest.
    weight = _WEIGHT[match.kind]
    if match.kind is MatchKind.EDITED and match.renames:
        weight *= _WEIGHT[MatchKind.RENAMED]
    return match.tokens * match.similarity**2 * weight
