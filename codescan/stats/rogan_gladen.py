# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The true share from an observed share, corrected for the errors of the test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.stats.intervals import Rate

__all__ = ["rogan_gladen"]


def rogan_gladen(observed: Rate, sensitivity: Rate, specificity: Rate) -> Rate:
    """The true share from an observed share, corrected for the errors of the test.

    The estimate is (p + Sp - 1) / (Se + Sp - 1), limited to 0..1 (Rogan and Gladen, American
    Journal of Epidemiology 1978). It rises with p and Sp and falls with Se, so its interval
    combines the lowest and the highest ends of their intervals. That is conservative if all three
    are uncertain. It also keeps the clusters and strata of the observed share, which intervals for
    independent trials would ignore.

    Args:
        observed: share of items that the test flagged.
        sensitivity: measured share of true items that it flags.
        specificity: measured share of false items that it does not flag.

    Raises:
        ValueError: one of the three has no trial, or the test is no better than chance.
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
