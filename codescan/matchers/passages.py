# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes one Match of each passage that contents share with a snippet, with all its holders.

The native core joins runs over small edits and groups equal passages (passage_finder.hpp).
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
    """The finder that joins runs and units of many contents into the passages of a snippet.

    Args:
        evidence: evidence of the snippet.
        form: normal form in which runs and units are compared.
    """
    return _native.PassageFinder(evidence.tokens, evidence.verified, _LIMITS, form is Form.EXACT)


def passages(
    index: Index, snippet: Snippet, evidence: Evidence, form: Form, min_tokens: int
) -> Iterator[Match | Suppressed]:
    """Yield a Match for each passage of at least `min_tokens` matched tokens.

    A passage of the guaranteed length that is not a match is yielded as Suppressed.
    """
    guarantee = guaranteed_tokens(index, form)
    tokens = evidence.tokens
    if len(evidence.verified):
        finder = passage_finder(evidence, form)
        # List every run of the guaranteed length that is shorter than the requested minimum.
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
        index: the index that holds the contents.
        snippet: the snippet that was searched for.
        tokens: tokens of the snippet.
        form: normal form in which the passages were found.
        finder: the finder that holds the passages.
        min_tokens: passages with fewer matched tokens are yielded as Suppressed.
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
            # Tool output is reported as such, so all of its shared tokens count here.
            whole_bits = max(bits, _score(passage, sums))
        e_value = space.e_value(law, bits)
        if whole_bits < space.least_bits(law, thresholds.MAX_E_VALUE):
            region = lines.region(Span(*tokens.span(passage.query_start, passage.query_end)))
            yield Suppressed(snippet.id, region, passage.matched, "chance")
        else:
            match = _match(index, snippet, tokens, passage, form)
            yield replace(match, bits=round(bits, 1), e_value=e_value)


def _score(passage: _native.Passage, sums: _native.Sums) -> float:
    """Bits of the equal tokens, minus the penalty of the gaps."""
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
        # The whole passage occurs at most as often as its rarest fingerprint.
        locations_total=max(count, passage.places),
        similarity=round(passage.similarity, 4),
        renames=_renames(index, snippet, tokens, passage) if form is Form.RENAMED else (),
        stream=_stream(tokens, passage),
    )


_CLOSING = b")]},;:"


def _first_telling(text: bytes, tokens: _native.Tokens, passage: _native.Passage) -> int:
    """The token at which a passage begins, without closing brackets of the code before it.

    Such brackets are equal by chance; with them, the finding would include a line that nobody
    copied.
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
