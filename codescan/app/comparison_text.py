# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A comparison of two runs as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.audits.comparison_results import (
        MeasureComparison,
        RunComparison,
        SafeguardComparison,
        SafeguardEffect,
    )

__all__ = ["comparison_text", "safeguard_text"]


def comparison_text(result: RunComparison) -> str:
    """Each measure with both rates, their difference and its p-value."""
    pairs, passages = result.pairs, result.passages
    shared = f"{pairs.same_prompt:,} prompts are the same in both"
    if pairs.same_place:
        shared += f"; {pairs.same_place:,} more ask for the same place, cut at other tokens"
    lines = [f"A: {result.a}", f"B: {result.b}", "", f"{shared}."]
    for entry in result.measures:
        lines += ["", *_measure(entry, len(result.measures))]
    counts = (
        f"{passages.only_a:,} only in A, {passages.both:,} in both, {passages.only_b:,} only in B"
    )
    lines += ["", f"Passages of grade A or B: {counts}.", *_settings(result.settings_that_differ)]
    return "\n".join(lines)


def _measure(entry: MeasureComparison, measures: int) -> list[str]:
    sure = f"p = {entry.p_value:.3g} (McNemar, exact"
    if measures > 1:
        sure += f"; {entry.p_value_adjusted:.3g} adjusted for {measures} measures"
    return [
        f"{entry.measure[:1].upper()}{entry.measure[1:]}:",
        f"  A          {entry.a.words}",
        f"  B          {entry.b.words}",
        f"  B minus A  {entry.difference.words}",
        f"  only A {entry.only_a:,}, only B {entry.only_b:,}; {sure})",
    ]


def safeguard_text(result: SafeguardComparison) -> str:
    """The effect of a safeguard over all prompts, then for each class."""
    lines = [f"Without: {result.before}", f"With:    {result.after}", ""]
    unpaired = result.only_before + result.only_after
    shared = f"{result.all.pairs:,} prompts were answered or withheld in both runs"
    verb = "is" if unpaired == 1 else "are"
    lines += [f"{shared}; {unpaired:,} {verb} in one run only." if unpaired else f"{shared}."]
    lines += ["", *_effect("All prompts", result.all)]
    if len(result.classes) > 1:
        for entry in result.classes:
            lines += ["", *_effect(f"{result.by.capitalize()} {entry.name}", entry)]
    lines += ["", f"Method: {result.method}.", *_settings(result.settings_that_differ)]
    return "\n".join(lines)


def _settings(names: tuple[str, ...]) -> list[str]:
    return [f"Besides the model, these settings differ: {', '.join(names)}."] if names else []


def _effect(title: str, effect: SafeguardEffect) -> list[str]:
    lines = [f"{title} ({effect.pairs:,}):"]
    for measure, name in (
        (effect.copies, "prompts with a copy of grade A or B"),
        (effect.withheld, "prompts refused or filtered"),
    ):
        if measure is None:
            lines.append(f"  {name}: not measured")
            continue
        sure = f"p = {measure.p_value:.3g}"
        if measure.p_value_adjusted is not None:
            sure += f", {measure.p_value_adjusted:.3g} adjusted"
        lines += [
            f"  {name}",
            f"    without     {measure.before.words}",
            f"    with        {measure.after.words}",
            f"    difference  {measure.difference.words}",
            f"    only without {measure.only_before:,}, with {measure.only_after:,}; {sure}",
        ]
    return lines
