# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From the evidence of all texts to the result of a membership test."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.membership.blind_baseline import blind_scores
from codescan.membership.results import AttackResult, LossTail, SetTest, TextScores
from codescan.membership.set_test import set_test
from codescan.registry import load, names
from codescan.stats.roc import RocTable, tpr_at_fpr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from codescan.membership.texts import CandidateText, MembershipScore, TextEvidence

    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["MEANING", "ScoreTable", "analyze", "membership_scores", "score_table"]

MEANING = (
    "Scores are evidence, not proof: a text can score high because it is common or easy, and the "
    "figures hold only for texts drawn as these were (arXiv 2409.19798)."
)
_BLIND = "blind-baseline"
_BLIND_SOURCE = "classifier of the texts alone, Das et al. 2024, arXiv 2406.16201"
_RATES = (0.01, 0.001)
_TOO_FEW = "too few groups of texts"


@dataclass(slots=True)
class ScoreTable:
    """The scores of all texts."""

    texts: list[CandidateText]
    names: list[str]
    values: Floats
    """[texts, scores]; NaN where a text has no score."""
    tokens: list[int]
    sources: dict[str, str]
    needs: dict[str, str]
    """By score: what a text without it lacks."""

    def column(self, name: str) -> Floats:
        """The values of one score."""
        return np.asarray(self.values[:, self.names.index(name)])

    def add(self, name: str, values: Mapping[str, float | None], source: str, needs: str) -> None:
        """Add a score that is computed over all texts at once."""
        column = [_number(values.get(text.id)) for text in self.texts]
        self.values = np.column_stack([self.values, np.array(column, dtype=float)])
        self.names.append(name)
        self.sources[name], self.needs[name] = source, needs


def membership_scores() -> tuple[MembershipScore, ...]:
    """Every registered score, built-in ones first."""
    return tuple(load("membership", name)() for name in names("membership"))


def score_table(
    evidence: Iterable[tuple[CandidateText, TextEvidence]],
    scores: Sequence[MembershipScore] | None = None,
) -> ScoreTable:
    """Every score of every text."""
    scores = membership_scores() if scores is None else scores
    texts: list[CandidateText] = []
    rows: list[list[float]] = []
    tokens: list[int] = []
    for text, own in evidence:
        texts.append(text)
        tokens.append(own.score.tokens if own.score is not None else 0)
        rows.append([_number(score.of(own)) for score in scores])
    return ScoreTable(
        texts,
        [score.name for score in scores],
        np.array(rows, dtype=float).reshape(len(rows), len(scores)),
        tokens,
        {score.name: score.source for score in scores},
        {score.name: score.needs for score in scores},
    )


@dataclass(frozen=True, slots=True)
class Analysis:
    """The analysis of the scores of a set."""

    attacks: tuple[AttackResult, ...]
    blind: AttackResult | None
    loss_tail: LossTail | None
    set_test: SetTest | None
    texts: tuple[TextScores, ...]
    groups: int


def analyze(
    table: ScoreTable,
    *,
    reference_ids: frozenset[str] = frozenset(),
    cut_ids: frozenset[str] = frozenset(),
    seed: int = 0,
    confidence: float = 0.95,
) -> Analysis:
    """Rates over labeled texts, or the set-level test of an unlabeled set.

    Args:
        table: scores of the texts, and of the reference set where there is one.
        reference_ids: texts of the reference set: known non-members, like the others otherwise.
        cut_ids: texts of which only the first tokens were scored.
        seed: of the division of texts into halves and folds.
        confidence: of intervals.
    """
    groups = _group_numbers(table.texts)
    labels = [_label(text, reference_ids) for text in table.texts]
    # An unlabeled set is compared with its reference set as if it were one of members.
    is_member = [label is not False for label in labels]
    both_sides = any(is_member) and not all(is_member)
    is_labeled = any(text.is_member is not None for text in table.texts)
    attacks: tuple[AttackResult, ...] = ()
    blind = tail = test = None
    if both_sides:
        texts = [text.text for text in table.texts]
        blind_column = blind_scores(texts, is_member, groups, seed)
        if is_labeled:
            attacks, blind = _attacks(table, is_member, groups, blind_column, confidence)
            tail = _loss_tail(table, is_member, confidence)
        other = "non-members" if is_labeled else "the reference set"
        test = set_test(
            table.values, table.names, is_member, groups, blind_column, other=other, seed=seed
        )
    scores = _text_scores(table, labels, cut_ids)
    return Analysis(attacks, blind, tail, test, scores, len(set(groups)))


def _attacks(
    table: ScoreTable,
    is_member: list[bool],
    groups: list[int],
    blind: Floats,
    confidence: float,
) -> tuple[tuple[AttackResult, ...], AttackResult]:
    columns = np.column_stack([table.values, blind])
    roc = RocTable(columns, is_member, groups, confidence)
    last = columns.shape[1] - 1
    member = np.array(is_member)
    results = []
    for number, name in enumerate([*table.names, _BLIND]):
        auroc = roc.auroc(number)
        column = columns[:, number]
        rates = [tpr_at_fpr(column[member], column[~member], rate, confidence) for rate in _RATES]
        missing = ""
        if auroc.value is None:
            is_scored = not np.isnan(column).all()
            missing = _TOO_FEW if is_scored else table.needs.get(name, _TOO_FEW)
        results.append(
            AttackResult(
                name,
                table.sources.get(name, _BLIND_SOURCE),
                auroc,
                roc.gain(number, last),
                rates[0],
                rates[1],
                missing,
            )
        )
    return tuple(results[:-1]), results[-1]


def _loss_tail(table: ScoreTable, is_member: list[bool], confidence: float) -> LossTail | None:
    """TNR of the loss attack: non-members whose loss exceeds that of nearly all members."""
    if "loss" not in table.names:
        return None
    losses = -table.column("loss")
    member = np.array(is_member)
    rates = [tpr_at_fpr(losses[~member], losses[member], rate, confidence) for rate in _RATES]
    return LossTail(rates[0], rates[1])


def _text_scores(
    table: ScoreTable, labels: list[bool | None], cut_ids: frozenset[str]
) -> tuple[TextScores, ...]:
    known = [number for number, label in enumerate(labels) if label is False]
    sorted_nulls = [np.sort(column[~np.isnan(column)]) for column in table.values[known].T]
    results = []
    for number, text in enumerate(table.texts):
        values = [float(value) for value in table.values[number]]
        own_null = labels[number] is False
        p_values = [
            _p_value(value, nulls, counts_itself=own_null)
            for value, nulls in zip(values, sorted_nulls, strict=True)
        ]
        results.append(
            TextScores(
                text.id,
                text.group,
                labels[number],
                table.tokens[number],
                text.id in cut_ids,
                dict(zip(table.names, map(_finite, values), strict=True)),
                dict(zip(table.names, p_values, strict=True)),
            )
        )
    return tuple(results)


def _p_value(value: float, nulls: Floats, *, counts_itself: bool) -> float | None:
    """Share of known non-members that score at least as high, the text itself included."""
    if math.isnan(value) or not len(nulls):
        return None
    above = len(nulls) - int(np.searchsorted(nulls, value, side="left"))
    return above / len(nulls) if counts_itself else (1 + above) / (1 + len(nulls))


def _label(text: CandidateText, reference_ids: frozenset[str]) -> bool | None:
    return False if text.id in reference_ids else text.is_member


def _group_numbers(texts: Sequence[CandidateText]) -> list[int]:
    numbers: dict[str, int] = {}
    keys = [f"g\0{text.group}" if text.group else f"t\0{text.id}" for text in texts]
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _number(value: float | None) -> float:
    return math.nan if value is None or not math.isfinite(value) else float(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
