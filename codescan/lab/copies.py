# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Extraction by number of copies: the table and the leak curves of a lab run."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from codescan.lab.results import CurveResult, LevelRow
from codescan.stats.intervals import Rate, rate
from codescan.stats.logistic_curve import CopyLevel, fit_curve, logistic_fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codescan.lab.experiment import PlantedPassage
    from codescan.records import Score

__all__ = [
    "ScoredPassage",
    "copy_levels",
    "curve_of",
    "is_in_tries",
    "level_rows",
    "near_weight",
    "scored",
]

ScoredPassage = tuple["PlantedPassage", "Score"]
TRIES, CHANCE = 100, 0.5
_MANY = 100
_Z = 1.959963984540054


def scored(
    planted: Sequence[PlantedPassage], scores: Iterable[Score | None]
) -> list[ScoredPassage]:
    """Passages with a score."""
    return [(p, s) for p, s in zip(planted, scores, strict=True) if s is not None]


def is_in_tries(score: Score, tries: int = TRIES) -> bool:
    """Whether that many samples hold the suffix with a chance of at least 50 %.

    (n, p)-discoverable extraction (Hayes et al. 2024, arXiv 2410.19482), plain sampling.
    """
    chance = math.exp(score.logprob)
    return 1.0 - (1.0 - chance) ** tries >= CHANCE if chance < 1.0 else True


def level_rows(passages: Sequence[ScoredPassage]) -> list[LevelRow]:
    """One row for each number of copies, exact ones first."""
    groups: dict[tuple[bool, int], list[Score]] = defaultdict(list)
    for planted, score in passages:
        groups[planted.is_near, planted.copies].append(score)
    return [
        LevelRow(
            copies,
            is_near,
            len(own),
            rate(sum(one.extracted for one in own), len(own)),
            rate(sum(map(is_in_tries, own)), len(own)),
            float(np.mean([-one.logprob / math.log(2) for one in own])),
        )
        for (is_near, copies), own in sorted(groups.items())
    ]


def copy_levels(
    passages: Sequence[ScoredPassage], *, near: bool, tries: int = 0
) -> list[CopyLevel]:
    """Counts by number of copies.

    Args:
        passages: with their scores.
        near: of near copies rather than of exact ones.
        tries: samples; 0 counts greedy decoding.
    """
    groups: dict[int, list[bool]] = defaultdict(list)
    for planted, score in passages:
        if planted.is_near == near:
            is_out = is_in_tries(score, tries) if tries else score.extracted
            groups[planted.copies].append(is_out)
    return [CopyLevel(n, sum(own), len(own)) for n, own in sorted(groups.items())]


def curve_of(
    passages: Sequence[ScoredPassage], name: str, *, near: bool = False, tries: int = 0
) -> CurveResult | None:
    """The fitted curve with the counted rates at its ends; None where there is none."""
    levels = copy_levels(passages, near=near, tries=tries)
    curve = fit_curve(levels)
    if curve is None:
        return None
    low, high = curve.slope_bounds()
    many = [level for level in levels if level.copies > _MANY]
    once = [level for level in levels if level.copies == 1]
    by_copies = {level.copies: level.passages for level in levels}
    change = curve.change_without_duplicates(by_copies)
    return CurveResult(
        name,
        curve.intercept,
        curve.slope,
        low,
        high,
        curve.covariance,
        curve.dispersion,
        curve.passages,
        _counted(once),
        _counted(many),
        {"value": change.value, "low": change.low, "high": change.high},
    )


def near_weight(passages: Sequence[ScoredPassage]) -> dict[str, float] | None:
    """Exact copies that one near copy is worth: one curve for both, shifted for near copies.

    The weight is exp(shift / slope) (mosaic memory, Shilov et al. 2024, arXiv 2405.15523 count it
    likewise), with its interval by the delta method; None where either kind is missing.
    """
    exact = copy_levels(passages, near=False)
    near = copy_levels(passages, near=True)
    if len(exact) < 2 or not near:  # noqa: PLR2004 - a slope
        return None
    rows = [(level, 0.0) for level in exact] + [(level, 1.0) for level in near]
    design = np.array([[1.0, math.log(level.copies), kind] for level, kind in rows])
    extracted = np.array([float(level.extracted) for level, _ in rows])
    count = np.array([float(level.passages) for level, _ in rows])
    coefficients, covariance = logistic_fit(design, extracted, count)
    slope, shift = float(coefficients[1]), float(coefficients[2])
    if slope <= 0:
        return None
    gradient = np.array([-shift / slope**2, 1.0 / slope])
    variance = float(gradient @ covariance[1:, 1:] @ gradient)
    half = _Z * math.sqrt(max(0.0, variance))
    log_weight = shift / slope
    values = (log_weight, log_weight - half, log_weight + half)
    value, low, high = (math.exp(min(700.0, v)) for v in values)
    return {"value": value, "low": low, "high": high}


def _counted(levels: Sequence[CopyLevel]) -> Rate:
    extracted = sum(level.extracted for level in levels)
    return rate(extracted, sum(level.passages for level in levels))
