# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The matcher for sketches: compares keys, and verifies matches if the origin text is available."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from codescan.index.sketch.profile import CANDIDATE_TOKENS, GRAM
from codescan.matchers import thresholds
from codescan.matchers.interval_index import IntervalIndex
from codescan.matchers.passages import passages
from codescan.matchers.query import STREAMS, Form, query_of
from codescan.matchers.verified_runs import collect, query_tokens
from codescan.records import Match, MatchKind, MatchLocation, Span, Suppressed
from codescan.text.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.index.sketch.reader import SketchIndex, SketchMatch
    from codescan.matchers.query import Query
    from codescan.records import Snippet

__all__ = ["ONE_KEY", "SketchMatcher"]

ONE_KEY = "one-key"
"""Reason of a suppressed candidate with one equal key: a run of at least 64 tokens, or chance."""
_MAX_FETCHED = 32
"""Maximum number of contents whose texts are fetched to verify the matches of one text."""
_MAX_CANDIDATES = 8
"""Maximum number of contents whose texts are fetched to verify the candidates of one text."""


class SketchMatcher:
    """Finds runs of at least 100 tokens that a snippet shares with a sketch.

    If the index has a source of texts, matches and candidates are verified on the origin file. A
    match that is not verified states the minimum that is shared: the true run may be up to 35
    tokens longer at either end.

    Args:
        index: the index to search.
    """

    name = "sketch"

    def __init__(self, index: SketchIndex) -> None:
        self._index = index

    def match(self, snippet: Snippet) -> Iterator[Match | Suppressed]:
        """Yield every match of `snippet`, and every suppressed match with its reason."""
        tokens = query_tokens(snippet)
        answer = self._index.search(tokens)
        if not (answer.matches or answer.candidates):
            return
        query = query_of(self._index, tokens, snippet)
        lines = lines_of(snippet.content)
        verified = self._verified(answer.matches, _MAX_FETCHED)
        unverified = [each for each in answer.matches if each.content_id not in verified]
        candidates = self._verified(answer.candidates, _MAX_CANDIDATES)
        yield from self._passages(query, snippet, verified | candidates)
        yield from self._unverified(query, snippet, unverified)
        for candidate in answer.candidates:
            if candidate.content_id not in candidates:
                region = lines.region(
                    Span(*tokens.span(candidate.query_token, candidate.query_token + GRAM))
                )
                yield Suppressed(snippet.id, region, GRAM, ONE_KEY)

    def _verified(self, matches: list[SketchMatch], limit: int) -> dict[int, list[SketchMatch]]:
        """The matches by content, for up to `limit` contents whose texts are available."""
        if self._index.text_source is None:
            return {}
        verified: dict[int, list[SketchMatch]] = defaultdict(list)
        tried: set[int] = set()
        for each in matches:
            if each.content_id not in tried and len(tried) == limit:
                continue
            tried.add(each.content_id)
            if self._index.has_text(each.content_id):
                verified[each.content_id].append(each)
        return dict(verified)

    def _passages(
        self, query: Query, snippet: Snippet, matches: dict[int, list[SketchMatch]]
    ) -> Iterator[Match | Suppressed]:
        """The passages that the snippet shares with the texts of some contents."""
        if not matches:
            return
        lookup = self._index.look_up_in(sorted(matches), query.tokens, snippet.content)
        evidence = collect(self._index, query.tokens, lookup.exact, Form.EXACT)
        yield from passages(self._index, snippet, evidence, Form.EXACT, CANDIDATE_TOKENS)

    def _unverified(
        self, query: Query, snippet: Snippet, matches: list[SketchMatch]
    ) -> Iterator[Match]:
        """Matches based on keys only: one for each passage, with all contents that hold it."""
        passages_: list[tuple[SketchMatch, list[SketchMatch]]] = []
        intervals: IntervalIndex[tuple[SketchMatch, list[SketchMatch]]] = IntervalIndex()
        for each in matches:
            span = each.query_token, each.last_query_token + GRAM
            homes = intervals.mostly_over(*span, thresholds.SAME_PASSAGE_SHARE)
            if not homes:
                passages_.append((each, [each]))
                intervals.add(*span, passages_[-1])
            elif each.hits >= homes[0][0].hits - 1:  # samples of one passage begin at any stride
                homes[0][1].append(each)
        passages_.sort(key=lambda item: item[0].query_token)
        for best, holders in passages_:
            yield self._match(query, snippet, best, holders)

    def _match(
        self, query: Query, snippet: Snippet, best: SketchMatch, holders: list[SketchMatch]
    ) -> Match:
        tokens = query.tokens
        first, end = best.query_token, best.last_query_token + GRAM
        stream = STREAMS[tokens.part_of(first)[2]]
        kind = MatchKind.EDITED if best.missing else MatchKind.VERBATIM
        space = query.spaces[stream]
        sums = query.own_sums(Form.EXACT)
        similarity = best.hits / (best.hits + best.missing)
        bits = (sums[end] - sums[first]) * similarity
        contents = list(dict.fromkeys(holder.content_id for holder in holders))
        locations = [
            MatchLocation(content_id, Span(0, self._index.content_size(content_id)))
            for content_id in contents[: thresholds.MAX_LOCATIONS]
        ]
        return Match(
            snippet_id=snippet.id,
            kind=kind,
            span=Span(*tokens.span(first, end)),
            tokens=end - first,
            locations=tuple(locations),
            locations_total=len(contents),
            similarity=round(similarity, 4),
            bits=round(bits, 1),
            e_value=space.e_value(kind, bits),
            stream=stream,
            is_verified=False,
        )
