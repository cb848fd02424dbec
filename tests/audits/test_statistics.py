# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Intervals cover what they promise, and known answers come out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest  # noqa: TID253  (only the package must start fast)

from codescan.records.json_form import encode
from codescan.stats.cluster_intervals import cluster_excess, clustered_rate, nested_rates
from codescan.stats.intervals import (
    Rate,
    benjamini_hochberg,
    chao1,
    clopper_pearson,
    excess,
    good_turing,
    rate,
    wilson,
    wilson_rate,
)
from codescan.stats.rogan_gladen import rogan_gladen

trials = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(trials)
def test_a_rate_lies_in_its_interval_and_in_0_to_1(pair):
    for interval in (rate(*pair), wilson_rate(*pair)):
        assert 0.0 <= interval.low <= interval.value <= interval.high <= 1.0


@pytest.mark.parametrize(("k", "n"), [(1, 10), (3, 200), (50, 100), (199, 200)])
def test_two_sided_intervals_agree_with_scipy(k, n):
    test = binomtest(k, n)
    exact = test.proportion_ci(method="exact")
    assert clopper_pearson(k, n) == pytest.approx((exact.low, exact.high), rel=1e-9)
    score = test.proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((score.low, score.high), rel=1e-9)


@pytest.mark.parametrize("n", [1, 20, 300, 10_000])
def test_none_of_n_gives_the_share_at_which_none_is_just_five_percent_likely(n):
    bound = rate(0, n).high
    assert binom.pmf(0, n, bound) == pytest.approx(0.05)
    assert rate(n, n).low == pytest.approx(1 - bound)


def test_none_of_n_is_about_three_in_n():
    assert rate(0, 1000).high == pytest.approx(3 / 1000, rel=0.01)


@settings(max_examples=15)
@given(st.floats(0.001, 0.999), st.integers(1, 40))
def test_the_exact_interval_holds_the_truth_at_least_as_often_as_it_says(truth, n):
    intervals = [clopper_pearson(k, n) for k in range(n + 1)]
    covered = sum(
        binom.pmf(k, n, truth) for k, (low, high) in enumerate(intervals) if low <= truth <= high
    )
    assert covered >= 0.95 - 1e-9


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (rate(0, 0), "not measured (0 trials)"),
        (rate(0, 500), "0 of 500 (≤ 0.6 %, 95 % bound)"),
        (rate(3, 200), "3 of 200 (1.5 %; 95 % interval 0.31 % to 4.3 %)"),
        (rate(20, 20), "20 of 20 (≥ 86.1 %, 95 % bound)"),
        (rate(1999, 2000), "1,999 of 2,000 (99.95 %; 95 % interval 99.7 % to 100 %)"),
    ],
)
def test_a_rate_reads_as_a_sentence(interval, words):
    assert interval.words == words
    assert encode(interval)["words"] == words


@pytest.mark.parametrize(("k", "n", "confidence"), [(2, 1, 0.95), (-1, 1, 0.95), (0, 1, 1.0)])
def test_impossible_counts_are_refused(k, n, confidence):
    with pytest.raises(ValueError, match=r"impossible|not between"):
        rate(k, n, confidence)


def test_the_excess_over_the_null_arm_agrees_with_newcombe():
    # Newcombe 1998, table II, case (a): 56/70 - 48/80, method 10.
    excess_rate = excess(56, 70, 48, 80)
    assert (excess_rate.value, excess_rate.low, excess_rate.high) == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=1e-4
    )
    assert excess_rate.words == "+20 percentage points (95 % interval +5.24 to +33.4)"


def test_without_a_null_arm_the_excess_is_open():
    excess_rate = excess(3, 10, 0, 0)
    assert (excess_rate.low, excess_rate.high) == (-1.0, 1.0)


def test_clusters_widen_the_interval_when_their_trials_are_alike():
    alike = {f"r{i}": ((10, 10) if i % 4 == 0 else (0, 10)) for i in range(40)}
    mixed = {f"r{i}": (2, 10) if i % 2 else (3, 10) for i in range(40)}
    wide, narrow = clustered_rate(alike), clustered_rate(mixed)
    assert wide.value == narrow.value == 0.25
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    naive = rate(100, 400)
    assert wide.low < naive.low < naive.high < wide.high


def test_a_clustered_rate_does_not_depend_on_the_order():
    clusters = {f"r{i}": (i % 3, 3 + i * 7) for i in range(12)}
    assert clustered_rate(clusters) == clustered_rate(dict(reversed(clusters.items())))


def test_bounds_of_0_and_of_1_success_agree():
    def bound(successes, clusters, size):
        pairs = {f"r{i}": (int(i < successes), size) for i in range(clusters)}
        return clustered_rate(pairs).high

    for clusters, size in ((17, 1000), (6, 10), (60, 50)):
        none, one = bound(0, clusters, size), bound(1, clusters, size)
        # Neither as sure as if all trials were independent, nor as unsure as if one package were
        # one trial.
        assert rate(0, clusters * size).high < none < rate(0, clusters).high
        assert none < one


@given(st.integers(2, 40), st.integers(2, 40), st.integers(0, 3))
def test_more_trials_without_success_never_raise_the_bound(clusters, size, hits):
    def bound(clusters, size):
        pairs = {f"r{i}": (int(i < min(hits, clusters)), size) for i in range(clusters)}
        return clustered_rate(pairs).high

    assert bound(clusters, size + 1) <= bound(clusters, size) * 1.001
    assert bound(clusters + 1, size) <= bound(clusters, size) * 1.001


def test_one_cluster_says_next_to_nothing_of_others():
    interval = clustered_rate({"only": (10, 20)})
    assert interval.clusters == 1
    assert interval.low < 0.2
    assert interval.high > 0.8
    assert clustered_rate({}).high == 1.0


def test_a_result_over_nothing_is_not_measured():
    held = encode(clustered_rate({}))
    assert (held["value"], held["low"], held["high"]) == (None, None, None)
    assert encode(cluster_excess(rate(0, 0), rate(1, 2)))["value"] is None


def test_benjamini_hochberg_gives_the_known_adjustment():
    assert benjamini_hochberg([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04] * 4)
    assert benjamini_hochberg([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_adjusted_p_values_never_shrink(p_values):
    adjusted = benjamini_hochberg(p_values)
    assert all(q >= p - 1e-12 and q <= 1 for p, q in zip(p_values, adjusted, strict=True))


def test_good_turing_gives_the_share_of_singletons():
    estimate = good_turing([1, 1, 1, 2, 5])
    assert estimate.value == 0.3
    half = 1.959964 / 10 * math.sqrt(3 + 2 - 9 / 10)
    assert estimate.low == 0.0
    assert estimate.high == pytest.approx(0.3 + half)
    assert good_turing([]).high == 1.0
    once = good_turing([1])
    assert once.value == once.high == 1.0
    assert once.low < 0.1, "one observation says next to nothing"


def test_good_turing_covers_the_true_unseen_mass():
    generator = np.random.default_rng(7)
    shares = 1 / np.arange(1, 1001)
    shares /= shares.sum()
    hits = 0
    for _ in range(200):
        counts = generator.multinomial(2_000, shares)
        estimate = good_turing(counts.tolist())
        hits += estimate.low <= shares[counts == 0].sum() <= estimate.high
    assert hits >= 180


def test_chao1_gives_the_known_answer():
    # f1 = 4, f2 = 1, S = 6: 6 + 4*3/(2*2) = 9
    estimate = chao1([1, 1, 1, 1, 2, 9, 0])
    assert estimate.value == 9.0
    assert 6.0 < estimate.low < 9.0 < estimate.high


def test_chao1_of_kinds_that_seem_to_be_all_is_no_certainty():
    # P = e^-1, variance = e^-1 - 2 e^-2: 1 / (1 - P) + 1.96 sqrt(variance) / (1 - P)
    once = chao1([1])
    assert (once.value, once.low) == (1.0, 1.0)
    assert once.high == pytest.approx((1 + 1.959964 * math.sqrt(0.0972088)) / 0.6321206, rel=1e-5)
    assert chao1([9] * 5).high == pytest.approx(5.0, abs=0.1)
    assert chao1([]).high == 0.0


@given(st.lists(st.integers(0, 6), max_size=40))
def test_chao1_is_never_below_what_was_seen(counts):
    seen = sum(1 for count in counts if count)
    estimate = chao1(counts)
    assert seen <= estimate.low <= estimate.value <= estimate.high


def test_a_perfect_test_needs_no_correction():
    corrected = rogan_gladen(rate(30, 100), rate(10**6, 10**6), rate(10**6, 10**6))
    assert corrected.value == pytest.approx(0.3)
    plain = rate(30, 100)
    assert (corrected.low, corrected.high) == pytest.approx((plain.low, plain.high), abs=1e-4)


def test_a_corrected_rate_is_never_surer_than_the_observed_one():
    observed = clustered_rate({f"r{i}": (0, 10) for i in range(3)})
    corrected = rogan_gladen(observed, rate(40, 40), rate(2, 2))
    assert (corrected.value, corrected.low) == (0.0, 0.0)
    assert corrected.high >= observed.high > 0.2
    assert rogan_gladen(rate(5, 10), rate(6, 10), rate(5, 10)).high == 1.0


def test_false_alarms_are_taken_away():
    corrected = rogan_gladen(rate(50, 1000), rate(90, 100), rate(950, 1000))
    assert corrected.value == pytest.approx(0.0)
    assert corrected.low == 0.0


def test_the_corrected_interval_covers_the_truth():
    generator = np.random.default_rng(11)
    truth, sensitivity, specificity = 0.1, 0.8, 0.97
    flagged = truth * sensitivity + (1 - truth) * (1 - specificity)
    hits = 0
    for _ in range(200):
        corrected = rogan_gladen(
            rate(int(generator.binomial(500, flagged)), 500),
            rate(int(generator.binomial(120, sensitivity)), 120),
            rate(int(generator.binomial(300, specificity)), 300),
        )
        hits += corrected.low <= truth <= corrected.high
    assert hits >= 185


def test_a_test_no_better_than_chance_is_refused():
    with pytest.raises(ValueError, match="no better than chance"):
        rogan_gladen(rate(5, 10), rate(5, 10), rate(5, 10))
    with pytest.raises(ValueError, match="need trials"):
        rogan_gladen(Rate(0, 0, 0.0, 0.0, 1.0, "none"), rate(5, 10), rate(9, 10))


def test_clusters_of_one_trial_are_counted_exactly():
    alone = {f"p{i}": (int(i < 3), 1) for i in range(20)}
    interval, exact = clustered_rate(alone), rate(3, 20)
    assert (interval.low, interval.value, interval.high) == (exact.low, exact.value, exact.high)
    assert interval.clusters == 20


def test_intervals_cover_the_truth_of_clustered_trials():
    # The whole grid is scripts/eval_intervals; these are its hardest corners.
    generator = np.random.default_rng(5)
    for clusters, size, share, correlation in ((12, 20, 0.05, 0.5), (20, 50, 0.2, 0.2)):
        strength = 1 / correlation - 1
        covered = 0
        for _ in range(200):
            shares = generator.beta(share * strength, (1 - share) * strength, clusters)
            hits = generator.binomial(size, shares)
            interval = clustered_rate({str(i): (int(k), size) for i, k in enumerate(hits)})
            covered += interval.low <= share <= interval.high
        assert covered >= 180


def test_an_excess_of_wilson_rates_is_newcombes():
    target, null = wilson_rate(30, 100), wilson_rate(5, 80)
    difference, known = cluster_excess(target, null), excess(30, 100, 5, 80)
    assert (difference.low, difference.value, difference.high) == pytest.approx(
        (known.low, known.value, known.high)
    )
    assert cluster_excess(rate(0, 0), null).low == -1.0


def test_rates_of_nested_events_do_not_contradict_each_other():
    none = clustered_rate({f"r{i}": (0, 1000) for i in range(17)})
    some = clustered_rate({f"r{i}": (int(i < 5), 1000) for i in range(17)})
    assert none.high > some.high, "alone, the rarer event has the larger bound"
    interval = nested_rates({1: none, 10: some}, lambda outer, inner: outer >= inner)
    assert interval[1].high == some.high
    assert interval[10] == some
