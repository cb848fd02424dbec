# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whether a model prefers the published one of several forms of a text: an exact test.

For each text one form of many was published, chosen by a key. If a model did not read it, each
form is equally likely to be the published one, whatever the model thinks of the forms. So the
p-value comes from choosing the published forms again, at random: no assumption about scores is
made. The idea is that of STAMP (2025, arXiv 2504.13416), with forms drawn instead of rephrasings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codescan.stats.intervals import Rate, rate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Preference", "null_rate", "preference", "windows_together"]

_DRAWS = 9_999
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Preference:
    """How much a model prefers published forms."""

    p_value: float
    """One-sided; the smallest is 1 / 10,000."""
    statistic: float
    """Weighted sum over texts of the published form's lead in standard deviations."""
    texts: int
    """Texts whose forms have different scores."""
    mean_lead: float
    """Mean lead of the published form in standard deviations of a text's forms."""


def windows_together(scores: ArrayLike, sites: ArrayLike) -> list[float]:
    """One score of each form of a text from the scores of its windows, in standard deviations.

    Every window counts by its number of sites, whatever the spread of its scores: a function that
    stands elsewhere changes a sum by far more than a renamed variable does. The forms of a text
    stay exchangeable, so the test of the whole texts stays exact.

    Args:
        scores: [windows, forms], log-probabilities.
        sites: [windows], places in which forms of a window differ.

    Raises:
        ValueError: shapes do not fit, or a score is not a number.
    """
    leads = _leads(scores, np.sqrt(np.asarray(sites, dtype=float)))
    together: list[float] = leads.sum(axis=0).tolist()
    return together


def preference(
    scores: ArrayLike, published: ArrayLike, weights: ArrayLike | None = None, seed: int = 0
) -> Preference:
    """Test that published forms score higher.

    Args:
        scores: [texts, forms], log-probabilities.
        published: [texts], number of the published form.
        weights: [texts], for example the square root of the number of sites; None: all alike.
        seed: of the random choices.

    Raises:
        ValueError: shapes do not fit, or a score is not a number.
    """
    leads = _leads(scores, weights)
    chosen = np.asarray(published, dtype=int)
    texts, forms = leads.shape
    if chosen.shape != (texts,) or (texts and not (0 <= chosen.min() <= chosen.max() < forms)):
        raise ValueError("each text needs the number of its published form")
    if not texts:
        return Preference(1.0, 0.0, 0, 0.0)
    statistic = float(leads[np.arange(texts), chosen].sum())
    plain = _leads(scores, None)
    varied = int((plain != 0).any(axis=1).sum())
    mean = float(plain[np.arange(texts), chosen].sum()) / max(1, varied)
    return Preference(_p_value(leads, statistic, seed), statistic, varied, mean)


def null_rate(
    scores: ArrayLike,
    published: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    keys: int = 200,
    level: float = 0.05,
    seed: int = 1,
) -> Rate:
    """Share of null keys whose test is significant: keys that publish other forms.

    Args:
        scores: [texts, forms].
        published: [texts]; these forms are left out, as the model may know them.
        weights: as for `preference`.
        keys: null keys.
        level: p-value from which a test is significant.
        seed: of the keys.
    """
    array = np.asarray(scores, dtype=float)
    texts, forms = array.shape
    rows = np.arange(texts)[:, None]
    others = (np.asarray(published, dtype=int)[:, None] + np.arange(1, forms)) % forms
    private = array[rows, others]
    random = np.random.default_rng(seed)
    leads = _leads(private, weights)
    null = np.sort(_draws(leads, seed))
    exceedances = 0
    for _ in range(keys):
        chosen = random.integers(0, forms - 1, size=texts)
        statistic = float(leads[np.arange(texts), chosen].sum())
        exceedances += _rank(null, statistic) <= level
    return rate(exceedances, keys)


def _leads(scores: ArrayLike, weights: ArrayLike | None) -> NDArray[np.float64]:
    """Scores of each text with mean 0 and standard deviation 1, times its weight."""
    array = np.asarray(scores, dtype=float)
    if array.ndim != 2 or array.shape[1] < 2 or not np.isfinite(array).all():  # noqa: PLR2004
        raise ValueError("scores are numbers, [texts, forms], with at least two forms")
    centered = array - array.mean(axis=1, keepdims=True)
    spread = array.std(axis=1, keepdims=True)
    leads = np.divide(centered, spread, out=np.zeros_like(array), where=spread > 1e-9)  # noqa: PLR2004
    if weights is not None:
        leads = leads * np.asarray(weights, dtype=float)[:, None]
    return np.asarray(leads, dtype=np.float64)


def _p_value(leads: NDArray[np.float64], statistic: float, seed: int) -> float:
    return _rank(np.sort(_draws(leads, seed)), statistic)


def _rank(null: NDArray[np.float64], statistic: float) -> float:
    """Share of random choices that lead at least as much; rounding counts against it."""
    at_least = len(null) - int(np.searchsorted(null, statistic - 1e-9, side="left"))
    return (1 + at_least) / (len(null) + 1)


def _draws(leads: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    texts, forms = leads.shape
    rows = np.arange(texts)
    sums = [
        leads[rows, random.integers(0, forms, size=(min(_BATCH, _DRAWS - start), texts))].sum(
            axis=1
        )
        for start in range(0, _DRAWS, _BATCH)
    ]
    return np.concatenate(sums)
