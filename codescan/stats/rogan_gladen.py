# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The share behind an observed one, given how often the test that observed it is right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.stats.intervals import Rate

__all__ = ["rogan_gladen"]


def rogan_gladen(observed: Rate, sensitivity: Rate, specificity: Rate) -> Rate:
    """The true share behind an observed one, given how often the test is right.

    Estimate: (p + Sp - 1) / (Se + Sp - 1), cut to 0..1 (Rogan and Gladen, American Journal of
    Epidemiology 1978). It rises with p and Sp and falls with Se, so that its interval is made of
    the least and the most favorable ends of theirs. That is wider than it need be where all three
    are uncertain, and never surer than the observed share, whose trials may come in clusters and
    strata; intervals that take them as independent would be.

    Args:
        observed: share of items that the test flagged.
        sensitivity: share of true items that it flags, measured.
        specificity: share of false items that it leaves, measured.

    Raises:
        ValueError: there is no trial in one of the three, or the test is no better than chance.
    """
    if 0 in (observed.n, sensitivity.n, specificity.n):
        raise ValueError("all three shares need trials")
    if sensitivity.value + specificity.value <= 1.0:
        raise ValueError("the test is no better than chance: sensitivity + specificity <= 1")
    value = _true_share(observed.value, sensitivity.value, specificity.value)
    low = _true_share(observed.low, sensitivity.high, specificity.low)
    high = _true_share(observed.high, sensitivity.low, specificity.high)
    return replace(
        observed,
        value=value,
        low=min(low, value),
        high=max(high, value),
        method=f"Rogan-Gladen, of the ends of three intervals ({observed.method})",
    )


def _true_share(observed: float, sensitivity: float, specificity: float) -> float:
    gain = sensitivity + specificity - 1.0
    excess = observed + specificity - 1.0
    if gain <= 0.0:
        return 1.0 if excess > 0.0 else 0.0
    return min(1.0, max(0.0, excess / gain))
