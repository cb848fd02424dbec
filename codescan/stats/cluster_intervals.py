# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shares whose trials come in clusters: prompts of one package are not independent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from codescan.stats.intervals import Difference, Rate, clopper_pearson, rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["cluster_excess", "cluster_rate", "measured", "resampled", "stratified"]

_BLOCK = 1 << 20
"""Numbers drawn at a time."""


def measured(clusters: Mapping[str, tuple[int, int]], confidence: float = 0.95) -> Rate:
    """A share of trials with the interval that its clusters call for.

    Exact over trials where no cluster has more than one, or where all are in one (nothing is then
    said of other clusters). Else a bootstrap over clusters, which few clusters make too narrow, so
    it is widened to the exact interval over trials where that is wider.
    """
    pairs = [pair for pair in clusters.values() if pair[1] > 0]
    k, n = sum(hits for hits, _ in pairs), sum(trials for _, trials in pairs)
    if len(pairs) <= 1 or n == len(pairs):
        return rate(k, n, confidence)
    drawn = cluster_rate(clusters, confidence)
    if k in (0, n):
        return drawn
    low, high = clopper_pearson(k, n, confidence)
    return Rate(k, n, k / n, min(low, drawn.low), max(high, drawn.high), drawn.method, confidence)


def cluster_excess(target: Rate, null: Rate) -> Difference:
    """How much a share exceeds that of a null arm, from the intervals that both have.

    The method of variance estimates recovery (Zou and Donner, Statistics in Medicine 2008), which
    with Wilson's intervals is Newcombe's. It takes the arms as independent: where the null arm is
    made from the same packages, the interval is on the cautious side. Without a trial in either
    arm it is -1..1.
    """
    method = "MOVER"
    if target.n == 0 or null.n == 0:
        return Difference(0.0, -1.0, 1.0, method, target.confidence, target.frame)
    value = target.value - null.value
    return Difference(
        value,
        max(-1.0, value - math.hypot(target.value - target.low, null.high - null.value)),
        min(1.0, value + math.hypot(target.high - target.value, null.value - null.low)),
        f"{method}: {target.method}; {null.method}",
        target.confidence,
        target.frame,
    )


def stratified(parts: Sequence[tuple[float, Rate]]) -> Rate:
    """The share of a whole whose parts were drawn from apart.

    The weighted mean of the parts' shares; its interval by the method of variance estimates
    recovery for a linear function of shares, from the interval that each part has (Zou, Huang and
    Zhang, Computational Statistics and Data Analysis 2009). Weights are taken as known.

    Args:
        parts: weight, at least 0, and share of each part; parts without a trial are left out, so
            that nothing is said of them.
    """
    used = [(weight, one) for weight, one in parts if one.n and weight > 0]
    total = sum(weight for weight, _ in used)
    k, n = (sum(one.k for _, one in used), sum(one.n for _, one in used))
    if not used:
        return rate(0, 0)
    if len(used) == 1:
        return used[0][1]
    value = sum(weight * one.value for weight, one in used) / total
    down = math.hypot(*(weight / total * (one.value - one.low) for weight, one in used))
    up = math.hypot(*(weight / total * (one.high - one.value) for weight, one in used))
    method = f"MOVER over {len(used)} strata: {used[0][1].method}"
    low, high = max(0.0, value - down), min(1.0, value + up)
    return Rate(k, n, value, low, high, method, used[0][1].confidence, weighted=True)


def cluster_rate(
    clusters: Mapping[str, tuple[int, int]],
    confidence: float = 0.95,
    *,
    resamples: int = 2_000,
    seed: int = 0,
) -> Rate:
    """A share whose trials come in clusters, such as prompts drawn from the same repository.

    Percentile bootstrap that draws whole clusters with replacement (Davison and Hinkley 1997,
    3.8; Field and Welsh, JRSS B 2007). Where no trial, or every trial, succeeded, the
    bootstrap is blind; the exact bound is then taken over clusters, not trials, which is the
    cautious end. Likewise for a single cluster.

    Args:
        clusters: (successes, trials) by the cluster's name.
        confidence: 0 < confidence < 1.
        resamples: bootstrap draws.
        seed: of the draws; the same seed gives the same interval.

    Raises:
        ValueError: an argument is out of its range.
    """
    pairs = [clusters[name] for name in sorted(clusters) if clusters[name][1] > 0]
    for hits, trials in pairs:
        if not 0 <= hits <= trials:
            raise ValueError(f"{hits} successes of {trials} trials cannot be")
    k, n = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    if k in (0, n) or len(pairs) == 1:
        touched = sum(1 for hits, _ in pairs if hits)
        bound = rate(touched if k in (0, n) else 0, len(pairs), confidence)
        low, high = (bound.low, bound.high) if k in (0, n) else (0.0, 1.0)
        value = k / n if n else 0.0
        return Rate(k, n, value, low, high, "exact bound over clusters", confidence)
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    low, high = resampled(pairs, confidence, resamples=resamples, seed=seed)
    method = f"bootstrap over {len(pairs)} clusters"
    return Rate(k, n, k / n, min(low, k / n), max(high, k / n), method, confidence)


def resampled(
    pairs: Sequence[tuple[int, int]],
    confidence: float = 0.95,
    *,
    resamples: int = 2_000,
    seed: int = 0,
) -> tuple[float, float]:
    """The percentile interval of a ratio of sums when clusters are drawn with replacement.

    Args:
        pairs: numerator and denominator, above 0, of each cluster; at least one.
        confidence: 0 < confidence < 1.
        resamples: bootstrap draws.
        seed: of the draws; the same seed gives the same interval.
    """
    import numpy as np

    counts = np.asarray(pairs, dtype=np.int64)
    generator = np.random.default_rng(seed)
    shares: list[float] = []
    block = max(1, _BLOCK // len(pairs))
    for start in range(0, resamples, block):
        size = (min(block, resamples - start), len(pairs))
        drawn = counts[generator.integers(len(pairs), size=size)].sum(axis=1)
        shares.extend((drawn[:, 0] / drawn[:, 1]).tolist())
    tail = (1.0 - confidence) / 2
    low, high = (float(x) for x in np.quantile(shares, (tail, 1.0 - tail)))
    return low, high
