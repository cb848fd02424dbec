# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tests of means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["welch_greater"]


def welch_greater(values: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    """Welch's t and its one-sided p-value: is the mean of `values` greater?

    Welch (Biometrika 1947). Two sets without any spread have no test: NaN and NaN.

    Args:
        values: independent, at least two.
        others: likewise.
    """
    from scipy.stats import ttest_ind

    if len(set(values)) == 1 and len(set(others)) == 1:
        return float("nan"), float("nan")
    result = ttest_ind(values, others, equal_var=False, alternative="greater")
    return float(result.statistic), float(result.pvalue)
