# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The leak curve: its fit, its intervals, and counts that separate."""

import math

import numpy as np
import pytest

from codescan.stats.logistic_curve import CopyLevel, fit_curve, logistic_fit

LEVELS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def drawn(generator, intercept, slope, passages):
    rates = [1 / (1 + math.exp(-intercept - slope * math.log(c))) for c in LEVELS]
    return [
        CopyLevel(c, int(generator.binomial(passages, r)), passages)
        for c, r in zip(LEVELS, rates, strict=True)
    ]


def test_agrees_with_statsmodels_where_nothing_separates():
    api = pytest.importorskip("statsmodels.api")
    levels = drawn(np.random.default_rng(1), -4.0, 1.1, 2000)
    curve = fit_curve(levels)
    design = np.array([[1.0, math.log(level.copies)] for level in levels])
    counts = np.array([[one.extracted, one.passages - one.extracted] for one in levels])
    other = api.GLM(counts, design, family=api.families.Binomial()).fit()
    assert (curve.intercept, curve.slope) == pytest.approx(tuple(other.params), abs=0.01)
    scaled = np.array(curve.covariance) / curve.dispersion
    assert scaled == pytest.approx(other.cov_params(), rel=0.03)


@pytest.mark.parametrize(
    "extracted", [[0] * 9, [24] * 9, [0] * 5 + [24] * 4, [0] * 8 + [1], [0, 24] * 4 + [0]]
)
def test_counts_that_separate_have_a_finite_curve(extracted):
    levels = [CopyLevel(c, k, 24) for c, k in zip(LEVELS, extracted, strict=True)]
    curve = fit_curve(levels)
    values = (curve.intercept, curve.slope, *curve.covariance[0], *curve.covariance[1])
    assert all(map(math.isfinite, values))
    assert 0.0 <= curve.rate(1).low <= curve.rate(1).value <= curve.rate(1).high <= 1.0


def test_intervals_hold_the_true_rates():
    generator = np.random.default_rng(2)
    held = total = 0
    for _ in range(200):
        curve = fit_curve(drawn(generator, -5.0, 1.2, 24))
        for copies in (1, 32, 128):
            truth = 1 / (1 + math.exp(5.0 - 1.2 * math.log(copies)))
            rate = curve.rate(copies)
            held += rate.low <= truth <= rate.high
            total += 1
    assert held / total >= 0.93


def test_scatter_beyond_the_binomial_widens_intervals():
    counts = [5, 60, 5, 70, 9, 90, 30, 99, 60]
    levels = [CopyLevel(c, k, 100) for c, k in zip(LEVELS, counts, strict=True)]
    assert fit_curve(levels).dispersion > 5


def test_change_without_duplicates_is_that_of_the_mean_rate():
    curve = fit_curve(drawn(np.random.default_rng(3), -4.0, 1.0, 500))
    change = curve.change_without_duplicates({1: 90, 64: 10})
    expected = curve.rate(1).value - (0.9 * curve.rate(1).value + 0.1 * curve.rate(64).value)
    assert change.value == pytest.approx(expected)
    assert change.low < change.value < change.high < 0


def test_change_interval_is_that_of_simulated_curves():
    generator = np.random.default_rng(4)
    curve = fit_curve(drawn(generator, -4.0, 1.0, 60))
    draws = generator.multivariate_normal(
        [curve.intercept, curve.slope], np.array(curve.covariance), 4000
    )
    once = 1 / (1 + np.exp(-draws[:, 0]))
    often = 1 / (1 + np.exp(-draws[:, 0] - draws[:, 1] * math.log(64)))
    spread = np.std(once - (0.5 * once + 0.5 * often))
    change = curve.change_without_duplicates({1: 50, 64: 50})
    assert (change.high - change.low) / (2 * 1.96) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize("levels", [[], [CopyLevel(4, 1, 2)], [CopyLevel(1, 0, 0)] * 3])
def test_no_curve_without_two_numbers_of_copies(levels):
    assert fit_curve(levels) is None


def test_further_covariates_can_be_fitted():
    generator = np.random.default_rng(5)
    copies = np.log(np.tile(LEVELS, 2))
    near = np.repeat([0.0, 1.0], 9)
    rates = 1 / (1 + np.exp(4.0 - 1.1 * copies + 0.7 * near))
    extracted = generator.binomial(3000, rates).astype(float)
    design = np.column_stack([np.ones(18), copies, near])
    coefficients, _ = logistic_fit(design, extracted, np.full(18, 3000.0))
    assert coefficients == pytest.approx([-4.0, 1.1, -0.7], abs=0.06)
