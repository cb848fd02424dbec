# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The set-level test: does one set of texts score higher than another, beyond chance?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.membership.blind_baseline import LEAST_GROUPS, second_half
from codescan.membership.results import SetTest
from codescan.stats.mean_tests import welch_greater

if TYPE_CHECKING:
    from collections.abc import Sequence

    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["set_test"]


def set_test(
    scores: Floats,
    names: Sequence[str],
    in_set: Sequence[bool],
    groups: Sequence[int],
    blind: Floats,
    *,
    other: str,
    seed: int = 0,
) -> SetTest:
    """Mix scores on one half of the groups and test the mix on the other half.

    Args:
        scores: [texts, scores]; a column with any NaN is left out.
        names: [scores].
        in_set: [texts], whether a text is of the tested set.
        groups: [texts], a number for each group of dependent texts; a group lies in one half.
        blind: [texts], scores of the blind baseline; NaN in the half that it was fitted on.
        other: what the set is compared with, in words.
        seed: of the division into halves.
    """
    numbers, labels = np.asarray(groups), np.asarray(in_set, dtype=bool)
    complete = ~np.isnan(scores).any(axis=0) & (scores.std(axis=0) > 0)
    chosen = tuple(name for name, keep in zip(names, complete, strict=True) if keep)
    is_tested = second_half(numbers, labels, seed)
    sizes = [
        len(set(numbers[(labels == side) & (is_tested == half)].tolist()))
        for side in (True, False)
        for half in (True, False)
    ]
    tested_set, tested_other = sizes[0], sizes[2]
    if not chosen or min(sizes) < LEAST_GROUPS:
        return SetTest(None, 0.0, tested_set, tested_other, None, chosen, other)
    mixed = _mix(scores[:, complete], labels, ~is_tested)
    statistic, p_value = _welch(mixed, labels, numbers, is_tested)
    _, blind_p = _welch(blind, labels, numbers, is_tested)
    return SetTest(p_value, statistic, tested_set, tested_other, blind_p, chosen, other)


def _mix(scores: Floats, labels: Any, fitted: Any) -> Floats:
    """A linear mix of standardized scores that is fitted on one half."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    center, spread = scores[fitted].mean(axis=0), scores[fitted].std(axis=0)
    standard = (scores - center) / np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=500)
    with threadpool_limits(1):
        model.fit(standard[fitted], labels[fitted])
    return np.asarray(model.decision_function(standard))


def _welch(values: Floats, labels: Any, numbers: Any, is_tested: Any) -> tuple[float, float | None]:
    sets = []
    for side in (True, False):
        chosen = is_tested & (labels == side) & ~np.isnan(values)
        own = numbers[chosen]
        sets.append([float(values[chosen][own == group].mean()) for group in np.unique(own)])
    if min(map(len, sets)) < LEAST_GROUPS:
        return 0.0, None
    statistic, p_value = welch_greater(sets[0], sets[1])
    return (statistic, p_value) if math.isfinite(statistic) else (0.0, 1.0)
