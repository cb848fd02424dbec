# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a membership test, as records that become JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from codescan.records.json_form import JsonForm
from codescan.stats.roc import Auroc, AurocGain, TprAtFpr  # noqa: TC001 - the schema reads it

__all__ = [
    "SCHEMA_VERSION",
    "AttackResult",
    "LossTail",
    "MembershipResult",
    "SetTest",
    "TextScores",
]

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class AttackResult:
    """The performance of one score in separating members from non-members."""

    name: str
    source: str
    auroc: Auroc
    gain_over_blind: AurocGain
    tpr_at_1_percent: TprAtFpr
    tpr_at_01_percent: TprAtFpr
    not_measured: str = ""
    """Why no text, or too few texts, have this score; "" where it was measured."""


@dataclass(frozen=True, slots=True)
class LossTail:
    """The true-negative rate of the loss attack at a low false-negative rate.

    Members that a model has learned leave the high-loss tail. So the share of non-members whose
    loss exceeds that of nearly all members predicts the TPR of LiRA at the same low FPR. It needs
    no reference model (Dodd et al. 2025, arXiv 2510.19773).
    """

    at_1_percent: TprAtFpr
    """Its `members` are the non-members that a score recognizes, and the other way round."""
    at_01_percent: TprAtFpr


@dataclass(frozen=True, slots=True)
class SetTest:
    """Whether a whole set scores higher than another, by a mix of scores learned on one half.

    LLM dataset inference (Maini et al. 2024, arXiv 2406.06443): a one-sided Welch test on the half
    that the mix was not fitted on, one value for each group of texts.
    """

    p_value: float | None
    """None where a half has too few groups."""
    statistic: float
    """Welch's t."""
    set_groups: int
    """Groups of the tested set in the half that is tested."""
    other_groups: int
    blind_p_value: float | None
    """The same test with the blind baseline in place of the scores."""
    scores: tuple[str, ...]
    """The scores that were mixed."""
    other: str
    """The set to compare with."""


@dataclass(frozen=True, slots=True)
class TextScores:
    """The scores of one text."""

    id: str
    group: str
    is_member: bool | None
    tokens: int
    """Model tokens that were scored; 0 where none were."""
    is_cut: bool
    """Whether the text goes on behind them."""
    scores: dict[str, float | None]
    """By name of the score; higher means more likely a member."""
    p_values: dict[str, float | None]
    """Share of known non-members that score as high, itself included; no proof of membership."""


@dataclass(frozen=True, slots=True)
class MembershipResult:
    """A membership test."""

    json_form: ClassVar = JsonForm(hidden=("texts",))  # a file of its own holds them

    schema_version: int
    model: dict[str, Any]
    base_model: dict[str, Any] | None
    settings: dict[str, Any]
    scored: int
    """Texts with at least one score."""
    members: int
    non_members: int
    unlabeled: int
    groups: int
    cut_texts: int
    """Texts of which only the first tokens were scored."""
    attacks: tuple[AttackResult, ...]
    blind: AttackResult | None
    """The classifier that never sees the model; None for an unlabeled set."""
    loss_tail: LossTail | None
    set_test: SetTest | None
    warnings: tuple[str, ...]
    meaning: str
    skipped: tuple[dict[str, str], ...]
    """Inputs that were not scored, the first 1,000."""
    skipped_by_reason: dict[str, int]
    """All of them."""
    texts: tuple[TextScores, ...]

    @property
    def has_rate(self) -> bool:
        """Whether a rate or a set-level test was measured."""
        is_tested = self.set_test is not None and self.set_test.p_value is not None
        return is_tested or any(attack.auroc.value is not None for attack in self.attacks)
