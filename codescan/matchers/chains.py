# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Joins the runs that a snippet shares with one content into chains, over small edits.

A chain is a passage that was copied and then edited: its runs follow each other in both texts
with few tokens between. What lies between, and a little around, is aligned, so that equal
tokens too short for a fingerprint count as well.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.matchers import thresholds

if TYPE_CHECKING:
    from codescan.matchers.verified_runs import Run

__all__ = ["Chain", "aligned", "chains", "score"]


class Chain(NamedTuple):
    """Runs of one content in the order of both texts; token offsets, half open."""

    query_start: int
    query_end: int
    content_start: int
    content_end: int
    matched: int
    """Tokens that are the same in both."""
    runs: tuple[Run, ...]
    blocks: tuple[tuple[int, int, int], ...] = ()
    """(query, content, length) of what is the same, in order; none overlaps another."""

    @property
    def similarity(self) -> float:
        """Share of the longer side's tokens that are matched, 0..1."""
        longer = max(self.query_end - self.query_start, self.content_end - self.content_start)
        return self.matched / longer if longer else 0.0


def chains(runs: list[Run], query: _native.Tokens, content: _native.Tokens) -> list[Chain]:
    """Join runs, given in the order of the query, into chains; every run is in one of them.

    Runs of different parts of a text (its code, its comments) are never joined. Linear in the runs
    times the chains that are open at once, which the gap bounds.

    Args:
        runs: shared by the two texts.
        query: tokens of the snippet.
        content: tokens of the content.
    """
    if len(runs) == 1:
        return [_chain(runs)]
    of_parts: dict[tuple[int, int], list[Run]] = defaultdict(list)
    for run in runs:
        parts = query.part_of(run.query)[0], content.part_of(run.content)[0]
        of_parts[parts].append(run)
    return [chain for part in of_parts.values() for chain in _chains(part)]


def _chains(runs: list[Run]) -> list[Chain]:
    finished: list[list[Run]] = []
    open_chains: list[tuple[int, int, int, list[Run]]] = []  # ends in both texts, last length
    most = thresholds.MAX_GAP_TOKENS
    for run in runs:
        query, content, length = run.query, run.content, run.length
        still_open = [chain for chain in open_chains if query - chain[0] <= most]
        if len(still_open) < len(open_chains):
            finished += [chain[3] for chain in open_chains if query - chain[0] > most]
            open_chains = still_open
        nearest, least_gap = -1, 0
        for place, (query_end, content_end, last, _runs) in enumerate(open_chains):
            query_gap, content_gap = query - query_end, content - content_end
            # Runs on both sides of an edit may overlap by what it repeats, which counts once.
            if not -length < query_gap or not -length < content_gap <= most:
                continue
            if query_gap <= -last or content_gap <= -last:
                continue
            gap = abs(query_gap) + abs(content_gap)
            if nearest < 0 or gap < least_gap:
                nearest, least_gap = place, gap
        joined = [] if nearest < 0 else open_chains[nearest][3]
        joined.append(run)
        chain = (query + length, content + length, length, joined)
        if nearest < 0:
            open_chains.append(chain)
        else:
            open_chains[nearest] = chain
    return [_chain(each) for each in (*finished, *(chain[3] for chain in open_chains))]


def _chain(runs: list[Run]) -> Chain:
    if len(runs) == 1:
        query, content, length = runs[0].query, runs[0].content, runs[0].length
        return Chain(
            query, query + length, content, content + length, length, (runs[0],),
            ((query, content, length),),
        )  # fmt: skip
    first = runs[0]
    blocks = [(first.query, first.content, first.length)]
    for last, run in itertools.pairwise(runs):
        overlap = max(
            last.query + last.length - run.query, last.content + last.length - run.content, 0
        )
        if overlap < run.length:
            blocks.append((run.query + overlap, run.content + overlap, run.length - overlap))
    matched = sum(length for _query, _content, length in blocks)
    return Chain(
        query_start=runs[0].query,
        query_end=max(r.query + r.length for r in runs),
        content_start=runs[0].content,
        content_end=max(r.content + r.length for r in runs),
        matched=matched,
        runs=tuple(runs),
        blocks=tuple(blocks),
    )


def score(chain: Chain, sums: _native.Sums) -> float:
    """Score of a chain in bits: that of what is the same, less what its gaps cost.

    Where a block stands after the one before could be chosen, so that is paid for (Altschul and
    Gish 1996, affine gap costs on a logarithmic scale).

    Args:
        chain: of the query that `sums` are of.
        sums: code lengths before each token of the query.
    """
    bits = 0.0
    query_end = content_end = -1
    for query, content, length in chain.blocks:
        if query_end >= 0:
            gap = (query - query_end) + (content - content_end)
            bits -= thresholds.GAP_BITS + thresholds.GAP_LENGTH_BITS * math.log2(1 + max(0, gap))
        bits += sums[query + length] - sums[query]
        query_end, content_end = query + length, content + length
    return bits


def aligned(
    chain: Chain,
    query: _native.Tokens,
    content: _native.Tokens,
    margin: int = thresholds.MAX_GAP_TOKENS,
) -> Chain:
    """The chain with its gaps and margins aligned token by token.

    Grows into the text around as long as more is the same than not. A chain longer than
    ALIGNED_TOKENS is returned as it is.

    Args:
        chain: of these two texts.
        query: tokens of the snippet.
        content: tokens of the content.
        margin: tokens around the chain that are aligned as well.
    """
    query_begin, query_end, _stream = query.part_of(chain.query_start)
    content_begin, content_end, _stream = content.part_of(chain.content_start)
    q0, q1 = max(query_begin, chain.query_start - margin), min(query_end, chain.query_end + margin)
    # As much of the content, and what an edit may have taken away: in a longer stretch the longest
    # common subsequence would find single tokens here and there instead of what belongs together.
    before = chain.query_start - q0 + thresholds.REMOVED_TOKENS
    after = q1 - chain.query_end + thresholds.REMOVED_TOKENS
    c0 = max(content_begin, chain.content_start - before)
    c1 = min(content_end, chain.content_end + after)
    if max(q1 - q0, c1 - c0) > thresholds.ALIGNED_TOKENS:
        return chain
    blocks = _native.equal_blocks(query, (q0, q1), content, (c0, c1), thresholds.MIN_BLOCK_TOKENS)
    core = [
        i
        for i, (q, _c, n) in enumerate(blocks)
        if q < chain.query_end and q + n > chain.query_start
    ]
    if not core:
        return chain
    first = _grow(blocks, core[0], -1)
    last = _grow(blocks, core[-1], 1)
    scored_blocks = blocks[first : last + 1]
    return Chain(
        query_start=scored_blocks[0][0],
        query_end=scored_blocks[-1][0] + scored_blocks[-1][2],
        content_start=scored_blocks[0][1],
        content_end=scored_blocks[-1][1] + scored_blocks[-1][2],
        matched=sum(n for _q, _c, n in scored_blocks),
        runs=chain.runs,
        blocks=tuple(scored_blocks),
    )


def _grow(blocks: list[tuple[int, int, int]], start: int, step: int) -> int:
    """The block farthest from `start` up to which equal tokens outweigh the gaps."""
    best, score, best_score = start, 0, 0
    at = start
    while 0 <= at + step < len(blocks):
        left, right = sorted((at, at + step))
        gap = max(
            blocks[right][0] - blocks[left][0] - blocks[left][2],
            blocks[right][1] - blocks[left][1] - blocks[left][2],
        )
        score += blocks[at + step][2] - gap
        at += step
        if score > best_score:
            best, best_score = at, score
    return best
