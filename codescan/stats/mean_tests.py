# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Means: tests and intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["exponential_mean_interval", "mean_with_interval", "welch_greater"]


def welch_greater(
    values: Sequence[float], reference_values: Sequence[float]
) -> tuple[float, float]:
    """Welch's t and its one-sided p-value that the mean of `values` is greater.

    Welch (Biometrika 1947). Two sets without any spread have no test: NaN and NaN.

    Args:
        values: independent, at least two.
        reference_values: likewise.
    """
    from scipy.stats import ttest_ind

    if len(set(values)) == 1 and len(set(reference_values)) == 1:
        return float("nan"), float("nan")
    result = ttest_ind(values, reference_values, equal_var=False, alternative="greater")
    return float(result.statistic), float(result.pvalue)


def mean_with_interval(
    values: Sequence[float], confidence: float = 0.95
) -> tuple[float, float, float]:
    """Mean, and its interval by Student's t.

    Args:
        values: independent, at least two.
        confidence: 0 < confidence < 1.
    """
    from statistics import fmean, stdev

    from scipy.stats import t

    mean = fmean(values)
    half = float(t.ppf(0.5 + confidence / 2, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    return mean, mean - half, mean + half


def exponential_mean_interval(
    mean: float, count: float, confidence: float = 0.95
) -> tuple[float, float]:
    """The exact interval of the mean of exponential values: 2 n mean / chi-square(2 n).

    Args:
        mean: of the values.
        count: how many there are; need not be whole.
        confidence: 0 < confidence < 1.
    """
    from scipy.stats import chi2

    tail = (1.0 - confidence) / 2
    return (
        2 * count * mean / float(chi2.ppf(1.0 - tail, 2 * count)),
        2 * count * mean / float(chi2.ppf(tail, 2 * count)),
    )
