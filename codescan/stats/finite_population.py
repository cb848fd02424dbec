# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shares of a finite population, such as the text of one corpus, from a random sample of it.

The claim is only about this population, so only the sampling is random: separately sampled units
are independent, even if units of one package are similar. Sampling without replacement gives
narrower intervals than sampling with replacement, the more so the larger the sample (correction for
finite populations; Cochran, Sampling Techniques, 3rd edition 1977, sections 2.6 and 3.5).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from codescan.stats.beta_binomial import beta_binomial_interval
from codescan.stats.intervals import THIS_CORPUS, Rate, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["finite_rate", "hypergeometric_interval"]


def finite_rate(
    units: Mapping[str, tuple[int, int]], population: int | None = None, confidence: float = 0.95
) -> Rate:
    """A share of a finite population, from a random sample of its units.

    If each unit has one trial, the interval is exact: binomial, or hypergeometric if the size of
    the population is known. The binomial one also holds where the units come from strata in
    proportion: independent trials of unequal chances vary less (Hoeffding, Annals of Mathematical
    Statistics 1956). Units of several trials, such as prompts of one file, are clusters.

    Args:
        units: (successes, trials) by the unit's name; units without a trial are left out.
        population: upper bound of the trials of all units; None if it is unknown or if the outcome
            of a trial is itself random.
        confidence: 0 < confidence < 1.

    Raises:
        ValueError: an argument is out of its range.
    """
    pairs = [units[name] for name in sorted(units) if units[name][1] > 0]
    k, n = sum(hits for hits, _ in pairs), sum(trials for _, trials in pairs)
    plain = replace(rate(k, n, confidence), clusters=len(pairs), claim=THIS_CORPUS)
    size = None if population is None else max(population, n)
    if n == len(pairs):
        if size is None or n == 0:
            return plain
        low, high = hypergeometric_interval(k, n, size, confidence)
        side = ", one-sided" if k in (0, n) else ""
        return replace(plain, low=low, high=high, method=f"hypergeometric, of {size:,}{side}")
    low, high = beta_binomial_interval(pairs, confidence)
    shrunk = 1.0 if size is None else math.sqrt(1.0 - n / size)
    share = k / n
    method = "beta-binomial by file" + (", finite-population correction" if size else "")
    return replace(
        plain,
        low=share - shrunk * max(0.0, share - low),
        high=share + shrunk * max(0.0, high - share),
        method=method + (", one-sided" if k in (0, n) else ""),
    )


def hypergeometric_interval(
    k: int, n: int, population: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The exact interval of a share of a population, from a sample without replacement.

    It inverts both tail tests (Konijn, Statistical Theory of Sample Survey Design and Analysis
    1973); if no or every unit succeeded, only one of them, with the whole error.

    Args:
        k: successes in the sample, 0..n.
        n: units in the sample, at least 1.
        population: units in all, at least n.
        confidence: 0 < confidence < 1.
    """
    from scipy.stats import hypergeom

    tail = (1.0 - confidence) / (1 if k in (0, n) else 2)
    least, most = k, population - (n - k)

    def is_high_enough(successes: int) -> bool:
        return bool(hypergeom.sf(k - 1, population, successes, n) > tail)

    def is_too_high(successes: int) -> bool:
        return bool(hypergeom.cdf(k, population, successes, n) <= tail)

    low = least if k == 0 else _first(is_high_enough, least, most)
    high = most if k == n else _first(is_too_high, least, most + 1) - 1
    return low / population, high / population


def _first(holds: Callable[[int], bool], start: int, end: int) -> int:
    """The first number of start..end at which a monotone test holds; `end` if none before."""
    while start < end:
        middle = (start + end) // 2
        if holds(middle):
            end = middle
        else:
            start = middle + 1
    return start
