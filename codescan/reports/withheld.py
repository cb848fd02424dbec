# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Completions that hold no answer: refused by the model, filtered by the service, or empty.

They are results, and count as completions without a copy. A reader who sees only that nothing was
copied would take them for answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports.json_values import mapping, number

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["count_of_completions", "counts_without_answer", "without_answer"]

_ENDS = (("refusal", "refused"), ("filter", "held back by a filter"), ("empty", "empty"))


def counts_without_answer(statistics: Mapping[str, object]) -> list[tuple[str, int]]:
    """In words what happened to completions without an answer, and their numbers above 0."""
    ends = mapping(statistics.get("finish_reasons"))
    counts = ((words, int(number(ends.get(reason)) or 0)) for reason, words in _ENDS)
    return [(words, count) for words, count in counts if count > 0]


def count_of_completions(statistics: Mapping[str, object]) -> int:
    """All completions, with an answer or without one."""
    ends = mapping(statistics.get("finish_reasons"))
    return sum(int(number(count) or 0) for count in ends.values())


def without_answer(statistics: Mapping[str, object]) -> str:
    """For example "3 of 40 completions were refused or empty"; "" where each is an answer."""
    counts = counts_without_answer(statistics)
    if not counts:
        return ""
    without, total = sum(count for _, count in counts), count_of_completions(statistics)
    words = " or ".join(words for words, _ in counts)
    every = "all " if without == total > 1 else f"{without:,} of "
    noun = "completion" if total == 1 else "completions"
    return f"{every}{total:,} {noun} {'was' if without == 1 else 'were'} {words}"
