# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Pools the results of several seeds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from codescan.lab.coverage import coverage_by_kind, pooled_coverage
from codescan.lab.results import SCHEMA_VERSION, LabResult
from codescan.stats.exact_tests import binomial_greater, holm
from codescan.stats.intervals import rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.lab.results import SeedResult

__all__ = ["result_of"]

_SIGNIFICANT = 0.05
_LEAST_P = 0.01


def result_of(size: str, settings: dict[str, Any], seeds: Sequence[SeedResult]) -> LabResult:
    """The result over all seeds.

    Args:
        size: name of the size.
        settings: of the runs.
        seeds: their results, at least one.
    """
    held = [interval for result in seeds for interval in result.held]
    coverage = coverage_by_kind(held)
    below = [one.kind for one in coverage if one.adjusted_p_value < _SIGNIFICANT]
    return LabResult(
        SCHEMA_VERSION,
        size,
        settings,
        list(seeds),
        coverage,
        pooled_coverage(held),
        {
            "seeds": len(seeds),
            "intervals": len(held),
            "kinds_below_95_percent": below,
            "levels": _pooled_levels(seeds),
            "canaries": _pooled_canaries(seeds),
            "controls": _pooled_controls(seeds),
            "cpu_seconds": round(sum(result.cpu_seconds for result in seeds), 1),
        },
    )


def _pooled_controls(seeds: Sequence[SeedResult]) -> dict[str, Any] | None:
    """Whether held-out controls are like held-out twins, over all seeds; None without any test.

    Each seed has a valid p-value, so one in a hundred may be up to 1 % without memorization. Two
    tests cover all seeds: are such seeds too many, and is one of them too small by itself (Holm)?
    """
    checks = [seed.canaries.get("null_check") for seed in seeds]
    p_values = [float(check["p_value"]) for check in checks if check is not None]
    if not p_values:
        return None
    small = sum(p_value <= _LEAST_P for p_value in p_values)
    return {
        "seeds": len(p_values),
        "up_to_1_percent": small,
        "p_value_of_their_number": binomial_greater(small, len(p_values), _LEAST_P),
        "least_adjusted_p_value": min(holm(p_values)),
    }


def _pooled_levels(seeds: Sequence[SeedResult]) -> list[dict[str, Any]]:
    """Extraction by copies, over all seeds."""
    counts: dict[tuple[bool, int], list[int]] = {}
    for result in seeds:
        for row in result.levels:
            own = counts.setdefault((row.is_near, row.copies), [0, 0, 0])
            own[0] += row.passages
            own[1] += int(row.greedy.k)
            own[2] += int(row.in_100_tries.k)
    return [
        {
            "copies": copies,
            "is_near": is_near,
            "passages": total,
            "greedy": rate(greedy, total),
            "in_100_tries": rate(tries, total),
        }
        for (is_near, copies), (total, greedy, tries) in sorted(counts.items())
    ]


def _pooled_canaries(seeds: Sequence[SeedResult]) -> list[dict[str, Any]]:
    """Exposure, TPR at 1 % FPR and extraction of canaries by copies, over all seeds."""
    sums: dict[int, list[float]] = {}
    for result in seeds:
        for level in result.canaries["levels"]:
            mean = level["exposure"]["mean"]
            if mean is None:
                continue
            count = level["canaries"]
            own = sums.setdefault(level["copies"], [0.0] * 4)
            own[0] += count
            own[1] += mean * count
            positives = level["true_positive_rate"]
            own[2] += positives["k"] if positives is not None else math.nan
            own[3] += level["extraction"]["k"]
    return [
        {
            "copies": copies,
            "canaries": int(count),
            "exposure": exposure / count,
            "tpr_at_1_percent": rate(int(detected), int(count))
            if not math.isnan(detected)
            else None,
            "extraction": rate(int(extracted), int(count)),
        }
        for copies, (count, exposure, detected, extracted) in sorted(sums.items())
    ]
