# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The share behind an observed one, given how often the test that observed it is right."""

from __future__ import annotations

import math
from statistics import NormalDist

from codescan.audits.statistics import Rate

__all__ = ["rogan_gladen"]


def rogan_gladen(observed: Rate, sensitivity: Rate, specificity: Rate) -> Rate:
    """The true share behind an observed one, given how often the test is right.

    Estimate: (p + Sp - 1) / (Se + Sp - 1), cut to 0..1 (Rogan and Gladen, American Journal of
    Epidemiology 1978). The interval carries the uncertainty of all three shares (Lang and
    Reiczigel, Preventive Veterinary Medicine 2014).

    Args:
        observed: share of items that the test flagged.
        sensitivity: share of true items that it flags, measured.
        specificity: share of false items that it leaves, measured.

    Raises:
        ValueError: there is no trial in one of the three, or the test is no better than chance.
    """
    if 0 in (observed.n, sensitivity.n, specificity.n):
        raise ValueError("all three shares need trials")
    gain = sensitivity.k / sensitivity.n + specificity.k / specificity.n - 1.0
    if gain <= 0:
        raise ValueError("the test is no better than chance: sensitivity + specificity <= 1")
    value = (observed.k / observed.n + specificity.k / specificity.n - 1.0) / gain
    z = NormalDist().inv_cdf(0.5 + observed.confidence / 2)
    n = observed.n + z * z
    share = (observed.k + z * z / 2) / n
    se, se_variance = _plus_two(sensitivity)
    sp, sp_variance = _plus_two(specificity)
    gain = se + sp - 1.0
    middle = (share + sp - 1.0) / gain
    shift = 2 * z * z * (middle * se_variance - (1.0 - middle) * sp_variance)
    variance = share * (1 - share) / n + middle**2 * se_variance + (1 - middle) ** 2 * sp_variance
    half = z * math.sqrt(variance) / gain
    value, low, high = (
        min(1.0, max(0.0, x)) for x in (value, middle + shift - half, middle + shift + half)
    )
    return Rate(
        observed.k,
        observed.n,
        value,
        min(low, value),
        max(high, value),
        "Rogan-Gladen, Lang-Reiczigel interval",
        observed.confidence,
    )


def _plus_two(measured: Rate) -> tuple[float, float]:
    """(k + 1) / (n + 2) and its variance."""
    n = measured.n + 2
    share = (measured.k + 1) / n
    return share, share * (1.0 - share) / n
