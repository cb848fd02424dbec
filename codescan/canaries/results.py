# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The records of the JSON result of scoring a set of canaries.

Rates and intervals that nothing was measured for are null, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from codescan.stats.intervals import Rate  # noqa: TC001 - the schema reads it

__all__ = [
    "SCHEMA_VERSION", "CanaryResult", "EpsilonResult", "LevelResult", "MeanResult", "NullCheck",
    "SlopeResult",
]  # fmt: skip

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class MeanResult:
    """A mean with its two-sided 95 % interval by Student's t; null bounds for one value."""

    n: int
    mean: float | None
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class EpsilonResult:
    """A lower bound on epsilon under replacement of a canary with all its copies."""

    low: float
    pairs: int
    guesses: int
    correct: int
    delta: float
    confidence: float


@dataclass(frozen=True, slots=True)
class SlopeResult:
    """Bits of exposure for each doubling of the copies; `low` is one-sided."""

    value: float
    low: float
    n: int
    confidence: float
    is_positive: bool
    """Whether the lower bound is above 0: the decision."""


@dataclass(frozen=True, slots=True)
class LevelResult:
    """Canaries that were planted equally often; 0 copies: the held-out controls."""

    copies: int
    canaries: int
    """Canaries of this level that were scored."""
    exposure: MeanResult
    """The exposure by exact rank against held-out twins."""
    sampled_exposure: MeanResult
    """By rank against fresh secrets in the canary's own carrier."""
    secret_bits: MeanResult
    """-log2 of the probability of the secret after its prefix."""
    prefix_gain: MeanResult
    """Bits that the own prefix adds over the prefix of a held-out twin; 0 on average without
    memorization."""
    true_positive_rate: Rate | None
    """Rate of canaries within the first 1 % of the twins; null with fewer than 99 twins."""
    extraction: Rate
    """Rate of secrets that greedy decoding emits after their prefix."""
    mismatched_extraction: Rate
    """The same after the prefix of a held-out twin."""
    extraction_by_tries: list[dict[str, Any]]
    """For each number of samples: rate of secrets that they hold with a chance of at least 50 %
    ((n, p)-discoverable extraction), under the decoding that emits each secret most readily."""
    epsilon: EpsilonResult | None
    """Null for controls."""


@dataclass(frozen=True, slots=True)
class NullCheck:
    """Whether held-out controls are scored like the held-out twins."""

    controls: int
    exposure: MeanResult
    expected_exposure: float
    """Mean in bits of a uniform rank."""
    p_value: float
    """Smallest two-sample Kolmogorov-Smirnov p-value of the families, by Bonferroni."""
    is_passed: bool
    """Whether it is above 0.01. If not, no other figure can be trusted."""


@dataclass(frozen=True, slots=True)
class CanaryResult:
    """The whole result."""

    schema_version: int
    decision: str
    """"memorized": the lower bound of the slope is above 0; "not-shown": it is not;
    "not-measured": there is no slope, or the null check failed."""
    slope: SlopeResult | None
    slope_by_family: dict[str, SlopeResult | None]
    levels: list[LevelResult]
    null_check: NullCheck | None
    twins: dict[str, int]
    """Held-out canaries that were scored, by family."""
    largest_exposure: float | None
    """Bits that the smallest number of twins can show."""
    skipped: dict[str, int]
    """Texts that could not be scored, by reason."""
    run: dict[str, Any] = field(default_factory=dict)
    """Model, set and settings; empty in a run of the lab."""
