# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Exposure and the audit in one run, held against simulated scores whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.stats.exposure import (
    exposure_slope,
    exposures,
    mean_interval,
    null_p_value,
    rank_p_values,
    true_positive_rate,
    unmemorized_exposure,
)
from codescan.stats.one_run_audit import audit_p_value, epsilon_lower_bound

TWINS = 1000


def test_without_memorization_exposure_is_that_of_a_uniform_rank():
    """Mean 1.44 bits, and ranks that a Kolmogorov-Smirnov test takes for uniform."""
    from scipy.stats import kstest

    random = np.random.default_rng(1)
    bits = np.concatenate(
        [exposures(random.normal(size=1), random.normal(size=TWINS)) for _ in range(2000)]
    )
    mean, low, high = mean_interval(bits)
    assert low <= unmemorized_exposure(TWINS) <= high
    assert mean == pytest.approx(1 / math.log(2), abs=0.1)
    assert kstest(2.0**-bits, "uniform").pvalue > 0.01


@given(st.integers(1, 5000))
def test_the_mean_of_a_uniform_rank_is_exact(twins):
    ranks = np.arange(1, twins + 2)
    assert unmemorized_exposure(twins) == pytest.approx(
        np.mean(np.log2(twins + 1) - np.log2(ranks)), abs=1e-9
    )


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
)
def test_ranks_count_twins_that_score_at_least_as_high(scores, twins):
    for own, p in zip(scores, rank_p_values(scores, twins), strict=True):
        assert p == (1 + sum(twin >= own for twin in twins)) / (len(twins) + 1)


@given(st.integers(99, 400), st.integers(0, 10**6))
def test_the_false_positive_rate_is_kept(twins, seed):
    """A constant score ties with every twin and is never flagged."""
    random = np.random.default_rng(seed)
    assert true_positive_rate(np.zeros(20), np.zeros(twins)).k == 0
    others = random.normal(size=twins)
    flagged = rank_p_values(others, others) <= 0.01
    assert flagged.sum() <= 0.01 * (twins + 1)


def test_too_few_twins_are_refused():
    with pytest.raises(ValueError, match="98 twins"):
        true_positive_rate([1.0], np.zeros(98))
    with pytest.raises(ValueError, match="twins"):
        exposures([1.0], [])
    with pytest.raises(ValueError, match="not a number"):
        exposures([math.nan], [1.0])


def test_the_slope_decides_rightly_with_and_without_memorization():
    """Below 7 % of null sets have a bound above 0; nearly all memorized ones have."""
    random = np.random.default_rng(2)
    copies = np.repeat(2 ** np.arange(9), 10)
    false, true = 0, 0
    for _ in range(400):
        twins = random.normal(size=TWINS)
        null = exposures(random.normal(size=len(copies)), twins)
        false += exposure_slope(copies.tolist(), null).is_positive
        shifted = exposures(random.normal(size=len(copies)) + 0.3 * np.log2(copies), twins)
        true += exposure_slope(copies.tolist(), shifted).is_positive
    assert false <= 28
    assert true >= 390


def test_the_slope_is_least_squares():
    slope = exposure_slope([1, 2, 4, 8], [1.0, 2.0, 3.0, 4.0])
    assert slope.value == pytest.approx(1.0)
    assert slope.low == pytest.approx(1.0)
    assert exposure_slope([4, 4, 4], [1.0, 2.0, 3.0]) is None
    assert exposure_slope([1, 2], [1.0, 2.0]) is None
    with pytest.raises(ValueError, match="at least 1"):
        exposure_slope([0, 1, 2], [1.0, 2.0, 3.0])


def test_controls_like_the_twins_pass_and_others_do_not():
    random = np.random.default_rng(3)
    assert null_p_value(random.normal(size=200), random.normal(size=TWINS)) > 0.01
    assert null_p_value(random.normal(1.0, 1.0, 200), random.normal(size=TWINS)) < 1e-6


@pytest.mark.parametrize("epsilon", [0.0, 1.0, 2.0])
def test_the_bound_on_epsilon_holds_for_randomized_response(epsilon):
    """Randomized response is exactly epsilon private and gives the auditor all it may."""
    random = np.random.default_rng(4)
    right = 1 / (1 + math.exp(-epsilon))
    over = 0
    for _ in range(300):
        answers = np.where(random.random(100) < right, 1.0, -1.0)
        bound = epsilon_lower_bound(answers, np.zeros(100), delta=0.0)
        over += bound.low > epsilon
    assert over <= 24  # 5 % of 300, and three standard errors


def test_a_full_leak_gives_a_bound_that_grows_with_the_pairs():
    small = epsilon_lower_bound(np.ones(20), np.zeros(20)).low
    large = epsilon_lower_bound(np.ones(500), np.zeros(500)).low
    assert 0.5 < small < large
    assert epsilon_lower_bound(np.zeros(50), np.zeros(50)).low == 0.0
    assert epsilon_lower_bound([], []).low == 0.0
    with pytest.raises(ValueError, match="partner"):
        epsilon_lower_bound([1.0], [])


@given(st.integers(1, 80), st.floats(0, 8), st.data())
def test_the_p_value_without_delta_is_the_binomial_tail(guesses, epsilon, data):
    from scipy.stats import binom

    correct = data.draw(st.integers(0, guesses))
    share = 1 / (1 + math.exp(-epsilon))
    expected = binom.sf(correct - 1, guesses, share)
    assert audit_p_value(guesses, guesses, correct, epsilon) == pytest.approx(expected, abs=1e-9)
    terms = [binom.pmf(np.arange(correct - i, correct), guesses, share).sum() / i
             for i in range(1, correct + 1)]  # fmt: skip
    with_delta = min(1.0, expected + 2 * guesses * 1e-3 * max(terms, default=0.0))
    assert audit_p_value(guesses, guesses, correct, epsilon, 1e-3) == pytest.approx(
        with_delta, abs=1e-9
    )


@given(st.integers(1, 60), st.data())
def test_a_p_value_falls_with_right_guesses_and_rises_with_epsilon(guesses, data):
    correct = data.draw(st.integers(1, guesses))
    one = audit_p_value(guesses, guesses, correct, 1.0, 1e-5)
    assert one <= audit_p_value(guesses, guesses, correct - 1, 1.0, 1e-5) + 1e-9
    assert one <= audit_p_value(guesses, guesses, correct, 1.5, 1e-5) + 1e-9
    assert audit_p_value(guesses, guesses, correct, 1.0, 0.0) <= one + 1e-12
