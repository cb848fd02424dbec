# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Measures of a canary set under simulated models: none, some and full memorization."""

import msgspec
import numpy as np
import pytest
from simulated_scores import score, simulated

from codescan.canaries.canary import Role
from codescan.canaries.drawing import draw_canaries
from codescan.canaries.measure import CanaryScores, measure
from codescan.canaries.results import CanaryResult
from codescan.canaries.scoring import canary_prompts, canary_scores
from codescan.records import Skipped

SET = draw_canaries("s", levels=(1, 2, 4, 8, 16, 32, 64), per_level=4, twins=300)


def test_without_memorization_nothing_is_shown():
    """Over 30 models: the controls pass, exposure is 1.44 bits, few slopes are above 0."""
    results = [measure(SET, simulated(SET, seed)) for seed in range(30)]
    means = [level.exposure.mean for r in results for level in r.levels]
    assert np.mean(means) == pytest.approx(results[0].null_check.expected_exposure, abs=0.1)
    assert sum(r.null_check.is_passed for r in results) >= 28
    assert sum(r.decision == "memorized" for r in results) <= 5
    bounds = [level.epsilon.low for r in results for level in r.levels if level.epsilon]
    assert sum(low > 0 for low in bounds) <= 0.1 * len(bounds)


def test_memorization_is_found_at_every_figure():
    result = measure(SET, simulated(SET, 1, gain=4.0))
    assert result.decision == "memorized"
    assert result.slope.low > 0.5
    most = result.levels[-1]
    assert most.copies == 64
    assert most.exposure.mean == pytest.approx(result.largest_exposure, abs=0.5)
    assert most.true_positive_rate.value > 0.9
    assert most.epsilon.low > 0.5
    assert result.levels[0].true_positive_rate.value < 0.05


def test_extraction_is_counted_greedily_and_in_n_tries():
    own = dict(simulated(SET, 2).own)
    level = [e.canary.id for e in SET.planted if e.copies == 64]
    own |= {name: score(name, -2.0, extracted=True) for name in level[:5]}
    result = measure(SET, CanaryScores(own)).levels[-1]
    assert (result.extraction.k, result.extraction.n) == (5, len(level))
    by_tries = {row["tries"]: row["k"] for row in result.extraction_by_tries}
    assert by_tries[1] == 0  # e^-2 is below 50 %
    assert by_tries[10] == 5
    assert result.mismatched_extraction.n == 0


def test_the_own_prefix_is_told_from_another_one():
    scores = simulated(SET, 3)
    other = {
        entry.canary.id: score(entry.canary.id, scores.own[entry.canary.id].logprob - 7.0)
        for entry in SET.planted
    }
    result = measure(SET, CanaryScores(scores.own, mismatched=other))
    assert result.levels[1].prefix_gain.mean == pytest.approx(7 / np.log(2), abs=1e-4)
    assert result.levels[0].prefix_gain.mean is None


def test_controls_that_are_scored_otherwise_void_the_result():
    scores = dict(simulated(SET, 4, gain=4.0).own)
    for entry in SET.of(Role.CONTROL):
        scores[entry.canary.id] = score(entry.canary.id, -5.0)
    result = measure(SET, CanaryScores(scores))
    assert not result.null_check.is_passed
    assert result.decision == "not-measured"


def test_nothing_scored_is_not_measured_and_never_zero():
    skipped = [Skipped(e.canary.id, "score", "no-logprobs") for e in SET.entries]
    result = measure(SET, CanaryScores({}, skipped=skipped))
    assert result.decision == "not-measured"
    assert result.null_check is None
    assert result.largest_exposure is None
    assert result.skipped == {"no-logprobs": len(SET.entries)}
    for level in result.levels:
        assert level.exposure.mean is None
        assert level.extraction.n == 0
        assert level.true_positive_rate is None


def test_the_result_survives_json():
    result = measure(SET, simulated(SET, 5))
    assert msgspec.json.decode(msgspec.json.encode(result), type=CanaryResult) == result


def test_prompts_and_scores_fit_together():
    """A scorer that knows each secret only after its own prefix."""
    known = {e.canary.prefix: e.canary.secret for e in SET.planted}
    prompts = list(canary_prompts(SET, sampled=3))
    assert len({prompt.id for prompt in prompts}) == len(prompts)
    random = np.random.default_rng(6)
    scores = canary_scores(
        score(p.id, -1.0 if known.get(p.text) == p.expected else random.normal(-40.0, 3.0))
        for p in prompts
    )
    result = measure(SET, scores)
    control, *planted = result.levels
    assert control.sampled_exposure.n == 0
    assert all(level.sampled_exposure.mean == 2.0 for level in planted)  # log2(3 + 1)
    assert all(level.prefix_gain.low > 40 for level in planted)
    assert abs(control.prefix_gain.mean) < 3
