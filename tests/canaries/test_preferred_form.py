# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The exact test of a preference for published forms: false positives, faint preferences."""

import numpy as np
import pytest

from codescan.stats.preferred_form import null_rate, preference, windows_together


def test_unrelated_models_are_not_accused():
    """Over 150 unrelated models the p-value is below 5 % in about 5 %."""
    random = np.random.default_rng(7)
    low = 0
    for number in range(150):
        # Forms differ in likelihood, texts in length: neither matters.
        scores = random.normal(size=(50, 16)) * random.exponential(5.0, (50, 1))
        published = random.integers(0, 16, 50)
        low += preference(scores, published, seed=number).p_value <= 0.05
    assert 1 <= low <= 17
    rate = null_rate(scores, published, keys=300)
    assert rate.low <= 0.05 <= rate.high


def test_a_small_preference_over_many_files_is_found():
    random = np.random.default_rng(8)
    scores = random.normal(size=(60, 16))
    published = random.integers(0, 16, 60)
    scores[np.arange(60), published] += 0.6
    found = preference(scores, published)
    assert found.p_value < 0.01
    assert null_rate(scores, published).low <= 0.05
    assert preference(np.zeros((3, 4)), [0, 1, 2]).p_value == 1.0
    assert preference(np.zeros((0, 4)), []).texts == 0
    with pytest.raises(ValueError, match="published"):
        preference(scores, [0])
    with pytest.raises(ValueError, match="numbers"):
        preference(np.full((2, 3), np.nan), [0, 0])


def test_windows_of_wide_scores_do_not_hide_the_others():
    """A faint lead in every window is found beside one window whose scores spread far more."""
    generator = np.random.default_rng(3)
    published = generator.integers(0, 16, 120)
    sums, together = [], []
    for form in published:
        scores = generator.normal(0, 1, (6, 16))
        scores[1:, form] += 0.4
        scores[0] *= 30
        sums.append(scores.sum(axis=0))
        together.append(windows_together(scores, [1] * 6))
    assert preference(sums, published).p_value > 0.01
    assert preference(together, published).p_value < 0.001


def test_windows_together_accuse_no_unrelated_model():
    generator = np.random.default_rng(4)
    low = 0
    for number in range(200):
        rows = [
            windows_together(generator.normal(0, (1, 9, 40), (16, 3)).T, [1, 4, 2])
            for _ in range(30)
        ]
        published = generator.integers(0, 16, 30)
        low += preference(rows, published, seed=number).p_value <= 0.05
    assert low <= 20  # 10 of 200 expected; more than 20 in one of 1,000 runs
