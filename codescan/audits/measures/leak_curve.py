# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The leak curve of an audited model: the rate of extraction by copies in the training data.

Prompts of the frame `copies` have the number of copies of their file: exact copies in the training
data if it is given, else the number of packages with the file. `codescan dedup --leak-curve` reads
the resulting file `leak_curve.json`.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.audits.measures.discoverability import chance_within
from codescan.audits.sampling_frames import COPIES, copies_bin
from codescan.records import Arm
from codescan.stats.intervals import Rate, rate
from codescan.stats.logistic_curve import CopyLevel, LogisticCurve, fit_curve

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codescan.audits.measure import AuditState
    from codescan.records import Prompt, Score

__all__ = ["CURVE_FILE", "Curve", "LeakCurve", "LeakCurveMeasure", "leak_curve"]

CURVE_FILE = "leak_curve.json"
_TRIES, _CHANCE = 100, 0.5
_MANY = 100


@dataclass(frozen=True, slots=True)
class Level:
    """Continuations of files with a range of copies."""

    copies: str
    greedy: Rate
    in_100_tries: Rate


@dataclass(frozen=True, slots=True)
class Curve:
    """rate = logistic(intercept + slope ln copies)."""

    intercept: float
    slope: float
    slope_low: float
    slope_high: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    dispersion: float
    continuations: int
    predicted_at_one_copy: tuple[float, float, float]
    """Fitted rate at one copy, with its interval."""
    predicted_at_100_copies: tuple[float, float, float]
    change_without_duplicates: tuple[float, float, float]
    """Expected change of the mean rate of these files if one copy of each is kept."""


@dataclass(frozen=True, slots=True)
class LeakCurve:
    """Extraction rate by number of copies."""

    copies_are: str
    """Definition of a copy."""
    levels: tuple[Level, ...]
    at_one_copy: Rate
    above_100_copies: Rate
    greedy: Curve | None
    """None if all files have the same number of copies."""
    in_100_tries: Curve | None


class LeakCurveMeasure:
    """Fits the curve to the scored continuations of the frame `copies`."""

    name = "leak_curve"

    def applies(self, audit: AuditState) -> bool:
        """Whether a continuation of that frame was scored."""
        return any(True for _ in _scored(audit))

    def run(self, audit: AuditState) -> LeakCurve | None:
        """Count, fit, and write the curve of greedy extraction into the run folder."""
        counted = audit.store.settings().get("training_copies")
        unit = "files of the training data" if counted else "packages of the index"
        result = leak_curve(_scored(audit), unit)
        if result is not None and result.greedy is not None:
            curve = {
                "intercept": result.greedy.intercept,
                "slope": result.greedy.slope,
                "covariance": result.greedy.covariance,
                "source": f"audit of {audit.parts.model.name}, copies are {unit}",
            }
            audit.store.write(CURVE_FILE, json.dumps(curve, indent=1) + "\n")
        return result


def leak_curve(scored: Iterable[tuple[Prompt, Score]], unit: str) -> LeakCurve | None:
    """The rates and curves over continuations; None without continuations.

    Args:
        scored: prompts with `copies`, and their scores.
        unit: definition of a copy.
    """
    greedy: dict[int, list[bool]] = defaultdict(list)
    tries: dict[int, list[bool]] = defaultdict(list)
    for prompt, score in scored:
        greedy[prompt.copies].append(score.extracted)
        if not math.isnan(score.logprob):
            tries[prompt.copies].append(chance_within(score.logprob, _TRIES) >= _CHANCE)
    if not greedy:
        return None
    bins = sorted({copies_bin(copies) for copies in greedy}, key=lambda name: (len(name), name))
    levels = tuple(
        Level(
            name,
            _rate(greedy, [copies for copies in greedy if copies_bin(copies) == name]),
            _rate(tries, [copies for copies in greedy if copies_bin(copies) == name]),
        )
        for name in bins
    )
    return LeakCurve(
        unit,
        levels,
        _rate(greedy, [copies for copies in greedy if copies == 1]),
        _rate(greedy, [copies for copies in greedy if copies > _MANY]),
        _curve(greedy),
        _curve(tries),
    )


def _scored(audit: AuditState) -> Iterable[tuple[Prompt, Score]]:
    for prompt in audit.run.prompts():
        if prompt.arm is Arm.TARGET and prompt.frame == COPIES and prompt.copies > 0:
            score = audit.run.score_of(prompt.id)
            if score is not None and score.tokens:
                yield prompt, score


def _rate(counts: dict[int, list[bool]], copies: Sequence[int]) -> Rate:
    flags = [flag for number in copies for flag in counts.get(number, ())]
    return rate(sum(flags), len(flags))


def _curve(counts: dict[int, list[bool]]) -> Curve | None:
    levels = [
        CopyLevel(copies, sum(outcomes), len(outcomes))
        for copies, outcomes in sorted(counts.items())
    ]
    fitted = fit_curve(levels)
    if fitted is None:
        return None
    change = fitted.change_without_duplicates({level.copies: level.passages for level in levels})
    return Curve(
        fitted.intercept,
        fitted.slope,
        *fitted.slope_bounds(),
        fitted.covariance,
        fitted.dispersion,
        fitted.passages,
        _predicted(fitted, 1),
        _predicted(fitted, 100),
        (change.value, change.low, change.high),
    )


def _predicted(curve: LogisticCurve, copies: int) -> tuple[float, float, float]:
    rate = curve.rate(copies)
    return rate.value, rate.low, rate.high
