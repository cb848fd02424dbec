# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exact tests of counts, and the correction for several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["binomial_greater", "binomial_less", "fisher_greater", "holm", "mcnemar"]


def binomial_greater(k: int, n: int, share: float) -> float:
    """One-sided exact p-value that k of n exceeds the given share."""
    from scipy.stats import binomtest

    return float(binomtest(k, n, share, alternative="greater").pvalue) if n else 1.0


def binomial_less(k: int, n: int, share: float) -> float:
    """One-sided exact p-value that k of n is below the given share."""
    from scipy.stats import binomtest

    return float(binomtest(k, n, share, alternative="less").pvalue) if n else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: if those below q are called significant, any error has probability ≤ q.

    Holm (Scandinavian Journal of Statistics 1979).
    """
    order = sorted(range(len(p_values)), key=lambda number: p_values[number])
    adjusted = [1.0] * len(p_values)
    largest = 0.0
    for rank, number in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[number]))
        adjusted[number] = largest
    return adjusted


def fisher_greater(k: int, n: int, null_k: int, null_n: int) -> float:
    """One-sided p-value of Fisher's exact test that k of n exceeds null_k of null_n."""
    from scipy.stats import fisher_exact

    table = [[k, n - k], [null_k, null_n - null_k]]
    return float(fisher_exact(table, alternative="greater").pvalue)


def mcnemar(only_a: int, only_b: int) -> float:
    """Two-sided exact p-value of McNemar's test, from the pairs in which both runs differ."""
    from scipy.stats import binomtest

    differing = only_a + only_b
    return float(binomtest(only_a, differing, 0.5).pvalue) if differing else 1.0
