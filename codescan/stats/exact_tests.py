# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exact tests of counts."""

from __future__ import annotations

__all__ = ["fisher_greater", "mcnemar"]


def fisher_greater(k: int, n: int, null_k: int, null_n: int) -> float:
    """One-sided p-value of Fisher's exact test: does k of n exceed null_k of null_n?"""
    from scipy.stats import fisher_exact

    table = [[k, n - k], [null_k, null_n - null_k]]
    return float(fisher_exact(table, alternative="greater").pvalue)


def mcnemar(only_a: int, only_b: int) -> float:
    """Two-sided exact p-value that both runs are alike, from the pairs at which they differ."""
    from scipy.stats import binomtest

    differing = only_a + only_b
    return float(binomtest(only_a, differing, 0.5).pvalue) if differing else 1.0
