# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sentences about what a report covers: nothing, a part of its inputs, or all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.records import Report, coverage_of, is_unchecked
from codescan.records.skip_reasons import OUT_OF_SCOPE, UNCHECKED, is_unchecked_reason
from codescan.reports.escaping import clip
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "NOTHING_CHECKED",
    "named_items",
    "qualified_headline",
    "skip_sentences",
    "unchecked_sentence",
]

NOTHING_CHECKED = "Nothing was checked"
_SHAPE = "unknown-shape"
_NAMED = 5
_LONGEST_NAME = 120


def qualified_headline(report: Report, headline: str) -> str:
    """A headline that says so where the report covers no input, or not all of them."""
    coverage = coverage_of(report)
    if coverage.is_nothing and not report.findings:
        return NOTHING_CHECKED
    unchecked = _unchecked(coverage.unchecked)
    return f"{headline}; {unchecked} not checked" if unchecked else headline


def unchecked_sentence(report: Report, *, names_inputs: bool = True) -> str:
    """The inputs that the result does not cover, with reasons; "" if it covers all of them.

    Args:
        report: the result. Names of its inputs are untrusted.
        names_inputs: whether the first few inputs are named.
    """
    coverage = coverage_of(report)
    count = sum(coverage.unchecked.values())
    if not count:
        return ""
    reasons = _listed(coverage.unchecked, UNCHECKED)
    accepted = sorted(coverage.unchecked.keys() & set(coverage.allowed))
    more = f" Accepted with --allow-unchecked: {', '.join(accepted)}." if accepted else ""
    items = [skip.item for skip in report.skipped if is_unchecked(skip)] if names_inputs else []
    named = f" Inputs: {named_items(items)}." if items else ""
    return f"Not checked: {reasons}.{named}{more}"


def named_items(items: Sequence[str]) -> str:
    """The first few of some inputs, and how many follow."""
    first = ", ".join(clip(item, _LONGEST_NAME) for item in items[:_NAMED])
    return first + (f" and {len(items) - _NAMED:,} more" if len(items) > _NAMED else "")


def skip_sentences(skipped: Mapping[str, int]) -> list[str]:
    """One sentence for the inputs that a result does not cover, and one for those without text.

    Args:
        skipped: number of inputs by reason.
    """
    unchecked = {reason: n for reason, n in skipped.items() if n and is_unchecked_reason(reason)}
    others = {reason: n for reason, n in skipped.items() if n and reason not in unchecked}
    sentences = [f"Not checked: {_listed(unchecked, UNCHECKED)}."] if unchecked else []
    return sentences + ([f"Out of scope: {_listed(others, OUT_OF_SCOPE)}."] if others else [])


def _unchecked(counts: Mapping[str, int]) -> str:
    """The unchecked inputs, with the verb; "" for none.

    Rows of one unknown shape are one entry, however many they are.
    """
    shapes = counts.get(_SHAPE, 0)
    inputs = sum(counts.values()) - shapes
    words = [plural(inputs, "input")] if inputs else []
    if shapes:
        words.append(f"all rows of {plural(shapes, 'unknown shape')}")
    if not words:
        return ""
    return f"{' and '.join(words)} {'was' if words == ['1 input'] else 'were'}"


def _listed(counts: Mapping[str, int], meanings: Mapping[str, str]) -> str:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return "; ".join(
        f"{count:,} {reason}" + (f" ({meanings[reason]})" if reason in meanings else "")
        for reason, count in ordered
    )
