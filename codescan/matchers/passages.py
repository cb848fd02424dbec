# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Joins the chains of many contents into passages: one Match each, with all its holders."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from dataclasses import field, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.lazy_dataclass import dataclass
from codescan.matchers import thresholds
from codescan.matchers.chains import Chain, aligned, chains, score
from codescan.matchers.interval_index import Cover
from codescan.matchers.query import STREAMS
from codescan.matchers.verified_runs import Evidence, Form, Run, guaranteed_tokens, looked_up
from codescan.records import Match, MatchKind, MatchLocation, Snippet, Span, Stream, Suppressed
from codescan.text.lines import LineMap, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.index.reader import Index

__all__ = ["grouped", "passages"]


@dataclass(slots=True)
class _Passage:
    """A stretch of the snippet and the chains that hold it, the longest first."""

    best: Chain
    content_id: int
    locations: list[tuple[int, Chain]] = field(default_factory=list)


def passages(
    index: Index, snippet: Snippet, evidence: Evidence, form: Form, min_tokens: int
) -> Iterator[Match | Suppressed]:
    """Yield a Match for each passage of at least `min_tokens` matched tokens.

    What has the guaranteed length but is not a match is yielded as Suppressed.
    """
    guarantee = guaranteed_tokens(index, form)
    least = min(min_tokens, guarantee)
    # Runs that are promised, but shorter than was asked for, are all listed.
    telling = evidence.runs if guarantee < min_tokens else _without_repeats(evidence.runs)
    accepted = [
        (content_id, refined)
        for content_id, runs in telling.items()
        if not _is_too_short(runs, form, least)
        for chain in chains(runs, evidence.tokens, index.tokens(content_id))
        if (refined := _refined(index, evidence, content_id, chain, form)).matched >= least
    ]
    yield from grouped(index, snippet, evidence, form, accepted, min_tokens)
    if not evidence.uncovered and not evidence.weak:
        return
    tokens = evidence.tokens
    lines = lines_of(snippet.content)
    for token, _postings in evidence.uncovered:
        end = min(token + guarantee, tokens.part_of(token)[1])
        region = lines.region(Span(*tokens.span(token, end)))
        yield Suppressed(snippet.id, region, end - token, "too-common")
    for start, end in evidence.weak:
        if end - start >= guarantee:
            region = lines.region(Span(*tokens.span(start, end)))
            yield Suppressed(snippet.id, region, end - start, "chance")


def _is_too_short(runs: list[Run], form: Form, least: int) -> bool:
    """Whether a lone run is shorter than any passage: nothing is aligned around a renamed one."""
    return form is Form.RENAMED and len(runs) == 1 and runs[0].length < least


def grouped(
    index: Index,
    snippet: Snippet,
    evidence: Evidence,
    form: Form,
    chains: list[tuple[int, Chain]],
    min_tokens: int,
) -> Iterator[Match | Suppressed]:
    """Yield a Match for each passage among the chains of many contents, with all its holders.

    Args:
        index: that holds the contents.
        snippet: that was searched for.
        evidence: its tokens, and how common its fingerprints are.
        form: in which the chains were found.
        chains: (content_id, chain) in any order; sorted in place.
        min_tokens: chains that match fewer are yielded as Suppressed.
    """
    if not chains:
        return
    lines = lines_of(snippet.content)
    tokens = evidence.tokens
    chains.sort(key=lambda item: (-_strength(item[1]), item[0]))
    places: list[_Passage] = []
    cover: Cover[_Passage] = Cover()
    for content_id, chain in chains:
        if chain.matched < min_tokens:
            yield _suppressed(snippet, lines, tokens, chain, "below-threshold")
            continue
        span = (chain.query_start, chain.query_end)
        home = next(iter(cover.mostly_over(*span, thresholds.SAME_PASSAGE_SHARE)), None)
        if home is None:
            places.append(_Passage(chain, content_id, [(content_id, chain)]))
            cover.add(*span, places[-1])
        elif _share(chain, home.best) >= thresholds.SAME_PASSAGE_SHARE:
            home.locations.append((content_id, chain))
        # Else a part of the passage that this content also holds: it stands inside another.
    places.sort(key=lambda p: (p.best.query_start, p.best.query_end))
    query, _lookup = looked_up(index, snippet)
    for passage in places:
        law = _law(passage.best, form)
        space = query.spaces[_stream(tokens, passage.best)]
        own_sums, sums = query.own_sums(form), query.sums(form)
        shown = bits = score(passage.best, own_sums)
        if own_sums is not sums:
            # What a tool wrote is shown as such: it is judged by all that it shares.
            shown = max(bits, score(passage.best, sums))
        e_value = space.e_value(law, bits)
        if shown < space.least_bits(law, thresholds.MAX_E_VALUE):
            yield _suppressed(snippet, lines, tokens, passage.best, "chance")
        else:
            match = _match(index, snippet, evidence, passage, form)
            yield replace(match, bits=round(bits, 1), e_value=e_value)


def _without_repeats(every: dict[int, list[Run]]) -> dict[int, list[Run]]:
    """The runs without those that can only repeat parts of the longest, if all lie inside it.

    A copied text repeats itself here and there, and so does its origin. Such runs are not passages
    of their own, and no other place of this one unless a chain of them reaches over most of it.
    """
    runs_of_all = itertools.chain.from_iterable(every.values())
    longest = max(runs_of_all, key=attrgetter("length"), default=None)
    if longest is None or longest.length <= thresholds.SHORT_RUN_TOKENS:
        return every  # it may itself be a part of more
    selected: dict[int, list[Run]] = {}
    for content_id, runs in every.items():
        others = [run for run in runs if run is not longest]
        begin = end = longest.query
        widest = 0
        for run in others:
            if run.query > end + thresholds.MAX_GAP_TOKENS:
                widest = max(widest, end - begin)
                begin = run.query
            end = max(end, run.query + run.length)
        widest = max(widest, end - begin)
        if others and not longest.query <= others[0].query <= end <= longest.query + longest.length:
            return every
        if widest / thresholds.SAME_PASSAGE_SHARE >= longest.length:
            selected[content_id] = runs
        elif len(others) < len(runs):
            selected[content_id] = [longest]
    return selected


def _refined(index: Index, evidence: Evidence, content_id: int, chain: Chain, form: Form) -> Chain:
    """The chain with what edits left of the text in and around it."""
    if _is_inside_a_longer(evidence, chain):
        return chain  # a part of that, however much an alignment would add
    origin_tokens = index.tokens(content_id)
    if len(chain.runs) > 1:
        # Renamed identifiers differ in their hashes, so only exact tokens can be aligned further.
        better = aligned(chain, evidence.tokens, origin_tokens)
        return better if better.matched > chain.matched else chain
    if form is not Form.EXACT or chain.matched > thresholds.SHORT_RUN_TOKENS:
        return chain
    margin = thresholds.REMNANT_MARGIN_TOKENS
    better = aligned(chain, evidence.tokens, origin_tokens, margin)
    is_copy = (
        better.matched >= chain.matched + thresholds.REMNANT_GAIN_TOKENS
        and better.similarity >= thresholds.MIN_SIMILARITY
    )
    return better._replace(runs=()) if is_copy else chain


def _is_inside_a_longer(evidence: Evidence, chain: Chain) -> bool:
    used = evidence.used
    first, end = bisect_left(used, chain.query_start), bisect_left(used, chain.query_end)
    needed = (chain.query_end - chain.query_start) / thresholds.SAME_PASSAGE_SHARE
    return min(evidence.reach[first:end], default=0) > needed


def _strength(chain: Chain) -> float:
    """A shorter whole run says more than a longer one with holes, on either side."""
    return chain.matched * chain.similarity


def _share(chain: Chain, best: Chain) -> float:
    """Share of the passage that a holder's chain covers."""
    common = min(chain.query_end, best.query_end) - max(chain.query_start, best.query_start)
    return common / (best.query_end - best.query_start)


def _match(
    index: Index,
    snippet: Snippet,
    evidence: Evidence,
    passage: _Passage,
    form: Form,
) -> Match:
    best = passage.best
    tokens = evidence.tokens
    start = _first_telling(snippet.content, tokens, best)
    locations = sorted(
        (
            MatchLocation(
                content_id=content_id,
                span=Span(*index.tokens(content_id).span(chain.content_start, chain.content_end)),
                similarity=round(min(1.0, _strength(chain) / _strength(best)), 4),
            )
            for content_id, chain in passage.locations
        ),
        key=lambda h: (-h.similarity, h.content_id, h.span.start),
    )
    one_for_each = {h.content_id: h for h in reversed(locations)}  # the best place in each content
    listed = sorted(one_for_each.values(), key=lambda h: (-h.similarity, h.content_id))
    return Match(
        snippet_id=snippet.id,
        kind=_kind(best, form),
        span=Span(*tokens.span(start, best.query_end)),
        tokens=best.query_end - best.query_start,
        locations=tuple(listed[: thresholds.MAX_LOCATIONS]),
        locations_total=max(len(listed), _places(evidence, best)),
        similarity=round(best.similarity, 4),
        renames=_renames(index, snippet, evidence, passage) if form is Form.RENAMED else (),
        stream=_stream(tokens, best),
    )


_CLOSING = b")]},;:"


def _first_telling(text: bytes, tokens: _native.Tokens, chain: Chain) -> int:
    """The token at which a passage is said to begin.

    What closes the construct before it is equal by chance; it would draw a line into the finding
    that nobody copied.
    """
    token = chain.query_start
    while token + 1 < chain.query_end:
        begin, end = tokens.span(token, token + 1)
        line = text.rfind(b"\n", 0, begin) + 1
        if end - begin > 1 or text[begin] not in _CLOSING or not text[line:begin].strip():
            break
        token += 1
    return token


def _stream(tokens: _native.Tokens, chain: Chain) -> Stream:
    return STREAMS[tokens.part_of(chain.query_start)[2]]


def _kind(chain: Chain, form: Form) -> MatchKind:
    if len(chain.runs) != 1:
        return MatchKind.EDITED
    return MatchKind.VERBATIM if form is Form.EXACT else MatchKind.RENAMED


def _law(chain: Chain, form: Form) -> MatchKind:
    """The kind of match by whose law the score of a chain is judged."""
    if form is Form.RENAMED:
        return MatchKind.RENAMED
    return _kind(chain, form)


def _places(evidence: Evidence, chain: Chain) -> int:
    """At most as many places hold the whole chain as its rarest fingerprint has."""
    used = evidence.used
    first, end = bisect_left(used, chain.query_start), bisect_left(used, chain.query_end)
    return min(map(evidence.uses.__getitem__, used[first:end]), default=0)


def _renames(
    index: Index, snippet: Snippet, evidence: Evidence, passage: _Passage
) -> tuple[tuple[str, str], ...]:
    text = index.content(passage.content_id)
    tokens, origin_tokens = evidence.tokens, index.tokens(passage.content_id)
    names: dict[str, str] = {}
    for run in passage.best.runs:
        places = _native.renamed_tokens(tokens, origin_tokens, run.query, run.content, run.length)
        for at, origin_at in places.tolist():
            old = text[slice(*origin_tokens.span(origin_at, origin_at + 1))].decode(
                errors="replace"
            )
            new = snippet.content[slice(*tokens.span(at, at + 1))].decode(errors="replace")
            names.setdefault(old, new)
    return tuple(sorted(names.items()))


def _suppressed(
    snippet: Snippet, lines: LineMap, tokens: _native.Tokens, chain: Chain, reason: str
) -> Suppressed:
    span = tokens.span(chain.query_start, chain.query_end)
    return Suppressed(snippet.id, lines.region(Span(*span)), chain.matched, reason)
