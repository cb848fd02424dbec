# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The leak curve: the probability of extraction as a function of the number of copies.

rate(copies) = logistic(intercept + slope * ln(copies)). Fitted by Firth's penalized likelihood
(Biometrika 1993; Heinze and Schemper, Statistics in Medicine 2002). Often no or every passage of a
level is extracted; maximum likelihood, as in statsmodels, then has no finite solution. For other
data, the two agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["CopyLevel", "CurveRate", "LogisticCurve", "fit_curve", "logistic", "logistic_fit"]

_STEPS = 200
_LONGEST_STEP = 2.0
_CONVERGED = 1e-9


@dataclass(frozen=True, slots=True)
class CopyLevel:
    """Passages with one number of copies."""

    copies: int
    """The number of copies, at least 1."""
    extracted: int
    passages: int


@dataclass(frozen=True, slots=True)
class CurveRate:
    """A rate that a curve predicts."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LogisticCurve:
    """A fitted curve."""

    intercept: float
    """Log-odds at one copy."""
    slope: float
    """Growth of the log-odds with the natural log of the copies."""
    covariance: tuple[tuple[float, float], tuple[float, float]]
    """Of intercept and slope, scaled up where levels scatter more than binomial counts do."""
    dispersion: float
    """That scale, at least 1: Pearson's chi-square over its degrees of freedom."""
    passages: int
    confidence: float = 0.95

    def rate(self, copies: float) -> CurveRate:
        """The rate at a number of copies, with its interval (delta method on log-odds)."""
        x = math.log(copies)
        (a, b), (_, slope_variance) = self.covariance
        half = self._z() * math.sqrt(max(0.0, a + 2 * x * b + x * x * slope_variance))
        center = self.intercept + self.slope * x
        return CurveRate(logistic(center), logistic(center - half), logistic(center + half))

    def slope_bounds(self) -> tuple[float, float]:
        """The interval of the slope."""
        half = self._z() * math.sqrt(self.covariance[1][1])
        return self.slope - half, self.slope + half

    def change_without_duplicates(self, passages: Mapping[int, int]) -> CurveRate:
        """The change of the mean rate if one copy of each passage remains; negative if it falls.

        Args:
            passages: number of passages by their copies.
        """
        total = sum(passages.values())
        before = by_intercept = by_slope = 0.0
        for copies, count in passages.items():
            rate = self.rate(copies).value
            share = count / total
            before += share * rate
            by_intercept += share * rate * (1 - rate)
            by_slope += share * rate * (1 - rate) * math.log(copies)
        once = self.rate(1).value
        by_intercept = once * (1 - once) - by_intercept
        (a, b), (_, slope_variance) = self.covariance
        variance = (
            by_intercept**2 * a - 2 * by_intercept * by_slope * b + by_slope**2 * slope_variance
        )
        half = self._z() * math.sqrt(max(0.0, variance))
        change = once - before
        return CurveRate(change, change - half, change + half)

    def _z(self) -> float:
        from statistics import NormalDist

        return NormalDist().inv_cdf(0.5 + self.confidence / 2)


def fit_curve(levels: Sequence[CopyLevel], confidence: float = 0.95) -> LogisticCurve | None:
    """Fit the curve to counts by number of copies.

    Args:
        levels: counts; levels without a passage are ignored.
        confidence: of the intervals that the curve gives.

    Returns:
        None with fewer than two different numbers of copies.
    """
    import numpy as np

    used = [level for level in levels if level.passages]
    if len({level.copies for level in used}) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    design = np.array([[1.0, math.log(level.copies)] for level in used])
    extracted = np.array([level.extracted for level in used], dtype=float)
    passages = np.array([level.passages for level in used], dtype=float)
    coefficients, covariance = logistic_fit(design, extracted, passages)
    rates = 1.0 / (1.0 + np.exp(-design @ coefficients))
    spread = passages * rates * (1.0 - rates)
    degrees = len(used) - 2
    # Levels with almost no expected successes or failures do not show scatter.
    usable = spread > 0.5  # noqa: PLR2004 - half an event
    chi_square = float((((extracted - passages * rates) ** 2)[usable] / spread[usable]).sum())
    dispersion = max(1.0, chi_square / degrees) if degrees > 0 else 1.0
    scaled = covariance * dispersion
    return LogisticCurve(
        float(coefficients[0]),
        float(coefficients[1]),
        (
            (float(scaled[0, 0]), float(scaled[0, 1])),
            (float(scaled[1, 0]), float(scaled[1, 1])),
        ),
        dispersion,
        int(passages.sum()),
        confidence,
    )


def logistic_fit(design: Floats, successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Coefficients and covariance of a logistic regression with Firth's penalty.

    Newton steps on the score that Jeffreys' prior adjusts; steps are halved while the penalized
    likelihood falls.

    Args:
        design: [rows, coefficients], of full rank.
        successes: [rows].
        trials: [rows], above 0.
    """
    import numpy as np

    coefficients = np.zeros(design.shape[1])
    value = _penalized(design, successes, trials, coefficients)
    for _ in range(_STEPS):
        rates = _rates(design, coefficients)
        weights = trials * rates * (1.0 - rates)
        inverse = np.linalg.inv(design.T @ (design * weights[:, None]))
        leverage = weights * np.einsum("ij,jk,ik->i", design, inverse, design)
        score = design.T @ (successes - trials * rates + leverage * (0.5 - rates))
        step = inverse @ score
        step *= min(1.0, _LONGEST_STEP / max(1e-12, float(np.abs(step).max())))
        while float(np.abs(step).max()) > _CONVERGED:
            tried = _penalized(design, successes, trials, coefficients + step)
            if tried >= value - 1e-12:
                break
            step /= 2.0
        coefficients = coefficients + step
        value = _penalized(design, successes, trials, coefficients)
        if float(np.abs(step).max()) <= _CONVERGED:
            break
    rates = _rates(design, coefficients)
    weights = trials * rates * (1.0 - rates)
    covariance: Any = np.linalg.inv(design.T @ (design * weights[:, None]))
    return coefficients, covariance


def _rates(design: Floats, coefficients: Floats) -> Floats:
    import numpy as np

    exponent = np.clip(design @ coefficients, -30.0, 30.0)
    rates: Floats = 1.0 / (1.0 + np.exp(-exponent))
    return rates


def _penalized(design: Floats, successes: Floats, trials: Floats, coefficients: Floats) -> float:
    import numpy as np

    exponent = np.clip(design @ coefficients, -30.0, 30.0)
    likelihood = float((successes * exponent - trials * np.logaddexp(0.0, exponent)).sum())
    rates = 1.0 / (1.0 + np.exp(-exponent))
    weights = trials * rates * (1.0 - rates)
    _, log_determinant = np.linalg.slogdet(design.T @ (design * weights[:, None]))
    return likelihood + 0.5 * float(log_determinant)


def logistic(x: float) -> float:
    """1 / (1 + e^-x), for x of any size."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))
