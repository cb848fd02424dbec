# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Paired differences: published answers, symmetry, and which prompts make a pair."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.audits.comparison import (
    COPIES,
    EXTRACTED,
    Measured,
    clustered_difference,
    compare,
    mcnemar,
    paired_difference,
    stratified_difference,
)
from codescan.audits.comparison_results import PairCounts, PassageCounts
from codescan.records.json_form import encode
from codescan.stats.intervals import excess, rate

counts = st.tuples(*[st.integers(0, 60)] * 4)


def test_the_exact_test_gives_published_values():
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(1, 9) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar(9, 1) == mcnemar(1, 9)
    assert 0 < mcnemar(0, 1000) < 1e-200


def test_the_paired_interval_gives_newcombes_published_example():
    """Newcombe 1998, table III: 36, 12, 2, 0 of 50 give 0.20 (0.0569 to 0.3404), method 10."""
    difference = paired_difference(36, 2, 12, 0)
    assert difference.value == pytest.approx(0.20)
    assert (difference.low, difference.high) == pytest.approx((0.0569, 0.3404), abs=6e-4)


@given(counts)
def test_the_interval_holds_the_difference_and_turns_with_the_runs(cells):
    both, a, b, neither = cells
    difference, turned = (
        paired_difference(both, a, b, neither),
        paired_difference(both, b, a, neither),
    )
    assert -1.0 <= difference.low <= difference.value <= difference.high <= 1.0
    assert (turned.low, turned.value, turned.high) == pytest.approx(
        (-difference.high, -difference.value, -difference.low)
    )


def test_pairs_that_agree_make_the_interval_narrower_than_two_samples_would():
    paired, apart = paired_difference(40, 2, 8, 50), excess(48, 100, 42, 100)
    assert paired.high - paired.low < (apart.high - apart.low) / 1.5


def test_prompts_of_one_package_are_not_independent():
    alone = [(False, i % 2 == 0, f"p{i}") for i in range(40)]
    assert clustered_difference(alone) == paired_difference(0, 0, 20, 20)
    for clusters in (1, 2):
        few = clustered_difference(
            [(a, b, f"p{i % clusters}") for i, (a, b, _) in enumerate(alone)]
        )
        coarse = paired_difference(0, 0, 1, clusters - 1)
        assert few.low <= coarse.low, "no narrower than that of one or two prompts"
        assert few.high >= coarse.high
    four = [(False, i < 20, f"p{i // 10}") for i in range(40)]
    wide, narrow = clustered_difference(four), paired_difference(0, 0, 20, 20)
    assert wide.value == narrow.value == 0.5
    assert (wide.low, wide.high) == (0.0, 1.0), "four packages, all or nothing"
    none = clustered_difference([(False, False, f"p{i // 10}") for i in range(40)])
    assert none.high == paired_difference(0, 0, 0, 4).high > paired_difference(0, 0, 0, 40).high


def measured(name, outcomes, places=None):
    side = Measured(name)
    side.outcomes[COPIES, "uniform"] = {key: bool(value) for key, value in outcomes.items()}
    for key in outcomes:
        side.places[places[key] if places else ("prefix", "", key)].append(key)
    return side


def of_packages(name, outcomes, packages):
    side = measured(name, outcomes)
    for number, key in enumerate(outcomes):
        side.clusters[key] = f"pkg:pypi/p{number % packages}"
        side.documents[key] = f"pkg:pypi/p{number % packages}@1#f{number}.py"
    return side


def test_files_are_the_units_where_all_prompts_are_of_one_package():
    """As in the report of each run: the rates of one table agree with its difference."""
    ones, noughts = dict.fromkeys(map(str, range(20)), 1), dict.fromkeys(map(str, range(20)), 0)
    (entry,) = compare(of_packages("a", ones, 1), of_packages("b", noughts, 1)).measures
    assert entry.a.claim == entry.b.claim == "files of this package"
    assert entry.b.high == rate(0, 20).high
    assert entry.difference.high < 0
    (two,) = compare(of_packages("a", ones, 2), of_packages("b", noughts, 2)).measures
    assert two.a.claim == "packages like these"
    assert two.b.high > 0.7
    assert two.difference.high > entry.difference.high


def test_only_shared_prompts_are_compared():
    a = measured("a", {"p1": 1, "p2": 1, "p3": 0, "own": 1})
    b = measured("b", {"p1": 1, "p2": 0, "p3": 0, "other": 1})
    a.passages, b.passages = {"x", "y"}, {"y"}
    result = compare(a, b)
    assert result.pairs == PairCounts(same_prompt=3, same_place=0)
    (entry,) = result.measures
    assert (entry.pairs, entry.only_a, entry.only_b) == (3, 1, 0)
    assert entry.difference.value == pytest.approx(-1 / 3)
    assert result.passages == PassageCounts(only_a=1, both=1, only_b=0)
    json.dumps(encode(result), allow_nan=False)


def test_prompts_cut_by_two_tokenizers_are_paired_by_place_where_that_is_clear():
    places = {"a1": ("prefix", "50 tokens", "d1"), "b1": ("prefix", "50 tokens", "d1"),
              "a2": ("prefix", "50 tokens", "d2"), "a3": ("prefix", "50 tokens", "d2"),
              "b2": ("prefix", "50 tokens", "d2")}  # fmt: skip
    a = measured("a", {"a1": 1, "a2": 0, "a3": 0}, places)
    b = measured("b", {"b1": 0, "b2": 0}, places)
    result = compare(a, b)
    assert result.pairs == PairCounts(same_prompt=0, same_place=1)


def test_strata_weigh_what_they_stand_for():
    """Half of each stratum's prompts were given away by B; one stands for nine times as many."""
    rare, common = {f"r{i}": 0 for i in range(20)}, {f"c{i}": 0 for i in range(20)}
    a = measured("a", rare | common)
    b = measured("b", rare | dict.fromkeys(common, 1))
    plain = compare(a, b).measures[0]
    assert plain.difference.value == plain.b.value == 0.5
    for run in (a, b):
        run.strata = {key: "rare" if key in rare else "common" for key in rare | common}
    b.weights = {COPIES: {"rare": 9.0, "common": 1.0}}  # of another frame: counted alike
    assert compare(a, b).measures[0] == plain
    b.weights = {"uniform": {"rare": 9.0, "common": 1.0}}  # A is a reference: it has none
    entry = compare(a, b).measures[0]
    assert entry.b.value == entry.difference.value == pytest.approx(0.1)
    assert entry.difference.low <= 0.1 <= entry.difference.high < 0.5
    assert entry.b.weighted
    assert "MOVER over 2 strata" in entry.difference.method
    assert (entry.only_b, entry.p_value) == (20, plain.p_value)


@given(counts, counts, st.floats(0.1, 10.0))
def test_a_stratified_difference_lies_between_those_of_its_strata(one, other, weight):
    parts = paired_difference(*one), paired_difference(*other)
    difference = stratified_difference([(weight, parts[0]), (1.0, parts[1])])
    values = sorted(part.value for part in parts)
    assert values[0] - 1e-9 <= difference.value <= values[1] + 1e-9
    assert -1.0 <= difference.low <= difference.value <= difference.high <= 1.0
    alone = stratified_difference([(weight, parts[0]), (0.0, parts[1])])
    assert alone == parts[0]
    nothing = stratified_difference([(0.0, parts[0])])
    assert (nothing.low, nothing.high) == (-1.0, 1.0)


def test_p_values_are_adjusted_for_the_measures_there_are():
    a, b = (
        measured("a", {f"p{i}": 1 for i in range(9)}),
        measured("b", {f"p{i}": 0 for i in range(9)}),
    )
    for run in (a, b):
        run.outcomes[EXTRACTED, "uniform"] = {f"p{i}": i % 2 == 0 for i in range(9)}
    first, second = compare(a, b).measures
    assert first.p_value_adjusted == pytest.approx(2 * first.p_value)
    assert second.p_value_adjusted == second.p_value == 1.0
