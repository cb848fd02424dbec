# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rates of conversations by work, owner and license, with the intervals of their design."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from codescan.log_audit.matching import SEPARATOR
from codescan.stats.cluster_intervals import stratified
from codescan.stats.finite_population import hypergeometric_interval
from codescan.stats.intervals import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["CONVERSATIONS_LIKE_THESE", "THIS_LOG", "Sample", "hits_by_group"]

_REMEMBERED = 1 << 14
"""Intervals that are not computed again: most works are copied once or twice."""
THIS_LOG = "this log"
"""Claim about the conversations of the log: only the draw is random."""
CONVERSATIONS_LIKE_THESE = "conversations like these"
"""Claim of an audit of every conversation; the share in the log itself is then exact."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The number of conversations, and of those drawn, in each stratum."""

    population: Mapping[str, int]
    drawn: Mapping[str, int]
    is_census: bool
    """Whether the design is to take all; the claim is then about conversations like these."""

    @property
    def size(self) -> int:
        """Conversations drawn."""
        return sum(self.drawn.values())

    def rate(self, hits: Mapping[str, int], confidence: float = 0.95) -> Rate:
        """The share of conversations with a hit.

        A conversation is one trial, so that the exchanges of one need no correction. Of a sample
        the interval is hypergeometric in each stratum, and that of the whole follows by
        `stratified`. Of a census it is Clopper and Pearson's.

        Args:
            hits: conversations drawn with a hit, by stratum; others have none.
            confidence: 0 < confidence < 1.
        """
        k = sum(hits.values())
        if self.is_census:
            return _of_census(k, self.size, confidence)
        parts = [
            (
                float(self.population[stratum]),
                _of_stratum(hits.get(stratum, 0), n, self.population[stratum], confidence),
            )
            for stratum, n in sorted(self.drawn.items())
            if n
        ]
        return replace(stratified(parts), claim=THIS_LOG)

    def limited(self, most: int) -> Sample:
        """The sample of the first conversations of each stratum by their keys."""
        drawn = {stratum: min(n, most) for stratum, n in self.drawn.items()}
        return Sample(self.population, drawn, self.is_census)


def hits_by_group(lines: Iterable[bytes]) -> Iterator[tuple[str, str, str, Counter[str]]]:
    """Yield side, dimension, name and the conversations with a hit by stratum.

    Args:
        lines: distinct and sorted, as matching writes them.
    """
    group: list[str] = []
    strata: Counter[str] = Counter()
    for line in lines:
        *key, stratum, _conversation = line.decode().split(SEPARATOR)
        if key != group:
            if group:
                yield group[0], group[1], group[2], strata
            group, strata = key, Counter()
        strata[stratum] += 1
    if group:
        yield group[0], group[1], group[2], strata


@lru_cache(maxsize=_REMEMBERED)
def _of_census(k: int, n: int, confidence: float) -> Rate:
    return replace(rate(k, n, confidence), claim=CONVERSATIONS_LIKE_THESE)


@lru_cache(maxsize=_REMEMBERED)
def _of_stratum(k: int, n: int, population: int, confidence: float) -> Rate:
    if n == population:  # all of it was drawn, and nothing is left to chance
        return Rate(k, n, k / n, k / n, k / n, "all conversations drawn", confidence)
    low, high = hypergeometric_interval(k, n, population, confidence)
    side = ", one-sided" if k in (0, n) else ""
    method = f"hypergeometric, of {population:,}{side}"
    return Rate(k, n, k / n, low, high, method, confidence)
