# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""AUROC and TPR at a low FPR: values, and how often their intervals hold the truth."""

import math

import numpy as np
import pytest

from codescan.stats.roc import RocTable, tpr_at_fpr

NAN = float("nan")


def table(members, others, **options):
    scores = np.concatenate([members, others])[:, None]
    labels = [True] * len(members) + [False] * len(others)
    return RocTable(scores, labels, **options)


def test_auroc_counts_ordered_pairs_and_half_of_ties():
    generator = np.random.default_rng(1)
    for _ in range(20):
        members = generator.integers(0, 6, 9).astype(float)
        others = generator.integers(0, 6, 7).astype(float)
        pairs = [(a > b) + (a == b) / 2 for a in members for b in others]
        assert table(members, others).auroc(0).value == pytest.approx(np.mean(pairs))


def test_variance_is_that_of_delong():
    generator = np.random.default_rng(2)
    members, others = generator.normal(0.5, 1, 60), generator.normal(0, 1, 45)
    above = np.array([(a > others).mean() for a in members])
    below = np.array([(members > b).mean() for b in others])
    expected = above.var(ddof=1) / 60 + below.var(ddof=1) / 45
    got = float(table(members, others)._covariance[0, 0])
    assert got == pytest.approx(expected, rel=0.03)


def test_simultaneous_intervals_hold_one_half_on_scores_without_signal():
    generator = np.random.default_rng(3)
    held = pointwise = 0
    runs = 60
    for _ in range(runs):
        common = generator.normal(size=(80, 1))
        scores = common + generator.normal(size=(80, 12))
        roc = RocTable(scores, generator.permutation([True] * 40 + [False] * 40))
        values = [roc.auroc(column) for column in range(12)]
        held += all(v.simultaneous_low <= 0.5 <= v.simultaneous_high for v in values)
        pointwise += values[0].low <= 0.5 <= values[0].high
    assert held / runs >= 0.92
    assert 0.91 <= pointwise / runs <= 0.99


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.0])
def test_intervals_hold_the_auroc_of_the_population(shift):
    generator = np.random.default_rng(4)
    truth = 0.5 * (1 + math.erf(shift / 2))
    held = 0
    for _ in range(300):
        auroc = table(generator.normal(shift, 1, 30), generator.normal(0, 1, 30)).auroc(0)
        held += auroc.low <= truth <= auroc.high
    assert held / 300 >= 0.92


def test_dependent_texts_widen_the_interval():
    generator = np.random.default_rng(5)
    held_apart = held_grouped = 0
    for _ in range(200):
        effects = np.repeat(generator.normal(size=40), 5)
        scores = (effects + 0.3 * generator.normal(size=200))[:, None]
        labels = np.repeat(generator.permutation([True] * 20 + [False] * 20), 5)
        groups = np.repeat(np.arange(40), 5)
        apart = RocTable(scores, labels).auroc(0)
        grouped = RocTable(scores, labels, groups).auroc(0)
        held_apart += apart.low <= 0.5 <= apart.high
        held_grouped += grouped.low <= 0.5 <= grouped.high
    assert held_apart / 200 < 0.75
    assert held_grouped / 200 >= 0.9


def test_perfect_separation_has_a_bound_below_one():
    auroc = table(np.arange(10.0) + 100, np.arange(10.0)).auroc(0)
    assert auroc.value == 1.0
    assert 0.7 < auroc.low < 1.0
    assert auroc.high == 1.0


@pytest.mark.parametrize("members", [[], [1.0], [NAN, NAN, NAN]])
def test_too_few_texts_are_not_measured(members):
    auroc = table(np.array(members, dtype=float), np.array([0.0, 1.0, 2.0])).auroc(0)
    assert auroc.value is None
    assert (auroc.low, auroc.high) == (0.0, 1.0)


def test_gain_over_a_baseline_is_paired():
    generator = np.random.default_rng(6)
    base = generator.normal(size=400)
    base[:200] += 1.0
    scores = np.stack([base, base + 0.02 * generator.normal(size=400)], axis=1)
    gain = RocTable(scores, [True] * 200 + [False] * 200).gain(0, 1)
    assert abs(gain.value) < 0.01
    assert 0 < gain.high - gain.low < 0.01


def test_tpr_is_the_share_above_the_allowed_false_positives():
    others = np.arange(200.0)
    tpr = tpr_at_fpr(np.array([197.5, 198.5, 500.0, 3.0]), others, 0.01)
    assert tpr.false_positives <= 2
    assert tpr.value == pytest.approx(3 / 4)
    assert tpr.low <= tpr.value <= tpr.high


def test_tpr_needs_enough_non_members():
    tpr = tpr_at_fpr(np.ones(50), np.zeros(99), 0.01)
    assert tpr.value is None
    assert tpr.low == 0.0


@pytest.mark.parametrize(("members", "others", "fpr"), [(60, 150, 0.01), (200, 600, 0.01)])
def test_tpr_intervals_hold_the_truth(members, others, fpr):
    generator = np.random.default_rng(7)
    shift, threshold = 2.0, 2.3263478740408408
    truth = 0.5 * math.erfc((threshold - shift) / math.sqrt(2))
    held = 0
    for _ in range(200):
        tpr = tpr_at_fpr(generator.normal(shift, 1, members), generator.normal(0, 1, others), fpr)
        held += tpr.low <= truth <= tpr.high
    assert held / 200 >= 0.95


def test_a_constant_score_finds_nothing():
    tpr = tpr_at_fpr(np.zeros(100), np.zeros(1000), 0.01)
    assert tpr.value == 0.0
    assert table(np.zeros(20), np.zeros(20)).auroc(0).value == 0.5
