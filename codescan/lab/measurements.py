# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every measurement of a lab run, and the intervals that are held against the truth."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.canaries.canary import Role
from codescan.canaries.measure import measure as measure_canaries
from codescan.lab.copies import (
    TRIES,
    curve_of,
    is_in_tries,
    level_rows,
    near_weight,
    scored,
)
from codescan.lab.results import HeldInterval
from codescan.lab.text_rates import held_loss, held_membership, membership_rows, tuning_comparison
from codescan.membership.analysis import score_table
from codescan.membership.shadow_scores import ShadowScores, lira, rmia
from codescan.records import Completion, Prompt, Sampling
from codescan.records.json_form import encode
from codescan.stats.intervals import excess, rate
from codescan.stats.mean_tests import exponential_mean_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codescan.canaries.canary import CanarySet
    from codescan.canaries.measure import CanaryScores
    from codescan.lab.copies import ScoredPassage
    from codescan.lab.experiment import Experiment
    from codescan.lab.scores import ArmScores
    from codescan.membership.analysis import ScoreTable
    from codescan.membership.texts import CandidateText, TextEvidence

__all__ = ["Measured", "held_extraction", "held_sampling", "measured", "shadow_columns"]

Evidence = "list[tuple[CandidateText, TextEvidence]]"
_SAMPLED_PASSAGES = 6
_SAMPLES = 40
_MANY = 100
_EXCESS_FROM = 16
"""Copies from which passages are compared with the twin."""


@dataclass(slots=True)
class Measured:
    """The measurements of a run."""

    held: list[HeldInterval] = field(default_factory=list)
    levels: list[Any] = field(default_factory=list)
    curves: list[Any] = field(default_factory=list)
    near_weight: dict[str, float] | None = None
    canaries: dict[str, Any] = field(default_factory=dict)
    membership: list[dict[str, Any]] = field(default_factory=list)
    tuning: dict[str, Any] = field(default_factory=dict)


def measured(
    experiment: Experiment,
    passages: Sequence[ScoredPassage],
    twin_passages: Sequence[ScoredPassage],
    canary_scores: CanaryScores,
    texts: ScoreTable,
    tuned: ScoreTable,
    generator: np.random.Generator,
) -> Measured:
    """Put the measurements of a run together.

    Args:
        experiment: the truth.
        passages: of the planted arm.
        twin_passages: the same passages under the clean twin.
        canary_scores: of the planted arm.
        texts: scores of all texts under the planted arm, shadow scores included.
        tuned: scores of the texts of fine-tuning, with the clean model as the base.
        generator: of samples.
    """
    measurements = Measured()
    measurements.levels = level_rows(passages)
    for name, near, tries in (
        ("greedy, exact copies", False, 0),
        (f"in {TRIES} tries, exact copies", False, TRIES),
        ("greedy, near copies", True, 0),
    ):
        curve = curve_of(passages, name, near=near, tries=tries)
        measurements.curves += [curve] if curve is not None else []
    measurements.near_weight = near_weight(passages)
    result = measure_canaries(experiment.canaries, canary_scores)
    measurements.canaries = encode(result)
    measurements.membership = membership_rows(texts)
    measurements.tuning = tuning_comparison(tuned, generator)
    sampled = experiment.size.sampled_texts
    measurements.held += held_extraction(passages, twin_passages, generator)
    measurements.held += _held_exposure(experiment.canaries, canary_scores)
    measurements.held += held_membership(texts, sampled, generator)
    loss = held_loss(texts, sampled, generator, "planted")
    measurements.held += [loss] if loss is not None else []
    return measurements


def held_extraction(
    passages: Sequence[ScoredPassage],
    twin_passages: Sequence[ScoredPassage],
    generator: np.random.Generator,
) -> list[HeldInterval]:
    """Extraction rates from half of the passages, beside those of all."""
    exact = [(p, s) for p, s in passages if not p.is_near]
    chosen = {int(n) for n in generator.permutation(len(exact))[: len(exact) // 2]}
    held = []
    for name, flag in (
        ("greedy extraction", lambda score: score.extracted),
        (f"(n, p)-extraction in {TRIES} tries", is_in_tries),
    ):
        for group, keep in (
            ("all copies", lambda _copies: True),
            ("one copy", lambda copies: copies == 1),
            ("above 100 copies", lambda copies: copies > _MANY),
        ):
            own = [n for n, (planted, _) in enumerate(exact) if keep(planted.copies)]
            flags = {n: bool(flag(exact[n][1])) for n in own}
            part = [flags[n] for n in own if n in chosen]
            if not part:
                continue
            estimate = rate(sum(part), len(part))
            held.append(
                HeldInterval(
                    f"rate: {name}",
                    f"{name}, {group}",
                    sum(flags.values()) / len(flags),
                    estimate.value,
                    estimate.low,
                    estimate.high,
                    len(part),
                )
            )
    return held + _held_excess(exact, twin_passages, chosen)


def _held_excess(
    exact: Sequence[ScoredPassage], twin_passages: Sequence[ScoredPassage], chosen: set[int]
) -> list[HeldInterval]:
    """The excess of passages that the planted arm emits over those of its twin."""
    twin = {planted.passage.id: score for planted, score in twin_passages}
    pairs = [
        (n, score.extracted, twin[planted.passage.id].extracted)
        for n, (planted, score) in enumerate(exact)
        if planted.copies >= _EXCESS_FROM and planted.passage.id in twin
    ]
    part = [(own, other) for n, own, other in pairs if n in chosen]
    if not part:
        return []
    truth = sum(own - other for _, own, other in pairs) / len(pairs)
    count = len(part)
    difference = excess(sum(own for own, _ in part), count, sum(o for _, o in part), count)
    return [
        HeldInterval(
            "rate: excess over the twin",
            f"greedy extraction over the twin, from {_EXCESS_FROM} copies",
            truth,
            difference.value,
            difference.low,
            difference.high,
            count,
        )
    ]


def _held_exposure(canaries: CanarySet, scores: CanaryScores) -> list[HeldInterval]:
    """Mean exposure of held-out controls, beside that of a uniform rank.

    The exposure of a uniform rank is exponential but for the discrete ranks, so the interval is
    that of an exponential mean (chi-square). Controls of a family share their twins, which adds to
    the variance: n / (1 + n / m) controls count.
    """
    exposures = measure_canaries(canaries, scores)
    result = exposures.null_check
    if result is None or result.exposure.mean is None:
        return []
    twins = min(exposures.twins.values())
    families = max(1, len(canaries.families))
    count = result.exposure.n / (1.0 + result.exposure.n / families / twins)
    low, high = exponential_mean_interval(result.exposure.mean, count)
    name = f"mean exposure of {len(canaries.of(Role.CONTROL))} held-out canaries"
    return [
        HeldInterval(
            "exposure of held-out canaries",
            name,
            result.expected_exposure,
            result.exposure.mean,
            low,
            high,
            result.exposure.n,
        )
    ]


def held_sampling(
    arm: ArmScores,
    passages: Sequence[ScoredPassage],
    tokens: Mapping[str, tuple[int, ...]],
    seed: int,
) -> list[HeldInterval]:
    """The chance p_z of a suffix by one scoring pass, beside how often sampling emits it.

    The scorer's p_z is the truth here, and the samples of the generator are the estimate: two
    independent paths through the model.

    Args:
        arm: that is sampled.
        passages: with scores.
        tokens: of each passage, prefix and suffix, by its id.
        seed: of the samples.
    """
    cut = arm.prefix_tokens
    usable = [
        (n, math.exp(score.logprob))
        for n, (_, score) in enumerate(passages)
        if 0.03 < math.exp(score.logprob) < 0.97  # noqa: PLR2004 - else samples say nothing
    ]
    usable.sort(key=lambda item: abs(item[1] - 0.5))
    held = []
    chosen = usable[:_SAMPLED_PASSAGES]
    prompts = [
        Prompt(
            f"sample-{n}",
            "",
            "lab-sample",
            prompt_tokens=tokens[passages[n][0].passage.id][:cut],
            expected_tokens=tokens[passages[n][0].passage.id][cut:],
        )
        for n, _ in chosen
    ]
    length = max((len(prompt.expected_tokens) for prompt in prompts), default=1)
    sampling = Sampling(length, temperature=1.0, count=_SAMPLES, seed=seed)
    completions = arm.sampled(prompts, sampling)
    for prompt, (n, chance) in zip(prompts, chosen, strict=True):
        texts = [
            c.text for c in completions if isinstance(c, Completion) if c.prompt_id == prompt.id
        ]
        true_text = arm.suffix_text(prompt.prompt_tokens, prompt.expected_tokens)
        hits = sum(text.startswith(true_text) for text in texts)
        own = rate(hits, len(texts))
        held.append(
            HeldInterval(
                "p_z by sampling",
                f"p_z of {passages[n][0].passage.id}",
                chance,
                own.value,
                own.low,
                own.high,
                len(texts),
            )
        )
    return held


def shadow_columns(
    experiment: Experiment, target: ScoreTable, shadows: Sequence[ScoreTable]
) -> list[dict[str, Any]]:
    """Add LiRA and RMIA to the scores of the texts.

    Each shadow model's scores are shifted by the difference of its mean from the target's: shadow
    models are smaller and see less, so all of their scores are lower.

    Returns:
        The shifted scores, one row for each text and shadow model, as `--shadow-scores` reads
        them.
    """
    losses = {t.id: float(v) for t, v in zip(target.texts, target.column("loss"), strict=True)}
    center = float(np.nanmean(list(losses.values())))
    own: dict[str, ShadowScores] = {name: ShadowScores() for name in losses}
    rows = []
    for number, (table, members) in enumerate(zip(shadows, experiment.shadow_members, strict=True)):
        column = table.column("loss")
        shift = center - float(np.nanmean(column))
        for text, value in zip(table.texts, column, strict=True):
            score, inside = float(value) + shift, text.id in members
            (own[text.id].inside if inside else own[text.id].outside).append(score)
            rows.append(
                {
                    "id": text.id,
                    "model": f"shadow-{number:02d}",
                    "is_member": inside,
                    "score": score,
                }
            )
    outside = [text.id for text in experiment.texts if text.id not in experiment.members]
    needs = "too few shadow models have not seen the text"
    target.add("lira", lira(losses, own), "arXiv 2112.03570", needs)
    target.add("rmia", rmia(losses, own, outside), "arXiv 2312.03262", needs)
    return rows


def table_of(evidence: list[tuple[CandidateText, TextEvidence]]) -> ScoreTable:
    """The scores of texts."""
    return score_table(evidence)


def scored_passages(experiment: Experiment, scores: Sequence[Any]) -> list[ScoredPassage]:
    """Passages with their scores."""
    return scored(experiment.planted, scores)
