# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Results of comparing two runs, prompt by prompt."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from codescan.records.json_form import JsonForm
from codescan.stats.intervals import Difference, Rate  # noqa: TC001 - types of fields

__all__ = [
    "ClassEffect",
    "MeasureComparison",
    "MeasureEffect",
    "PairCounts",
    "PassageCounts",
    "RunComparison",
    "SafeguardComparison",
    "SafeguardEffect",
]


class MeasureComparison(Struct, frozen=True, kw_only=True):
    """One measure of two runs at the same prompts."""

    measure: str
    frame: str
    """Sampling frame of the prompts."""
    pairs: int
    """Prompts that both runs measured."""
    a: Rate
    b: Rate
    only_a: int
    only_b: int
    difference: Difference
    """B minus A."""
    p_value: float
    """The p-value of McNemar's exact test, two-sided."""
    p_value_adjusted: float
    """Adjusted for the number of measures (Benjamini and Hochberg)."""


class PairCounts(Struct, frozen=True):
    """Counts of paired and unpaired prompts of two runs."""

    same_prompt: int
    same_place: int
    """Pairs that continue the same position of a file with different token cuts."""


class PassageCounts(Struct, frozen=True):
    """Passages of grade A or B by the runs that emitted them."""

    only_a: int
    both: int
    only_b: int


class RunComparison(Struct, frozen=True, kw_only=True):
    """The paired comparison of two runs."""

    schema_version: int = 1
    a: str
    b: str
    pairs: PairCounts
    measures: tuple[MeasureComparison, ...]
    passages: PassageCounts
    settings_that_differ: tuple[str, ...] = ()
    """Settings other than the model that differ and may explain a difference."""


class MeasureEffect(Struct, frozen=True, kw_only=True):
    """Effect of a safeguard on one measure."""

    prompts: int
    before: Rate
    after: Rate
    only_before: int
    only_after: int
    difference: Difference
    """The run with the safeguard minus the run without it."""
    p_value: float
    """The p-value of McNemar's exact test, two-sided."""
    p_value_adjusted: float | None = None
    """Adjusted for the number of classes (Benjamini and Hochberg); null for all prompts."""


class SafeguardEffect(Struct, frozen=True, kw_only=True):
    """Effect of a safeguard over some prompts."""

    pairs: int
    copies: MeasureEffect | None
    """Prompts with a copy of grade A or B; null if nothing was measured."""
    withheld: MeasureEffect | None
    """Prompts refused or filtered; null if nothing was measured."""


class ClassEffect(SafeguardEffect, frozen=True, kw_only=True):
    """Effect of a safeguard over the prompts of one class."""

    json_form: ClassVar = JsonForm(renamed={"name": "class"})

    name: str


class SafeguardComparison(Struct, frozen=True, kw_only=True):
    """The outputs of two runs of the same prompts, without and with a safeguard."""

    schema_version: int = 1
    before: str
    """The run without the safeguard."""
    after: str
    """The run with the safeguard."""
    by: str
    """Class of prompts: strategy, language, license or frame."""
    method: str
    all: SafeguardEffect
    classes: tuple[ClassEffect, ...]
    """Results by class, largest class first."""
    only_before: int
    """Prompts that only one of the runs has."""
    only_after: int
    settings_that_differ: tuple[str, ...] = ()
    """Settings other than the model that differ and may explain a difference."""
