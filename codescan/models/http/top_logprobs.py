# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scores of a continuation from the log-probabilities of the likeliest tokens alone.

Servers return the log-probability of each token and of the few likeliest tokens. These suffice for
the greedy flag and for plain sampling. For top-k, top-p or another temperature, a score is reported
only if unlisted tokens cannot change it.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from codescan.records import Decoding, SampledLogprob, Score, TokenStatistics

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ListedToken", "sampled_logprob", "score_of"]

_NEGLIGIBLE = 1e-9
"""Maximum share of the probability mass that unlisted tokens may have where they are ignored."""


class ListedToken(NamedTuple):
    """Log-probabilities of one token of a continuation; natural logs, temperature 1."""

    own: float
    """Log-probability of the token itself."""
    best: tuple[float, ...]
    """Log-probabilities of the likeliest tokens, descending; may include the token. Never empty."""

    @property
    def greedy(self) -> bool:
        """Whether no listed token is likelier than the token itself."""
        return self.own >= self.best[0]

    @property
    def tied(self) -> bool:
        """Whether two tokens tie for the likeliest."""
        return len(self.best) > 1 and self.best[0] == self.best[1]


def score_of(
    prompt_id: str,
    model: str,
    tokens: Sequence[ListedToken],
    decodings: Sequence[Decoding],
    *,
    token_statistics: bool = False,
) -> Score:
    """The score of a continuation; decodings without an exact score are omitted.

    Token statistics hold log-probabilities only. Rank, entropy and deviation need the whole
    vocabulary; they are -1 and NaN.
    """
    sampled = []
    for decoding in decodings:
        logprobs = [sampled_logprob(token, decoding) for token in tokens]
        known = [logprob for logprob in logprobs if logprob is not None]
        if len(known) == len(tokens):
            sampled.append(SampledLogprob(decoding, sum(known)))
    return Score(
        prompt_id=prompt_id,
        model=model,
        tokens=len(tokens),
        greedy_run=next((i for i, t in enumerate(tokens) if not t.greedy), len(tokens)),
        logprob=sum(token.own for token in tokens),
        ties=sum(token.tied for token in tokens),
        sampled=tuple(sampled),
        token_statistics=_statistics(tokens) if token_statistics else None,
    )


def _statistics(tokens: Sequence[ListedToken]) -> TokenStatistics:
    unknown = (math.nan,) * len(tokens)
    logprobs = tuple(token.own for token in tokens)
    return TokenStatistics(logprobs, (-1,) * len(tokens), unknown, unknown)


def sampled_logprob(token: ListedToken, decoding: Decoding) -> float | None:
    """Log-probability of the token under `decoding`; None if it is unknown.

    Temperature, then top-k, then top-p, as in `codescan.models.scoring.token_distribution`.
    """
    if decoding == Decoding():
        return token.own
    logprobs, unlisted = token.best, 0.0
    if decoding.top_k:
        if decoding.top_k > len(logprobs):
            return None
        logprobs = tuple(logprob for logprob in logprobs if logprob >= logprobs[decoding.top_k - 1])
    else:
        unlisted = _remaining_mass(logprobs, decoding.temperature)
    weights = [math.exp((logprob - logprobs[0]) / decoding.temperature) for logprob in logprobs]
    negligible = unlisted <= _NEGLIGIBLE * sum(weights)
    whole = sum(weights) + unlisted
    if decoding.top_p < 1.0:
        reached = list(itertools.accumulate(weights, initial=0.0))
        inside = sum(before < decoding.top_p * whole for before in reached[:-1])
        enough = negligible or reached[-1] >= decoding.top_p * whole
        exact = decoding.temperature == 1.0 or negligible
        logprobs, whole = logprobs[:inside], reached[inside]
    else:
        enough = exact = negligible
    if not (enough and exact):
        return None
    if token.own < logprobs[-1]:
        return -math.inf
    return (token.own - logprobs[0]) / decoding.temperature - math.log(whole)


def _remaining_mass(listed: Sequence[float], temperature: float) -> float:
    """Weight of all unlisted tokens relative to the likeliest token; infinite if unbounded.

    Exact at temperature 1. At lower temperatures it is an upper bound: each unlisted token is at
    most as likely as the last listed one, so tempering shrinks their sum at least as much.
    """
    if temperature > 1.0:
        return math.inf
    remainder = max(0.0, 1.0 - math.fsum(math.exp(one) for one in listed))
    return remainder * math.exp(listed[-1] * (1.0 / temperature - 1.0) - listed[0] / temperature)
