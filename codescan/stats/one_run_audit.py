# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A lower bound on the privacy loss of a training run, from only that run.

Steinke, Nasr and Jagielski 2023 (arXiv 2305.08846): coins decide what is trained on, an auditor
guesses the coins from the model, and too many right guesses contradict (epsilon, delta). Here one
coin decides which half of a pair is planted, so the bound is on epsilon under replacement of a
record, where the record is a canary with all its copies. Under addition or removal of a record
epsilon is at least half of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["EpsilonBound", "audit_p_value", "epsilon_lower_bound"]

_SHARES = (1.0, 0.5, 0.25)
"""Shares of the pairs that are guessed, most confident first; chosen before any score is seen."""
_LARGEST = 64.0
"""Maximum epsilon of the search for bounds."""
_STEPS = 30


@dataclass(frozen=True, slots=True)
class EpsilonBound:
    """The lower bound of the privacy loss from guesses about pairs."""

    low: float
    """Epsilon is at least this; 0 means nothing was shown."""
    pairs: int
    guesses: int
    """Pairs that were guessed."""
    correct: int
    delta: float
    confidence: float


def audit_p_value(
    pairs: int, guesses: int, correct: int, epsilon: float, delta: float = 0.0
) -> float:
    """Largest chance that an (epsilon, delta) private run allows this many right guesses.

    Theorem 5.2 of Steinke et al.

    Args:
        pairs: number of coins.
        guesses: number of guessed coins.
        correct: right guesses, 0..guesses.
        epsilon: at least 0.
        delta: 0 <= delta < 1.
    """
    from scipy.special import betainc

    share = 1.0 / (1.0 + math.exp(-epsilon))
    # P[Binomial(guesses, share) >= correct] as an incomplete beta function.
    tail = float(betainc(correct, guesses - correct + 1, share)) if correct else 1.0
    if delta == 0.0 or correct == 0:
        return min(1.0, tail)
    below = _probabilities(guesses, share)[correct - 1 :: -1]
    excess = float(np.max(np.cumsum(below) / np.arange(1, correct + 1)))
    return min(1.0, tail + 2.0 * pairs * delta * excess)


def _probabilities(trials: int, share: float) -> NDArray[np.float64]:
    """Probabilities of 0..trials successes."""
    from scipy.special import gammaln

    k = np.arange(trials + 1)
    log_binomial = gammaln(trials + 1) - gammaln(k + 1) - gammaln(trials - k + 1)
    # 1 - share underflows for a large epsilon, its logarithm does not.
    log_failure = math.log1p(-share) if share < 1.0 else -math.inf
    with np.errstate(invalid="ignore"):
        logs = (
            log_binomial
            + k * math.log(share)
            + np.where(k < trials, (trials - k) * log_failure, 0.0)
        )
    return np.asarray(np.exp(logs), dtype=np.float64)


def epsilon_lower_bound(
    planted_scores: ArrayLike,
    partner_scores: ArrayLike,
    *,
    delta: float = 1e-5,
    confidence: float = 0.95,
) -> EpsilonBound:
    """A lower bound on epsilon from the scores of pairs, at a joint confidence.

    The half with the higher score is guessed to be planted. All pairs, the half and the quarter of
    the largest differences are tried, each with a third of the error (Bonferroni). Ties are wrong
    guesses.

    Args:
        planted_scores: [n], higher where the model finds a secret more likely.
        partner_scores: [n], of the other halves.
        delta: of the privacy guarantee.
        confidence: of the bound.

    Raises:
        ValueError: the lengths differ, or a score is not a number.
    """
    planted = np.asarray(planted_scores, dtype=float)
    partners = np.asarray(partner_scores, dtype=float)
    if planted.shape != partners.shape:
        raise ValueError("each planted canary needs the score of its partner")
    if np.isnan(planted).any() or np.isnan(partners).any():
        raise ValueError("a score is not a number")
    n = len(planted)
    with np.errstate(invalid="ignore"):
        differences = np.nan_to_num(planted - partners, nan=0.0)
    ordered = differences[np.argsort(-np.abs(differences), kind="stable")]
    error = (1.0 - confidence) / len(_SHARES)
    best = EpsilonBound(0.0, n, n, int((ordered > 0).sum()), delta, confidence)
    for share in _SHARES:
        guesses = math.ceil(n * share)
        correct = int((ordered[:guesses] > 0).sum())
        low = _largest_refuted(n, guesses, correct, delta, error)
        if low > best.low:
            best = EpsilonBound(low, n, guesses, correct, delta, confidence)
    return best


def _largest_refuted(pairs: int, guesses: int, correct: int, delta: float, error: float) -> float:
    """The largest epsilon whose p-value is below the error; 0 if there is none."""
    if not guesses or audit_p_value(pairs, guesses, correct, 0.0, delta) >= error:
        return 0.0
    low, high = 0.0, _LARGEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if audit_p_value(pairs, guesses, correct, middle, delta) < error:
            low = middle
        else:
            high = middle
    return low
