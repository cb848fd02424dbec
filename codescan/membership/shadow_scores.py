# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""LiRA and RMIA: a text's score beside those of models of which it is known what they saw.

Such shadow models are trained by the user on random halves of the data (`codescan lab` does so).
The file has one row for each text and shadow model: `id`, `model`, `is_member` of that model, and
`score`, the text's mean log-probability under it, in nats.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from codescan.errors import ModelError, SourceError, UsageError
from codescan.logs.log_file import rows
from codescan.logs.records import Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["ShadowScores", "lira", "read_shadow_scores", "rmia"]

_COLUMNS = ("id", "model", "is_member", "score")
_TRUE = frozenset({"1", "true", "yes", "in", "member"})
_FALSE = frozenset({"0", "false", "no", "out", "non-member"})
_ROUNDING = 1e-3
"""Nats by which a mean log-probability may exceed 0."""
_OWN_VARIANCE = 16
"""Shadow scores of a text from which its own variance is used; below that, the pooled one."""
_LEAST_DEVIATION = 1e-6


@dataclass(slots=True)
class ShadowScores:
    """Scores of one text under the shadow models."""

    inside: list[float] = field(default_factory=list)
    """Under models that were trained on it."""
    outside: list[float] = field(default_factory=list)
    """Under the others."""


def read_shadow_scores(path: Path) -> dict[str, ShadowScores]:
    """The shadow scores of each text, by its id.

    Raises:
        UsageError: the file is not there, or a row lacks a column, has another type of value, or
            names a text and a model that a row before it named.
        SourceError: the file cannot be read.
    """
    if not path.is_file():
        raise UsageError(f"{path} does not exist", "check --shadow-scores")
    scores: dict[str, ShadowScores] = defaultdict(ShadowScores)
    seen: set[tuple[str, str]] = set()
    try:
        for row in rows(path):
            if isinstance(row, Unchecked):
                raise UsageError(f"{path}, {row.place}: {row.detail or row.reason}", "fix the row")
            _add_row(scores, seen, row.value, f"{path}, {row.place}")
    except ModelError as error:
        raise SourceError(error.message.replace("the log ", ""), "check the file") from error
    return dict(scores)


def _add_row(
    scores: dict[str, ShadowScores], seen: set[tuple[str, str]], fields: object, place: str
) -> None:
    if not isinstance(fields, dict) or any(name not in fields for name in _COLUMNS):
        raise UsageError(f"{place} lacks a column", f"each row has {', '.join(_COLUMNS)}")
    word = str(fields["is_member"]).strip().lower()
    try:
        value = float(fields["score"])
    except (TypeError, ValueError):
        value = math.nan
    if word not in _TRUE | _FALSE or not math.isfinite(value) or value > _ROUNDING:
        raise UsageError(
            f"{place} has a wrong value",
            "is_member is 1 or 0, score a mean log-probability: finite and at most 0",
        )
    pair = (str(fields["id"]), str(fields["model"]))
    if pair in seen:
        raise UsageError(
            f"{place} repeats the score of text {pair[0]} by model {pair[1]}",
            "leave one row for each text and model",
        )
    seen.add(pair)
    own = scores[pair[0]]
    (own.inside if word in _TRUE else own.outside).append(value)


def lira(
    target: Mapping[str, float], shadows: Mapping[str, ShadowScores]
) -> dict[str, float | None]:
    """The likelihood-ratio attack (Carlini et al. 2022, arXiv 2112.03570).

    The log of the ratio of two normal densities, fitted to the scores with and without the text.
    With few shadow models the variances are pooled over all texts. Where no shadow model has seen
    a text, the offline form is used: how many deviations it lies above the models without it.

    Args:
        target: the target model's score of each text, by id.
        shadows: of the same ids.

    Returns:
        None for a text without at least two shadow models that have not seen it.
    """
    spread_in = _pooled(shadow.inside for shadow in shadows.values())
    spread_out = _pooled(shadow.outside for shadow in shadows.values())
    scores_by_id: dict[str, float | None] = {}
    for name, score in target.items():
        own = shadows.get(name)
        if own is None or len(own.outside) < 2:  # noqa: PLR2004 - a variance needs two
            scores_by_id[name] = None
            continue
        outside = _log_density(score, own.outside, spread_out)
        if len(own.inside) < 2:  # noqa: PLR2004 - likewise
            deviation = _deviation(own.outside, spread_out)
            scores_by_id[name] = (score - float(np.mean(own.outside))) / deviation
        else:
            scores_by_id[name] = _log_density(score, own.inside, spread_in) - outside
    return scores_by_id


def rmia(
    target: Mapping[str, float],
    shadows: Mapping[str, ShadowScores],
    population: Sequence[str],
    gamma: float = 1.0,
) -> dict[str, float | None]:
    """The robust membership attack (Zarifzadeh et al. 2024, arXiv 2312.03262).

    The share of population texts z for which the ratio of likelihoods, p(x | target) over the mean
    p(x | shadow), is at least gamma times that of z.

    Args:
        target: the target model's score of each text, by id: mean log-probability, in nats.
        shadows: of the same ids.
        population: ids of texts that are compared with, such as known non-members.
        gamma: at least 1.
    """
    ratios = {
        name: ratio
        for name, score in target.items()
        if (ratio := _log_ratio(score, shadows.get(name))) is not None
    }
    ordered = np.sort([ratios[name] for name in population if name in ratios])
    known = {name for name in population if name in ratios}
    scores_by_id: dict[str, float | None] = {}
    for name in target:
        others = len(ordered) - (name in known)
        if name not in ratios or others < 1:
            scores_by_id[name] = None
            continue
        below = int(np.searchsorted(ordered, ratios[name] - math.log(gamma), side="right"))
        own = name in known and gamma <= 1.0
        scores_by_id[name] = (below - own) / others
    return scores_by_id


def _log_ratio(score: float, own: ShadowScores | None) -> float | None:
    if own is None or not own.outside:
        return None
    halves = [side for side in (own.inside, own.outside) if side]
    mean = np.mean([np.mean(np.exp(side)) for side in halves])
    return score - float(np.log(mean))


def _pooled(sets: Iterable[Sequence[float]]) -> float:
    """The deviation within texts, over all texts."""
    squares, degrees = 0.0, 0
    for values in sets:
        if len(values) > 1:
            squares += float(np.var(values)) * len(values)
            degrees += len(values) - 1
    return max(_LEAST_DEVIATION, math.sqrt(squares / degrees)) if degrees else 1.0


def _deviation(values: Sequence[float], pooled: float) -> float:
    if len(values) < _OWN_VARIANCE:
        return pooled
    return max(_LEAST_DEVIATION, float(np.std(values, ddof=1)))


def _log_density(score: float, values: Sequence[float], pooled: float) -> float:
    deviation = _deviation(values, pooled)
    distance = (score - float(np.mean(values))) / deviation
    return -0.5 * distance * distance - math.log(deviation)
