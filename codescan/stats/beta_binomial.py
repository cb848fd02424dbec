# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Intervals for a share whose trials come in clusters, such as prompts of one package.

Model: each cluster has its own share, drawn from a beta distribution with mean p and intra-class
correlation rho; its trials are binomial (Williams, Biometrics 1975; Crowder, Applied Statistics
1978). rho is integrated out over a prior, because a sample with few successes says little about it.
That keeps the bounds of 0 and of 1 success consistent, which a bootstrap over clusters does not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["beta_binomial_interval"]

_RHO_PRIOR = (0.3, 1.2)
"""Beta prior of the intra-class correlation: small values are more likely, all are possible."""
_LOWER_PRIOR = (0.25, 0.75)
"""Exponents of p and 1 - p in the prior of the lower bound, and swapped for the upper one.

(0, 1) gives the exact interval of Clopper and Pearson where rho is 0, (1/2, 1/2) gives that of
Jeffreys. Halfway between them, most cells of `scripts/eval_intervals` reach their coverage.
"""
_COARSE, _FINE = 64, 160
"""Points of the grid over logit(p), before and after it is narrowed to the bulk of the mass."""
_GAMMA_LOGS = 5
"""One gamma function takes as long as this many logarithms."""
_NEGLIGIBLE = 1e-8
"""Likelihood relative to its maximum below which the grid is cut."""


def beta_binomial_interval(
    clusters: Sequence[tuple[int, int]], confidence: float = 0.95
) -> tuple[float, float]:
    """The interval of the mean share of clusters like these.

    If no trial succeeded, the lower bound is 0 and the upper bound takes the whole error; likewise
    if every trial succeeded.

    Args:
        clusters: (successes, trials) of each cluster, trials at least 1; at least one cluster.
        confidence: share of such intervals that contain the true value, 0 < confidence < 1.

    Returns:
        Lower and upper bound, 0..1.
    """
    import numpy as np

    pairs, counts = np.unique(np.asarray(clusters, dtype=float), axis=0, return_counts=True)
    successes, trials = pairs[:, 0], pairs[:, 1]
    total = float((successes * counts).sum())
    n = float((trials * counts).sum())
    edge = float(np.log(1e3 * n))
    logits = np.linspace(-edge, edge, _COARSE)
    for points in (_FINE, 0):
        likelihood = _marginal_likelihood(logits, successes, trials, counts)
        if not points:
            break
        likely = np.flatnonzero(likelihood > _NEGLIGIBLE * likelihood.max())
        first = 0 if total == 0 else max(int(likely[0]) - 1, 0)
        last = _COARSE - 1 if total == n else min(int(likely[-1]) + 1, _COARSE - 1)
        logits = np.linspace(logits[first], logits[last], points)
    tail = (1.0 - confidence) / 2
    p_exponent, q_exponent = _LOWER_PRIOR
    if total == 0:
        return 0.0, _quantile(logits, likelihood, q_exponent, p_exponent, 1.0 - 2 * tail)
    if total == n:
        return _quantile(logits, likelihood, p_exponent, q_exponent, 2 * tail), 1.0
    low = _quantile(logits, likelihood, p_exponent, q_exponent, tail)
    high = _quantile(logits, likelihood, q_exponent, p_exponent, 1.0 - tail)
    return low, high


def _marginal_likelihood(
    logits: np.ndarray[Any, Any],
    successes: np.ndarray[Any, Any],
    trials: np.ndarray[Any, Any],
    counts: np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    """Likelihood at each logit, rho integrated out, up to a factor."""
    import numpy as np

    rho, weights = _rho_grid()
    share = 1.0 / (1.0 + np.exp(-logits))[:, None]
    strength = (1.0 / rho - 1.0)[None, :]
    log_likelihood = (
        _log_rising(share * strength, successes, counts)
        + _log_rising((1.0 - share) * strength, trials - successes, counts)
        - _log_rising(strength, trials, counts)
    )
    log_likelihood -= log_likelihood.max()
    return np.asarray((np.exp(log_likelihood) * weights).sum(axis=1))


def _log_rising(
    base: np.ndarray[Any, Any], steps: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Sum over clusters of log(base (base + 1) ... (base + steps - 1)), for each base.

    For few steps, the logs are added, each once for all clusters that reach it; for many steps, the
    ratio of two gamma functions is faster.
    """
    import numpy as np
    from scipy.special import gammaln

    total = np.zeros_like(base)
    reached, inverse = np.unique(steps.astype(int), return_inverse=True)
    clusters = np.bincount(inverse, weights=counts)
    if len(reached) * _GAMMA_LOGS > reached[-1]:
        for step in range(int(reached[-1])):
            total += clusters[reached > step].sum() * np.log(base + step)
        return total
    none = gammaln(base)
    for steps_taken, count in zip(reached, clusters, strict=True):
        if steps_taken:
            total += count * (gammaln(base + steps_taken) - none)
    return total


@lru_cache(maxsize=1)
def _rho_grid() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Values of rho and the prior's mass around each."""
    import numpy as np
    from scipy.stats import beta

    rho = np.array(
        [1e-5, 1e-4, 4e-4, 0.0012, 0.003, 0.006, 0.012, 0.022, 0.04, 0.065, 0.1, 0.15, 0.22,
         0.31, 0.42, 0.55, 0.7, 0.87]
    )  # fmt: skip
    edges = np.concatenate([[0.0], (rho[1:] + rho[:-1]) / 2, [1.0]])
    return rho, np.diff(beta.cdf(edges, *_RHO_PRIOR))


def _quantile(
    logits: np.ndarray[Any, Any],
    likelihood: np.ndarray[Any, Any],
    p_exponent: float,
    q_exponent: float,
    at: float,
) -> float:
    """A quantile of the posterior of p; the exponents hold the Jacobian of the logit."""
    import numpy as np

    share = 1.0 / (1.0 + np.exp(-logits))
    density = likelihood * share**p_exponent * (1.0 - share) ** q_exponent
    mass = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    logit = float(np.interp(at, mass / mass[-1], logits))
    return float(1.0 / (1.0 + np.exp(-logit)))
