# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The power of an audit is exact, and its usual sizes are chosen from it."""

import pytest

from codescan.app.audit_options import _DEFAULT_LIMIT
from codescan.audits.power_statement import PowerCount
from codescan.records import Arm, Prompt
from codescan.stats.cluster_intervals import cluster_excess
from codescan.stats.intervals import rate
from codescan.stats.power import LEAST_POWER, detection_power, prompts_for_power


@pytest.mark.parametrize(("target", "null", "null_share"), [(10, 10, 0.0), (9, 6, 0.1)])
def test_power_is_the_share_of_outcomes_whose_excess_is_above_0(target, null, null_share):
    from scipy.stats import binom

    shown = sum(
        binom.pmf(k, target, 0.5) * binom.pmf(j, null, null_share)
        for k in range(target + 1)
        for j in range(null + 1)
        if cluster_excess(rate(k, target), rate(j, null)).low > 0
    )
    assert shown > 0.1
    assert detection_power(target, null, 0.5, null_share) == pytest.approx(shown, abs=1e-6)


def test_the_usual_sizes_tell_five_percent_from_none():
    arm = _DEFAULT_LIMIT // 2
    assert prompts_for_power() <= arm
    assert detection_power(arm, arm) >= LEAST_POWER
    assert detection_power(75, 25) < 0.05, "a hundred prompts, a quarter of them null"
    assert detection_power(0, 10) == detection_power(10, 0) == 0.0


def test_more_prompts_do_not_lose_power():
    powers = [detection_power(size, size) for size in (50, 100, 200, 400, 800)]
    assert powers == sorted(powers)


def test_both_claims_have_their_power():
    count = PowerCount()
    for number in range(320):
        arm = Arm.NULL if number % 2 else Arm.TARGET
        package = f"pkg:generic/p{number % 40}@1#{number}"
        count.add(Prompt(str(number), "x", "prefix", document_id=package, arm=arm, frame="uniform"))
    power = count.power()
    assert (power.target_prompts, power.target_units) == (160, 20)
    assert power.this_corpus > LEAST_POWER > power.packages_like_these
    assert "160 prompts and 160 of the null arm" in power.words


def test_prompts_as_given_have_no_null_arm_and_no_power():
    count = PowerCount()
    count.add(Prompt("a", "x", "replay"))
    assert count.power() is None
