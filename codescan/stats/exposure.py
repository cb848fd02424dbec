# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exposure: the rank that a model gives a planted canary among held-out twins.

Secret Sharer (Carlini et al. 2019, arXiv 1802.08232). Planted canaries and twins come from the
same generator, and coins chose the planted ones. Without memorization the rank of a canary among
m twins is therefore uniform on 1..m + 1, whatever the model prefers.

A higher score means that the model finds a secret more likely: the natural log of its probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codescan.stats.intervals import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "LEAST_TWINS",
    "Slope",
    "exposure_slope",
    "exposures",
    "mean_interval",
    "null_p_value",
    "rank_p_values",
    "true_positive_rate",
    "unmemorized_exposure",
]

LEAST_TWINS = 99
"""Minimum number of twins for a rank within the first 1 %."""


@dataclass(frozen=True, slots=True)
class Slope:
    """Additional bits of exposure for each doubling of the copies, by least squares."""

    value: float
    low: float
    """One-sided lower bound at `confidence`: above 0, copies were memorized."""
    standard_error: float
    """Robust to unequal variances (HC3, MacKinnon and White, J. Econometrics 1985)."""
    n: int
    confidence: float = 0.95

    @property
    def is_positive(self) -> bool:
        """Whether the lower bound is above 0: the decision."""
        return self.low > 0.0


def rank_p_values(scores: ArrayLike, twin_scores: ArrayLike) -> NDArray[np.float64]:
    """Share (1 + twins that score at least as high) / (m + 1) of each score; ties count against it.

    Valid p-values of "not memorized": each is at most p with probability at most p.

    Args:
        scores: [n].
        twin_scores: [m], not empty.

    Raises:
        ValueError: there is no twin, or a score is not a number.
    """
    finite_scores, twins = _finite(scores), np.sort(_finite(twin_scores))
    if not len(twins):
        raise ValueError("exposure needs held-out twins")
    at_least = len(twins) - np.searchsorted(twins, finite_scores, side="left")
    return np.asarray((1.0 + at_least) / (len(twins) + 1.0), dtype=np.float64)


def exposures(scores: ArrayLike, twin_scores: ArrayLike) -> NDArray[np.float64]:
    """Bits log2(m + 1) - log2(rank) of each score, 0..log2(m + 1), by its exact rank.

    Args:
        scores: [n].
        twin_scores: [m], not empty.

    Raises:
        ValueError: there is no twin, or a score is not a number.
    """
    return np.asarray(-np.log2(rank_p_values(scores, twin_scores)), dtype=np.float64)


def unmemorized_exposure(twins: int) -> float:
    """Mean exposure in bits of a canary that was not memorized; nears 1 / ln 2 = 1.44.

    Args:
        twins: held-out twins, m: the rank is uniform on 1..m + 1.
    """
    return math.log2(twins + 1) - math.lgamma(twins + 2) / math.log(2) / (twins + 1)


def true_positive_rate(
    scores: ArrayLike, twin_scores: ArrayLike, false_positive_rate: float = 0.01
) -> Rate:
    """Share of canaries that rank within the first 1 % of the twins, with its exact interval.

    Raises:
        ValueError: as `rank_p_values`, or there are too few twins for the rate.
    """
    twins = len(np.atleast_1d(np.asarray(twin_scores)))
    if (twins + 1) * false_positive_rate < 1.0:
        raise ValueError(f"{twins} twins cannot show a false-positive rate {false_positive_rate}")
    flagged = rank_p_values(scores, twin_scores) <= false_positive_rate + 1e-12
    return rate(int(flagged.sum()), len(flagged))


def exposure_slope(
    copies: Sequence[int], bits: ArrayLike, confidence: float = 0.95
) -> Slope | None:
    """Slope of exposure on log2(copies) with its one-sided lower bound; None where it has none.

    Args:
        copies: of each canary, at least 1.
        bits: exposure of each canary.
        confidence: of the bound.

    Raises:
        ValueError: a number of copies is below 1.
    """
    from scipy.stats import t as student

    if any(count < 1 for count in copies):
        raise ValueError("the slope is over canaries with at least 1 copy")
    x, y = np.log2(np.asarray(copies, dtype=float)), np.asarray(bits, dtype=float)
    n = len(x)
    if n < 3 or np.ptp(x) == 0.0:  # noqa: PLR2004 - a line leaves one degree of freedom
        return None
    design = np.column_stack([np.ones(n), x])
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residuals = (y - design @ coefficients) / np.maximum(1.0 - leverage, 1e-12)
    covariance = inverse @ (design.T * residuals**2) @ design @ inverse
    error = math.sqrt(max(0.0, float(covariance[1, 1])))
    value = float(coefficients[1])
    return Slope(value, value - float(student.ppf(confidence, n - 2)) * error, error, n, confidence)


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> tuple[float, float, float]:
    """Mean and its two-sided interval by Student's t; (nan, nan, nan) for no value.

    One value has no spread: its interval is without bounds.
    """
    from scipy.stats import t as student

    data = np.asarray(values, dtype=float)
    if not len(data):
        return math.nan, math.nan, math.nan
    mean = float(data.mean())
    if len(data) == 1:
        return mean, -math.inf, math.inf
    error = float(data.std(ddof=1)) / math.sqrt(len(data))
    half = float(student.ppf(0.5 + confidence / 2, len(data) - 1)) * error
    return mean, mean - half, mean + half


def null_p_value(scores: ArrayLike, twin_scores: ArrayLike) -> float:
    """P-value of "these were scored like the twins": two-sample Kolmogorov-Smirnov test.

    If it is small for held-out controls, the set, pipeline or scores treat them differently.

    Raises:
        ValueError: a sample is empty.
    """
    from scipy.stats import ks_2samp

    finite_scores, twins = _finite(scores), _finite(twin_scores)
    if not len(finite_scores) or not len(twins):
        raise ValueError("the test needs both samples")
    return float(ks_2samp(finite_scores, twins).pvalue)


def _finite(scores: ArrayLike) -> NDArray[np.float64]:
    array = np.atleast_1d(np.asarray(scores, dtype=float))
    if np.isnan(array).any():
        raise ValueError("a score is not a number")
    return array
