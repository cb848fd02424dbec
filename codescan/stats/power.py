# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Power: probability that an audit of a given size distinguishes a share from the null arm's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.stats.cluster_intervals import cluster_excess
from codescan.stats.intervals import rate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DETECTED_SHARE", "LEAST_POWER", "detection_power", "prompts_for_power"]

DETECTED_SHARE = 0.05
"""True share that an audit of the usual size should distinguish from 0."""
LEAST_POWER = 0.8
_NEGLIGIBLE = 1e-9


def detection_power(
    target: int, null: int, share: float = DETECTED_SHARE, null_share: float = 0.0
) -> float:
    """Probability that the interval of the excess lies above 0; exact, by enumeration.

    Args:
        target: independent prompts of the target arm, at least 0.
        null: independent prompts of the null arm, at least 0.
        share: true share of the target arm, 0..1.
        null_share: true share of the null arm, 0..1.
    """
    from scipy.stats import binom

    if not target or not null:
        return 0.0
    power, needed = 0.0, 0
    for null_hits in range(null + 1 if null_share else 1):
        chance = float(binom.pmf(null_hits, null, null_share))
        if chance < _NEGLIGIBLE:
            continue
        null_rate = rate(null_hits, null)
        while needed <= target and cluster_excess(rate(needed, target), null_rate).low <= 0.0:
            needed += 1  # more hits of the null arm never need fewer of the target arm
        power += chance * float(binom.sf(needed - 1, target, share))
    return power


def prompts_for_power(power: float = LEAST_POWER, share: float = DETECTED_SHARE) -> int:
    """Minimum number of independent prompts in each arm to distinguish a share from 0.

    The power is not monotone: it falls a little if one more prompt does not change the required
    hits. So this is the first number from which the power stays above `power`, checked up to twice
    that number.

    Args:
        power: required probability, 0 < power < 1.
        share: true share of the target arm, 0 < share <= 1.
    """

    def is_enough(size: int) -> bool:
        return detection_power(size, size, share) >= power

    def doublings() -> Iterator[int]:
        size = 1
        while True:
            yield size
            size *= 2

    most = next(size for size in doublings() if is_enough(size) and is_enough(2 * size))
    least = most
    while least > 1 and is_enough(least - 1):
        least -= 1
    return least
