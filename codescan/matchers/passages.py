# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes a Match of each passage that many contents share with a snippet, with all its holders.

The native core joins runs over small edits and groups what contents share (passage_finder.hpp).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan._core import _native
from codescan.matchers import thresholds
from codescan.matchers.query import STREAMS
from codescan.matchers.verified_runs import Form, guaranteed_tokens, looked_up
from codescan.records import Match, MatchKind, MatchLocation, Snippet, Span, Stream, Suppressed
from codescan.text.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.index.reader import Index
    from codescan.matchers.verified_runs import Evidence

__all__ = ["matches_of", "passage_finder", "passages"]


_LIMITS = (
    thresholds.MAX_GAP_TOKENS,
    thresholds.SHORT_RUN_TOKENS,
    thresholds.REMNANT_MARGIN_TOKENS,
    thresholds.REMNANT_GAIN_TOKENS,
    thresholds.REMOVED_TOKENS,
    thresholds.ALIGNED_TOKENS,
    thresholds.MIN_BLOCK_TOKENS,
    thresholds.MIN_SIMILARITY,
    thresholds.SAME_PASSAGE_SHARE,
    thresholds.GAP_BITS,
    thresholds.GAP_LENGTH_BITS,
)
"""In the order of PassageLimits in _core/passage_finder.hpp."""


def passage_finder(evidence: Evidence, form: Form) -> _native.PassageFinder:
    """What joins runs and units of many contents into the passages of a snippet.

    Args:
        evidence: of the snippet.
        form: in which runs and units are the same.
    """
    return _native.PassageFinder(evidence.tokens, evidence.verified, _LIMITS, form is Form.EXACT)


def passages(
    index: Index, snippet: Snippet, evidence: Evidence, form: Form, min_tokens: int
) -> Iterator[Match | Suppressed]:
    """Yield a Match for each passage of at least `min_tokens` matched tokens.

    What has the guaranteed length but is not a match is yielded as Suppressed.
    """
    guarantee = guaranteed_tokens(index, form)
    tokens = evidence.tokens
    if len(evidence.verified):
        finder = passage_finder(evidence, form)
        # Runs that are promised, but shorter than was asked for, are all listed.
        finder.add_verified(
            index.tokens, min(min_tokens, guarantee), with_repeats=guarantee < min_tokens
        )
        yield from matches_of(index, snippet, tokens, form, finder, min_tokens)
    uncovered = evidence.uncovered
    if not uncovered and not evidence.weak:
        return
    lines = lines_of(snippet.content)
    for token, _postings in uncovered:
        end = min(token + guarantee, tokens.part_of(token)[1])
        region = lines.region(Span(*tokens.span(token, end)))
        yield Suppressed(snippet.id, region, end - token, "too-common")
    for start, end in evidence.weak:
        if end - start >= guarantee:
            region = lines.region(Span(*tokens.span(start, end)))
            yield Suppressed(snippet.id, region, end - start, "chance")


def matches_of(
    index: Index,
    snippet: Snippet,
    tokens: _native.Tokens,
    form: Form,
    finder: _native.PassageFinder,
    min_tokens: int,
) -> Iterator[Match | Suppressed]:
    """Yield a Match for each passage of a finder, with all its holders.

    Args:
        index: that holds the contents.
        snippet: that was searched for.
        tokens: of the snippet.
        form: in which the passages were found.
        finder: that has them.
        min_tokens: passages that match fewer are yielded as Suppressed.
    """
    passages, short = finder.passages(min_tokens)
    if not passages and not short:
        return
    lines = lines_of(snippet.content)
    for start, end, matched in short:
        region = lines.region(Span(*tokens.span(start, end)))
        yield Suppressed(snippet.id, region, matched, "below-threshold")
    query, _lookup = looked_up(index, snippet)
    for passage in passages:
        law = MatchKind.RENAMED if form is Form.RENAMED else _kind(passage, form)
        space = query.spaces[_stream(tokens, passage)]
        own_sums, sums = query.own_sums(form), query.sums(form)
        whole_bits = bits = _score(passage, own_sums)
        if own_sums is not sums:
            # What a tool wrote is shown as such: it is judged by all that it shares.
            whole_bits = max(bits, _score(passage, sums))
        e_value = space.e_value(law, bits)
        if whole_bits < space.least_bits(law, thresholds.MAX_E_VALUE):
            region = lines.region(Span(*tokens.span(passage.query_start, passage.query_end)))
            yield Suppressed(snippet.id, region, passage.matched, "chance")
        else:
            match = _match(index, snippet, tokens, passage, form)
            yield replace(match, bits=round(bits, 1), e_value=e_value)


def _score(passage: _native.Passage, sums: _native.Sums) -> float:
    """Bits of what is the same, less what its gaps cost."""
    return passage.score(sums, thresholds.GAP_BITS, thresholds.GAP_LENGTH_BITS)


def _match(
    index: Index,
    snippet: Snippet,
    tokens: _native.Tokens,
    passage: _native.Passage,
    form: Form,
) -> Match:
    start = _first_telling(snippet.content, tokens, passage)
    holders, count = passage.holders(thresholds.MAX_LOCATIONS)
    return Match(
        snippet_id=snippet.id,
        kind=_kind(passage, form),
        span=Span(*tokens.span(start, passage.query_end)),
        tokens=passage.query_end - passage.query_start,
        locations=tuple(
            MatchLocation(content_id, Span(begin, end), similarity)
            for content_id, begin, end, similarity in holders
        ),
        # At most as many places hold the whole passage as its rarest fingerprint has.
        locations_total=max(count, passage.places),
        similarity=round(passage.similarity, 4),
        renames=_renames(index, snippet, tokens, passage) if form is Form.RENAMED else (),
        stream=_stream(tokens, passage),
    )


_CLOSING = b")]},;:"


def _first_telling(text: bytes, tokens: _native.Tokens, passage: _native.Passage) -> int:
    """The token that counts as the beginning of a passage.

    What closes the construct before it is equal by chance; it would draw a line into the finding
    that nobody copied.
    """
    token = passage.query_start
    last = passage.query_end - 1
    while token < last:
        begin, end = tokens.span(token, token + 1)
        line = text.rfind(b"\n", 0, begin) + 1
        if end - begin > 1 or text[begin] not in _CLOSING or not text[line:begin].strip():
            break
        token += 1
    return token


def _stream(tokens: _native.Tokens, passage: _native.Passage) -> Stream:
    return STREAMS[tokens.part_of(passage.query_start)[2]]


def _kind(passage: _native.Passage, form: Form) -> MatchKind:
    if passage.run_count != 1:
        return MatchKind.EDITED
    return MatchKind.VERBATIM if form is Form.EXACT else MatchKind.RENAMED


def _renames(
    index: Index, snippet: Snippet, tokens: _native.Tokens, passage: _native.Passage
) -> tuple[tuple[str, str], ...]:
    text = index.content(passage.content_id)
    origin_tokens = index.tokens(passage.content_id)
    names: dict[str, str] = {}
    for query, content, length in passage.runs:
        places = _native.renamed_tokens(tokens, origin_tokens, query, content, length)
        for at, origin_at in places.tolist():
            old = text[slice(*origin_tokens.span(origin_at, origin_at + 1))].decode(
                errors="replace"
            )
            new = snippet.content[slice(*tokens.span(at, at + 1))].decode(errors="replace")
            names.setdefault(old, new)
    return tuple(sorted(names.items()))
