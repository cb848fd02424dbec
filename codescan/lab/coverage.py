# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Coverage of the truth by intervals, pooled over runs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from codescan.lab.results import Coverage
from codescan.stats.exact_tests import binomial_less, holm
from codescan.stats.intervals import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.lab.results import HeldInterval

__all__ = ["coverage_by_kind", "pooled_coverage"]

_NOMINAL = 0.95


def coverage_by_kind(held: Iterable[HeldInterval]) -> list[Coverage]:
    """Coverage of each kind of interval, with a test that it is below 95 %.

    Args:
        held: intervals of all runs. Those of one run share its model, so the test, which takes
            them as independent, rejects too often rather than too rarely.
    """
    counts: dict[str, list[bool]] = defaultdict(list)
    for interval in held:
        counts[interval.kind].append(interval.covered)
    kinds = sorted(counts)
    p_values = [binomial_less(sum(counts[kind]), len(counts[kind]), _NOMINAL) for kind in kinds]
    return [
        Coverage(kind, rate(sum(counts[kind]), len(counts[kind])), p_value, adjusted)
        for kind, p_value, adjusted in zip(kinds, p_values, holm(p_values), strict=True)
    ]


def pooled_coverage(held: Iterable[HeldInterval]) -> Rate:
    """Coverage over all kinds."""
    covered = [interval.covered for interval in held]
    return rate(sum(covered), len(covered))
