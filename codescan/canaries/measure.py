# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From log-probabilities of secrets to exposure, slope, extraction and privacy loss. Pure."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.canaries.canary import Role
from codescan.canaries.results import (
    SCHEMA_VERSION,
    CanaryResult,
    EpsilonResult,
    LevelResult,
    MeanResult,
    NullCheck,
    SlopeResult,
)
from codescan.records.json_form import encode
from codescan.stats.exposure import (
    LEAST_TWINS,
    exposure_slope,
    exposures,
    mean_interval,
    null_p_value,
    true_positive_rate,
    unmemorized_exposure,
)
from codescan.stats.intervals import rate
from codescan.stats.one_run_audit import epsilon_lower_bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codescan.canaries.canary import CanarySet, Entry
    from codescan.records import Score, Skipped
    from codescan.stats.intervals import Rate

__all__ = ["TRIES", "CanaryScores", "measure"]

TRIES = (1, 10, 100, 1_000, 10_000)
"""Samples for which the rate of extraction is given."""
_CHANCE = 0.5
_LEAST_P = 0.01
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class CanaryScores:
    """A model's scores of the secrets of a set. Keys are ids of canaries."""

    own: Mapping[str, Score]
    """Of each secret after its own prefix."""
    mismatched: Mapping[str, Score] = field(default_factory=dict)
    """Of planted and control secrets after the prefix of a held-out twin."""
    sampled: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Log-probabilities of fresh secrets in a canary's carrier."""
    skipped: Sequence[Skipped] = ()


def measure(canaries: CanarySet, scores: CanaryScores, *, delta: float = 1e-5) -> CanaryResult:
    """The result of a set.

    Args:
        canaries: the set.
        scores: of its secrets; canaries without one are left out and counted.
        delta: of the privacy guarantee that is audited.
    """
    twins = {name: _logprobs(canaries.held_out(name), scores.own) for name in canaries.families}
    exposure = _exposures(canaries, scores, twins)
    planted = [e for e in canaries.planted if e.canary.id in scores.own]
    null_check = _null_check(canaries, scores, exposure, twins)
    slope = _slope(planted, exposure)
    is_valid = null_check is None or null_check.is_passed
    decision = "not-measured"
    if slope is not None and is_valid:
        decision = "memorized" if slope.is_positive else "not-shown"
    least = min(map(len, twins.values()), default=0)
    groups = [(0, [e for e in canaries.of(Role.CONTROL) if e.canary.id in scores.own])]
    groups += [(n, [e for e in planted if e.copies == n]) for n in canaries.levels]
    return CanaryResult(
        schema_version=SCHEMA_VERSION,
        decision=decision,
        slope=slope,
        slope_by_family={
            name: _slope([e for e in planted if e.canary.family == name], exposure)
            for name in canaries.families
        },
        levels=[_level(scores, exposure, twins, *group, delta) for group in groups],
        null_check=null_check,
        twins={name: len(values) for name, values in twins.items()},
        largest_exposure=_rounded(math.log2(least + 1)) if least else None,
        skipped=dict(sorted(Counter(item.reason for item in scores.skipped).items())),
    )


def _logprobs(entries: Sequence[Entry], scores: Mapping[str, Score]) -> list[float]:
    """Log-probabilities of the secrets that have one."""
    return [
        score.logprob
        for entry in entries
        if (score := scores.get(entry.canary.id)) is not None and not math.isnan(score.logprob)
    ]


def _exposures(
    canaries: CanarySet, scores: CanaryScores, twins: Mapping[str, Sequence[float]]
) -> dict[str, float]:
    """Bits of each planted canary and control that has a score, by its exact rank."""
    bits: dict[str, float] = {}
    for family in canaries.families:
        entries = [
            entry
            for entry in canaries.of(Role.PLANTED, Role.CONTROL, family=family)
            if _logprobs([entry], scores.own)
        ]
        if twins[family] and entries:
            values = exposures(_logprobs(entries, scores.own), twins[family]).tolist()
            bits |= {e.canary.id: value for e, value in zip(entries, values, strict=True)}
    return bits


def _slope(entries: Sequence[Entry], exposure: Mapping[str, float]) -> SlopeResult | None:
    ranked = [entry for entry in entries if entry.canary.id in exposure]
    slope = exposure_slope(
        [entry.copies for entry in ranked], [exposure[entry.canary.id] for entry in ranked]
    )
    if slope is None:
        return None
    value, low = _rounded(slope.value), _rounded(slope.low)
    return SlopeResult(value, low, slope.n, slope.confidence, slope.is_positive)


def _null_check(
    canaries: CanarySet,
    scores: CanaryScores,
    exposure: Mapping[str, float],
    twins: Mapping[str, Sequence[float]],
) -> NullCheck | None:
    p_values, controls, expected = [], [], []
    for family in canaries.families:
        own = canaries.of(Role.CONTROL, family=family)
        control_scores = _logprobs(own, scores.own)
        twin_scores = twins[family]
        if control_scores and twin_scores:
            p_values.append(null_p_value(control_scores, twin_scores))
            controls += [exposure[e.canary.id] for e in own if e.canary.id in exposure]
            expected += [unmemorized_exposure(len(twin_scores))] * len(control_scores)
    if not controls:
        return None
    p_value = min(1.0, min(p_values) * len(p_values))
    return NullCheck(
        controls=len(controls),
        exposure=_mean(controls, "bits"),
        expected_exposure=_rounded(sum(expected) / len(expected)),
        p_value=_rounded(p_value),
        is_passed=p_value > _LEAST_P,
    )


def _level(
    scores: CanaryScores,
    exposure: Mapping[str, float],
    twins: Mapping[str, Sequence[float]],
    copies: int,
    entries: Sequence[Entry],
    delta: float,
) -> LevelResult:
    own = [scores.own[entry.canary.id] for entry in entries]
    ranked = [e for e in entries if e.canary.id in exposure]
    gains = [
        (scores.own[e.canary.id].logprob - other.logprob) / math.log(2)
        for e in ranked
        if (other := scores.mismatched.get(e.canary.id)) is not None
        and not math.isnan(other.logprob)
    ]
    other_scores = [
        scores.mismatched[e.canary.id] for e in entries if e.canary.id in scores.mismatched
    ]
    sampled = [
        float(exposures([scores.own[e.canary.id].logprob], list(fresh))[0])
        for e in ranked
        if (fresh := scores.sampled.get(e.canary.id))
    ]
    return LevelResult(
        copies=copies,
        canaries=len(entries),
        exposure=_mean([exposure[e.canary.id] for e in ranked], "bits"),
        sampled_exposure=_mean(sampled, "bits"),
        secret_bits=_mean([-bits / math.log(2) for bits in _logprobs(ranked, scores.own)], "bits"),
        prefix_gain=_mean(gains, "bits"),
        true_positive_rate=_true_positives(scores, twins, entries),
        extraction=_extraction(own),
        mismatched_extraction=_extraction(other_scores),
        extraction_by_tries=[{"tries": n, **encode(_extraction_within(own, n))} for n in TRIES],
        epsilon=_epsilon(scores, ranked, delta) if copies else None,
    )


def _true_positives(
    scores: CanaryScores, twins: Mapping[str, Sequence[float]], entries: Sequence[Entry]
) -> Rate | None:
    true_positives = total = 0
    for family, twin_scores in twins.items():
        own = _logprobs([e for e in entries if e.canary.family == family], scores.own)
        if not own:
            continue
        if len(twin_scores) < LEAST_TWINS:
            return None
        flagged = true_positive_rate(own, twin_scores)
        true_positives, total = true_positives + flagged.k, total + flagged.n
    return rate(true_positives, total) if total else None


def _extraction(own: Sequence[Score]) -> Rate:
    return rate(sum(score.extracted for score in own), len(own))


def _extraction_within(own: Sequence[Score], tries: int) -> Rate:
    """Secrets that some of `tries` samples hold with a chance of at least 50 %.

    1 - (1 - p_z)^n >= p (Hayes et al. 2024, arXiv 2410.19482).
    """
    rated = [score for score in own if score.sampled]
    least = -math.expm1(math.log1p(-_CHANCE) / tries)
    extracted = sum(
        max(each.logprob for each in score.sampled) >= math.log(least) for score in rated
    )
    return rate(extracted, len(rated))


def _epsilon(scores: CanaryScores, entries: Sequence[Entry], delta: float) -> EpsilonResult | None:
    pairs = [
        (scores.own[entry.canary.id].logprob, partner.logprob)
        for entry in entries
        if (partner := scores.own.get(entry.pair)) is not None and not math.isnan(partner.logprob)
    ]
    if not pairs:
        return None
    bound = epsilon_lower_bound(*zip(*pairs, strict=True), delta=delta)
    return EpsilonResult(
        low=_rounded(bound.low),
        pairs=bound.pairs,
        guesses=bound.guesses,
        correct=bound.correct,
        delta=bound.delta,
        confidence=bound.confidence,
    )


def _mean(values: Sequence[float], unit: str) -> MeanResult:
    mean, low, high = (_rounded(value) for value in mean_interval(values))
    return MeanResult(
        n=len(values),
        mean=mean if math.isfinite(mean) else None,
        low=low if math.isfinite(low) else None,
        high=high if math.isfinite(high) else None,
        unit=unit,
    )


def _rounded(value: float) -> float:
    """Digits that a batch of another size, which rounds in another order, does not change."""
    return round(value, _DIGITS)
