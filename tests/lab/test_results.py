# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a lab run says of its intervals and of copies."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from codescan.lab.copies import copy_levels, curve_of, is_in_tries, level_rows, near_weight
from codescan.lab.coverage import coverage_by_kind, pooled_coverage
from codescan.lab.results import HeldInterval
from codescan.lab.summary import _pooled_controls
from codescan.lab.text_rates import held_membership, tuning_comparison
from codescan.membership.analysis import ScoreTable
from codescan.membership.texts import CandidateText
from codescan.records import Score
from codescan.stats.exact_tests import holm
from codescan.stats.mean_tests import exponential_mean_interval


def interval(kind, truth, low, high):
    return HeldInterval(kind, kind, truth, (low + high) / 2, low, high, 10)


def passage(copies, chance, *, near=False, extracted=None):
    out = chance > 0.5 if extracted is None else extracted
    planted = SimpleNamespace(copies=copies, is_near=near)
    return planted, Score("p", "m", 10, 10 if out else 3, math.log(chance))


def test_intervals_that_miss_too_often_are_found_and_others_are_not():
    held = [interval("good", 0.5, 0.4, 0.6)] * 95 + [interval("good", 0.9, 0.4, 0.6)] * 5
    held += [interval("bad", 0.5, 0.4, 0.6)] * 80 + [interval("bad", 0.9, 0.4, 0.6)] * 20
    by_kind = {one.kind: one for one in coverage_by_kind(held)}
    assert by_kind["good"].adjusted_p_value > 0.3
    assert by_kind["bad"].adjusted_p_value < 1e-4
    assert pooled_coverage(held).k == 175


def test_holm_is_that_of_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    values = [0.01, 0.2, 0.03, 0.5, 0.004]
    expected = multitest.multipletests(values, method="holm")[1]
    assert holm(values) == pytest.approx(list(expected))
    assert holm([]) == []


def test_an_interval_of_an_exponential_mean_holds_it():
    generator = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        low, high = exponential_mean_interval(float(generator.exponential(2.0, 20).mean()), 20)
        held += low <= 2.0 <= high
    assert 0.93 <= held / 1000 <= 0.97


def test_levels_count_greedy_and_sampled_extraction_apart():
    passages = [passage(1, 1e-9), passage(64, 0.02, extracted=False), passage(64, 0.9)]
    rows = {(row.copies, row.is_near): row for row in level_rows(passages)}
    assert rows[1, False].greedy.k == 0
    assert (rows[64, False].greedy.k, rows[64, False].in_100_tries.k) == (1, 2)
    assert [level.extracted for level in copy_levels(passages, near=False, tries=100)] == [0, 2]


@pytest.mark.parametrize(("chance", "expected"), [(1.0, True), (0.0069, False), (0.00691, True)])
def test_in_100_tries_means_a_chance_of_one_half(chance, expected):
    assert is_in_tries(Score("p", "m", 1, 0, math.log(chance))) is expected


def test_a_near_copy_is_worth_what_it_was_made_to_be_worth():
    generator = np.random.default_rng(2)
    passages = []
    for near in (False, True):
        for copies in (1, 4, 16, 64, 256):
            worth = copies * (0.5 if near else 1.0)
            chance = 1 / (1 + math.exp(5.0 - 1.5 * math.log(worth)))
            for _ in range(400):
                out = bool(generator.random() < chance)
                passages.append(passage(copies, 0.5, near=near, extracted=out))
    weight = near_weight(passages)
    assert weight["low"] <= 0.5 <= weight["high"]
    assert weight["high"] - weight["low"] < 0.4


def test_a_curve_counts_its_ends():
    passages = [passage(1, 1e-9)] * 20 + [passage(128, 0.9)] * 20
    curve = curve_of(passages, "greedy")
    assert curve.at_one_copy.k == 0
    assert curve.above_100_copies.k == 20
    assert curve.change_without_duplicates["high"] < 0
    assert curve_of(passages[:20], "greedy") is None


def table(values, labels, names):
    texts = [CandidateText(f"t{n}", "x", bool(label)) for n, label in enumerate(labels)]
    return ScoreTable(texts, list(names), np.asarray(values, float), [1] * len(texts), {}, {})


def test_samples_hold_the_rates_of_all_texts():
    generator = np.random.default_rng(3)
    held = []
    for _ in range(25):
        labels = np.arange(1200) % 2 == 0
        values = generator.normal(size=(1200, 2)) + labels[:, None]
        own = table(values, labels, ("loss", "zlib"))
        held += held_membership(own, 120, generator)
    assert all(one.adjusted_p_value > 0.05 for one in coverage_by_kind(held))
    assert pooled_coverage(held).value >= 0.92


def test_the_ratio_after_tuning_favors_the_better_score():
    generator = np.random.default_rng(4)
    labels = np.arange(400) % 2 == 0
    noise = generator.normal(size=(400, 2))
    values = noise + labels[:, None] * np.array([4.0, 1.0])
    result = tuning_comparison(table(values, labels, ("window-comparison", "min-k++")), generator)
    assert result["tpr_ratio"]["low"] > 1.5
    json.dumps(result)
    few = table(values[:60], labels[:60], ("window-comparison", "min-k++"))
    assert "tpr_ratio" not in tuning_comparison(few, generator)


@pytest.mark.parametrize(
    ("p_values", "small", "is_alarming"),
    [([0.5] * 99 + [0.005], 1, False), ([0.5] * 30, 0, False), ([0.005] * 6 + [0.5] * 94, 6, True)],
)
def test_controls_are_tested_over_all_seeds(p_values, small, is_alarming):
    seeds = [SimpleNamespace(canaries={"null_check": {"p_value": p}}) for p in p_values]
    result = _pooled_controls([*seeds, SimpleNamespace(canaries={"null_check": None})])
    assert (result["seeds"], result["up_to_1_percent"]) == (len(p_values), small)
    assert (result["p_value_of_their_number"] < 0.05) == is_alarming
    assert result["least_adjusted_p_value"] == min(1.0, min(p_values) * len(p_values))
    assert _pooled_controls([]) is None
