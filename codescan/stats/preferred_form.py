# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An exact test whether a model prefers the published text of each pair.

At each site, a key selected one of two texts to publish, by a fair coin. If a model did not read
the published text, the coins are independent of its scores. So the p-value is computed from new
random coins, without assumptions about the model. The idea is that of STAMP (2025, arXiv
2504.13416), with random variants of one site instead of rephrasings of a text.

To increase the power, general preferences are subtracted first. A model prefers most original names
and usual quotes much more than one reading adds, and such preferences only add noise to the sum.
They are predicted from the kind of a site, its number of positions and the scores of a base model.
The remainder is bounded, so that a few sites cannot hide the others. Neither step uses the coins,
so the test is still exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codescan.stats.intervals import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Preference", "null_rate", "preference", "site_leads"]

_DRAWS = 9_999
_BATCH = 500
_BOUND = 2.0
"""Maximum weight of one site, in median absolute remainders of its kind."""
_FITTED_FROM = 20
"""Minimum sites of a kind to predict its preferences from positions and base model."""
_ROUNDS = 20
_NORMAL_MAD = 1.4826
"""Standard deviation over median absolute deviation of normal values."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A model's preference for published texts."""

    p_value: float
    """One-sided; the smallest is 1 / 10,000."""
    statistic: float
    """Sum over sites of the lead of the published text."""
    sites: int
    """Sites whose lead is not 0."""
    mean_lead: float
    """Mean lead of published texts, in median absolute remainders of a site's kind."""


def site_leads(
    differences: ArrayLike,
    kinds: Sequence[str],
    places: ArrayLike,
    base: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """The remaining preference of a model for the second text of each site.

    For each kind, a robust regression on the number of positions and the base model's preference is
    subtracted (iteratively reweighted least squares with Cauchy weights). The remainder is divided
    by the root of the positions and by its median absolute value, and bounded.

    Args:
        differences: [sites], log-probability of the second text minus that of the first, in nats.
        kinds: [sites].
        places: [sites], number of positions at which the two texts differ, at least 1.
        base: [sites], differences under a model that did not read the published text.

    Raises:
        ValueError: shapes do not fit, or a value is not a number.
    """
    values, counts = np.asarray(differences, dtype=float), np.asarray(places, dtype=float)
    others = None if base is None else np.asarray(base, dtype=float)
    arrays = [values, counts, *([] if others is None else [others])]
    if any(array.shape != (len(kinds),) or not np.isfinite(array).all() for array in arrays):
        raise ValueError("each site needs a kind and finite numbers")
    if (counts < 1).any():
        raise ValueError("each site has at least one place")
    leads = np.zeros(len(kinds))
    names = np.asarray(kinds, dtype=object)
    for kind in sorted(set(kinds)):
        own = names == kind
        predictors = [np.ones(int(own.sum()))]
        if own.sum() >= _FITTED_FROM:
            predictors.append(counts[own])
            predictors += [] if others is None else [others[own]]
        scale = np.sqrt(counts[own])
        residuals = _remainder(np.stack(predictors, axis=1) / scale[:, None], values[own] / scale)
        spread = float(np.median(np.abs(residuals)))
        if spread > 1e-9:  # noqa: PLR2004 - rounding
            leads[own] = np.clip(residuals / spread, -_BOUND, _BOUND)
    return leads


def preference(leads: ArrayLike, published: ArrayLike, seed: int = 0) -> Preference:
    """Test that published texts score higher.

    Args:
        leads: [sites], as `site_leads` gives them.
        published: [sites], whether the second text was published.
        seed: of the random coins.

    Raises:
        ValueError: shapes do not fit.
    """
    values, coins = np.asarray(leads, dtype=float), np.asarray(published, dtype=bool)
    if values.shape != coins.shape or values.ndim != 1:
        raise ValueError("each site needs to say which text was published")
    statistic = _statistic(values, coins)
    counted = int(np.count_nonzero(values))
    p_value = _rank(np.sort(_draws(values, seed)), statistic)
    return Preference(p_value, statistic, counted, statistic / max(1, counted))


def null_rate(leads: ArrayLike, published: ArrayLike, level: float = 0.05, seed: int = 0) -> Rate:
    """Share of null keys whose test is significant: keys that published nothing.

    Args:
        leads: [sites].
        published: [keys, sites], what each null key would have published.
        level: p-value from which a test is significant.
        seed: of the random coins.
    """
    values, keys = np.asarray(leads, dtype=float), np.asarray(published, dtype=bool)
    null = np.sort(_draws(values, seed))
    significant = sum(_rank(null, _statistic(values, coins)) <= level for coins in keys)
    return rate(significant, len(keys))


def _remainder(predictors: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values minus their robust linear prediction."""
    weights = np.ones(len(values))
    residuals = values
    for _ in range(_ROUNDS):
        fit = np.linalg.lstsq(predictors * weights[:, None], values * weights, rcond=None)[0]
        residuals = values - predictors @ fit
        spread = float(np.median(np.abs(residuals))) * _NORMAL_MAD
        if spread <= 1e-12:  # noqa: PLR2004 - the fit is exact
            break
        weights = 1.0 / np.sqrt(1.0 + (residuals / (2.0 * spread)) ** 2)
    return np.asarray(residuals, dtype=np.float64)


def _statistic(leads: NDArray[np.float64], published: NDArray[np.bool_]) -> float:
    return float(np.where(published, leads, -leads).sum())


def _rank(null: NDArray[np.float64], statistic: float) -> float:
    """Share of random coins that lead at least as much; rounding counts against it."""
    at_least = len(null) - int(np.searchsorted(null, statistic - 1e-9, side="left"))
    return (1 + at_least) / (len(null) + 1)


def _draws(leads: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    sums = [
        (2.0 * random.integers(0, 2, size=(min(_BATCH, _DRAWS - start), len(leads))) - 1.0) @ leads
        for start in range(0, _DRAWS, _BATCH)
    ]
    return np.concatenate(sums)
