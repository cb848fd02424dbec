# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of lab runs, as records that become JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from codescan.records.json_form import JsonForm
from codescan.stats.intervals import Rate  # noqa: TC001 - the schema reads it

__all__ = [
    "SCHEMA_VERSION",
    "Coverage",
    "CurveResult",
    "HeldInterval",
    "LabResult",
    "LevelRow",
    "SeedResult",
]

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class HeldInterval:
    """An estimate with its interval, beside the truth."""

    json_form: ClassVar = JsonForm(derived=("covered",))

    kind: str
    """The estimated quantity; intervals of one kind are pooled over seeds."""
    name: str
    truth: float
    estimate: float | None
    low: float
    high: float
    n: int
    """Units on which the estimate rests."""

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth, up to rounding of numbers."""
        return self.low - 1e-9 <= self.truth <= self.high + 1e-9


@dataclass(frozen=True, slots=True)
class LevelRow:
    """Passages with one number of copies."""

    copies: int
    is_near: bool
    passages: int
    greedy: Rate
    """Rate of those that greedy decoding emits."""
    in_100_tries: Rate
    """Rate of those that 100 samples hold with a chance of at least 50 %."""
    bits: float
    """Mean of -log2 p_z."""


@dataclass(frozen=True, slots=True)
class CurveResult:
    """A fitted leak curve: rate = logistic(intercept + slope ln copies)."""

    name: str
    intercept: float
    slope: float
    slope_low: float
    slope_high: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    dispersion: float
    passages: int
    at_one_copy: Rate
    """Counted rate at one copy, not the curve's."""
    above_100_copies: Rate
    """Counted rate at more than 100 copies."""
    change_without_duplicates: dict[str, float] | None
    """Expected change of the mean rate when one copy of each passage is left."""


@dataclass(frozen=True, slots=True)
class SeedResult:
    """One run."""

    seed: int
    corpus_sha256: str
    arms: list[dict[str, Any]]
    held: list[HeldInterval]
    levels: list[LevelRow]
    curves: list[CurveResult]
    near_weight: dict[str, float] | None
    """Copies of which one near copy is worth, with its interval."""
    canaries: dict[str, Any]
    membership: list[dict[str, Any]]
    """AUROC and TPR of each score over all texts."""
    tuning: dict[str, Any]
    """Fine-tuning: window comparison against Min-K %++."""
    defenses: list[dict[str, Any]]
    cpu_seconds: float
    """CPU seconds of training."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The number of intervals of one kind that contain the truth."""

    kind: str
    covered: Rate
    p_value: float
    """One-sided, exact: that intervals of this kind hold the truth less often than they say."""
    adjusted_p_value: float
    """The p-value, adjusted by Holm over all kinds."""


@dataclass(frozen=True, slots=True)
class LabResult:
    """Runs over one or more seeds."""

    schema_version: int
    size: str
    settings: dict[str, Any]
    seeds: list[SeedResult]
    coverage: list[Coverage]
    pooled: Rate
    """Over all kinds."""
    summary: dict[str, Any]
