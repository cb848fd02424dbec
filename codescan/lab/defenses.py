# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Defenses against memorization: one arm each, trained like the planted one but for one change.

What a defense costs is its loss on held-out text, text by text against the planted arm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from codescan.canaries.measure import measure as measure_canaries
from codescan.lab.arms import Arm
from codescan.lab.training import Recipe
from codescan.lab.training_rows import TrainingText, encode_texts, replace_tokens
from codescan.prompts.identifier_randomization import rewritten
from codescan.records import Document, Origin, Package
from codescan.stats.intervals import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codescan.canaries.measure import CanaryScores
    from codescan.lab.arms import ArmBuilder
    from codescan.lab.copies import ScoredPassage
    from codescan.lab.experiment import Experiment
    from codescan.membership.analysis import ScoreTable

__all__ = ["FROM_COPIES", "DefenseRow", "defense_arms", "defense_row"]

FROM_COPIES = 16
"""Copies from which passages and canaries count."""
_GOLDFISH = 4
_NOISE_SHARE = 0.15
_CLIPPING, _NOISE = 1.0, 0.5


@dataclass(frozen=True, slots=True)
class DefenseRow:
    """The effect of a defense."""

    name: str
    description: str
    extraction: Rate
    """Greedy rate over exact passages with at least `FROM_COPIES` copies."""
    exposure: float | None
    """Mean bits of canaries with as many copies."""
    loss: float | None
    """Mean on held-out text, in nats a token."""
    loss_change: dict[str, float] | None
    """Against the planted arm, paired by text, with a 95 % interval."""
    epsilon: float | None = None
    note: str = ""


def defense_arms(builder: ArmBuilder, seed: int) -> dict[str, tuple[Arm, str]]:
    """Arm and description of each defense, by name; without DP-SGD where opacus is missing."""
    size = builder.experiment.size
    recipe = Recipe(seed, size.learning_rate)

    def arm(
        name: str,
        planted: Callable[[], list[TrainingText]],
        *,
        changed: Recipe = recipe,
        extra: Callable[[], list[TrainingText]] = list,
        early: bool = False,
    ) -> Arm:
        def documents() -> list[TrainingText]:
            common = [*builder.members(), *builder.background(), *extra()]
            return [*common, *planted()]

        def places() -> frozenset[int]:
            whole, own = documents(), planted()
            return frozenset(range(len(whole) - len(own), len(whole)))

        return Arm(name, size.shape, changed, documents, places if early else None)

    def plain() -> list[TrainingText]:
        return [*builder.planted(), *builder.canaries()]

    def once() -> list[TrainingText]:
        return [*builder.planted(most_copies=1), *builder.canaries(most_copies=1)]

    arms = {
        "deduplication": (
            arm("deduplication", once),
            "one copy of each passage and canary is left",
        ),
        "renaming": (
            arm("renaming", lambda: _renamed(builder)),
            "every further copy gets renamed identifiers and a new layout",
        ),
        "token-noise": (
            arm("token-noise", lambda: _noisy(builder, plain())),
            f"{_NOISE_SHARE:.0%} of the tokens of every copy are replaced",
        ),
        "goldfish": (
            arm("goldfish", plain, changed=replace(recipe, goldfish=_GOLDFISH)),
            f"goldfish loss: one in {_GOLDFISH} tokens gets no loss",
        ),
        "dilution": (
            arm("dilution", plain, extra=lambda: _extra(builder)),
            "the same copies in twice as much other text",
        ),
        "early-placement": (
            arm("early-placement", plain, early=True),
            "all copies lie in the first half of training",
        ),
    }
    if find_spec("opacus") is not None:
        private = replace(recipe, clipping=_CLIPPING, noise=_NOISE)
        arms["dp-sgd"] = (
            arm("dp-sgd", plain, changed=private),
            f"DP-SGD with clipping at {_CLIPPING:g} and noise {_NOISE:g}, one row a unit",
        )
    return arms


def defense_row(
    name: str,
    description: str,
    experiment: Experiment,
    passages: Sequence[ScoredPassage],
    canary_scores: CanaryScores,
    texts: ScoreTable,
    planted_texts: ScoreTable,
    *,
    epsilon: float | None = None,
) -> DefenseRow:
    """The effect of a defense, from the scores of its arm."""
    own = [s.extracted for p, s in passages if not p.is_near and p.copies >= FROM_COPIES]
    result = measure_canaries(experiment.canaries, canary_scores)
    levels = [level for level in result.levels if level.copies >= FROM_COPIES]
    exposures = [level.exposure.mean for level in levels if level.exposure.mean is not None]
    losses, before = _losses(texts), _losses(planted_texts)
    names = sorted(losses.keys() & before.keys())
    return DefenseRow(
        name,
        description,
        rate(sum(own), len(own)),
        float(np.mean(exposures)) if exposures else None,
        float(np.mean([losses[n] for n in names])) if names else None,
        _mean_change([losses[n] - before[n] for n in names]) if name != "none" else None,
        epsilon,
    )


def _losses(table: ScoreTable) -> dict[str, float]:
    """Loss of each held-out text."""
    return {
        text.id: -float(value)
        for text, value in zip(table.texts, table.column("loss"), strict=True)
        if text.is_member is False and not np.isnan(value)
    }


def _mean_change(changes: Sequence[float]) -> dict[str, float] | None:
    from codescan.stats.mean_tests import mean_with_interval

    if len(changes) < 2:  # noqa: PLR2004 - an interval
        return None
    value, low, high = mean_with_interval(changes)
    return {"value": value, "low": low, "high": high}


def _noisy(builder: ArmBuilder, documents: Sequence[TrainingText]) -> list[TrainingText]:
    generator = builder.generator("token noise")
    vocabulary = builder.experiment.size.vocabulary
    return [
        TrainingText(replace_tokens(document.tokens, _NOISE_SHARE, vocabulary, generator))
        for document in documents
    ]


def _extra(builder: ArmBuilder) -> list[TrainingText]:
    encoded = encode_texts(
        builder.tokenizer, [passage.text for passage in builder.experiment.extra_background]
    )
    return [TrainingText(tuple(tokens), is_divisible=True) for tokens in encoded]


def _renamed(builder: ArmBuilder) -> list[TrainingText]:
    """Copies of passages and canaries; the first unchanged, each other one renamed differently."""
    experiment = builder.experiment
    most = experiment.size.prefix_tokens + experiment.size.suffix_tokens
    texts: list[str] = []
    limits: list[int] = []
    for planted in experiment.planted:
        for number in range(planted.copies):
            texts.append(_rewritten(planted.passage.id, planted.passage.text, number))
            limits.append(most)
    for entry in experiment.canaries.planted:
        for number in range(entry.copies):
            texts.append(_rewritten(entry.canary.id, entry.canary.text, number))
            limits.append(experiment.size.context - 1)
    encoded = encode_texts(builder.tokenizer, texts)
    return [TrainingText(tuple(t[:limit])) for t, limit in zip(encoded, limits, strict=True)]


def _rewritten(name: str, text: str, number: int) -> str:
    """The text with other names and another indentation."""
    if number == 0:
        return text
    origin = Origin(Package("pkg:generic/lab", "lab"), name, "")
    changed = rewritten(Document(text.encode(), "python", origin), number, literals=False)
    renamed = changed.content.decode() if changed is not None else text
    return renamed.replace("    ", ("  ", "\t", "   ", "    ")[number % 4])
