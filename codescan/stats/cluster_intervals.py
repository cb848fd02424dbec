# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shares whose trials come in clusters: prompts of one package are not independent."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from codescan.stats.beta_binomial import beta_binomial_interval
from codescan.stats.intervals import Difference, Rate, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "cluster_excess",
    "clustered_rate",
    "nested_rates",
    "resampled",
    "stratified",
    "weighted_interval",
]

_Event = TypeVar("_Event")
_FEW = 2
"""With at most this many clusters, each cluster counts as one trial."""
_BLOCK = 1 << 20
"""Random numbers drawn at a time."""


def clustered_rate(clusters: Mapping[str, tuple[int, int]], confidence: float = 0.95) -> Rate:
    """A share of trials with an interval that accounts for clusters.

    The claim is about packages (or prompts, or works) like the sampled ones. If no cluster has more
    than one trial, the interval is exact; else it is that of a beta-binomial model
    (`beta_binomial_interval`). One or two clusters are little evidence about others: their interval
    is at least as wide as that of one or two trials.

    Args:
        clusters: (successes, trials) by the cluster's name; clusters without a trial are left out.
        confidence: 0 < confidence < 1.

    Raises:
        ValueError: an argument is out of its range.
    """
    pairs = [clusters[name] for name in sorted(clusters) if clusters[name][1] > 0]
    for hits, trials in pairs:
        if not 0 <= hits <= trials:
            raise ValueError(f"{hits} successes in {trials} trials are impossible")
    k, n = sum(hits for hits, _ in pairs), sum(trials for _, trials in pairs)
    if n == len(pairs):
        return replace(rate(k, n, confidence), clusters=len(pairs))
    low, high = beta_binomial_interval(pairs, confidence)
    if len(pairs) <= _FEW:
        # So few clusters do not show their correlation: in the worst case each is one trial.
        shares = math.fsum(hits / trials for hits, trials in pairs)
        low = min(low, rate(math.floor(shares), len(pairs), confidence).low)
        high = max(high, rate(math.ceil(shares), len(pairs), confidence).high)
    share = k / n
    method = "beta-binomial" + (", one-sided" if k in (0, n) else "")
    return Rate(
        k, n, share, min(low, share), max(high, share), method, confidence, clusters=len(pairs)
    )


def cluster_excess(target: Rate, null: Rate) -> Difference:
    """The excess of a share over that of a null arm, from the intervals of both.

    The method of variance estimates recovery (Zou and Donner, Statistics in Medicine 2008), which
    with Wilson's intervals is Newcombe's. It assumes independent arms: if the null arm is made from
    the same packages, the interval is conservative. Without a trial in either arm it is -1..1.
    """
    method = "MOVER"
    if target.n == 0 or null.n == 0:
        return Difference(
            0.0, -1.0, 1.0, method, target.confidence, target.frame, measured=False,
            claim=target.claim,
        )  # fmt: skip
    value = target.value - null.value
    return Difference(
        value,
        max(-1.0, value - math.hypot(target.value - target.low, null.high - null.value)),
        min(1.0, value + math.hypot(target.high - target.value, null.value - null.low)),
        f"{method}: {target.method}; {null.method}",
        target.confidence,
        target.frame,
        claim=target.claim,
    )


def weighted_interval(
    parts: Sequence[tuple[float, Rate | Difference]],
) -> tuple[float, float, float]:
    """The weighted mean of estimates, with bounds from the bounds of the estimates.

    The method of variance estimates recovery for a linear function of shares (Zou, Huang and Zhang,
    Computational Statistics and Data Analysis 2009). Weights are taken as known.

    Args:
        parts: weight, above 0, and estimate of each part; at least one.
    """
    total = sum(weight for weight, _ in parts)
    value = sum(weight * one.value for weight, one in parts) / total
    down = math.hypot(*(weight / total * (one.value - one.low) for weight, one in parts))
    up = math.hypot(*(weight / total * (one.high - one.value) for weight, one in parts))
    return value, value - down, value + up


def stratified(parts: Sequence[tuple[float, Rate]]) -> Rate:
    """The share of a whole from samples of its parts.

    The weighted mean of the parts' shares. Its interval follows from the interval of each part by
    the method of variance estimates recovery for a linear function of shares (Zou, Huang and Zhang,
    Computational Statistics and Data Analysis 2009). Weights are taken as known.

    Args:
        parts: weight, at least 0, and share of each part; parts without a trial are left out, so
            that they have no statement.
    """
    used = [(weight, one) for weight, one in parts if one.n and weight > 0]
    k, n = (sum(one.k for _, one in used), sum(one.n for _, one in used))
    if not used:
        return rate(0, 0)
    if len(used) == 1:
        return used[0][1]
    value, low, high = weighted_interval(used)
    method = f"MOVER over {len(used)} strata: {used[0][1].method}"
    low, high = max(0.0, low), min(1.0, high)
    clusters = sum(one.clusters for _, one in used)
    first = used[0][1]
    return Rate(
        k, n, value, low, high, method, first.confidence, weighted=True, clusters=clusters,
        claim=first.claim,
    )  # fmt: skip


def nested_rates(
    rates: Mapping[_Event, Rate], includes: Callable[[_Event, _Event], bool]
) -> dict[_Event, Rate]:
    """Rates of nested events with consistent bounds.

    Each interval estimates the correlation within clusters only from its own successes. So the
    upper bound of an event with 0 successes may exceed that of an event that includes it. The upper
    bound of an event is also valid for every event inside it, and the lower bound for every event
    that includes it.

    Args:
        rates: of the same trials, by event.
        includes: whether the first event includes the second one.
    """
    consistent = {}
    for event, event_rates in rates.items():
        high = min(one.high for other, one in rates.items() if includes(other, event))
        low = max(one.low for other, one in rates.items() if includes(event, other))
        consistent[event] = replace(
            event_rates, low=min(low, event_rates.value), high=max(high, event_rates.value)
        )
    return consistent


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
        resampled_counts = counts[generator.integers(len(pairs), size=size)].sum(axis=1)
        shares.extend((resampled_counts[:, 0] / resampled_counts[:, 1]).tolist())
    tail = (1.0 - confidence) / 2
    low, high = (float(x) for x in np.quantile(shares, (tail, 1.0 - tail)))
    return low, high
