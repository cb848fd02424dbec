# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Test each package and license against the null arm, corrected for the number of tests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.group_counts import cluster_of
from codescan.records import Arm
from codescan.stats.exact_tests import fisher_greater
from codescan.stats.intervals import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codescan.records import Prompt, Score

__all__ = ["FALSE_SHARE", "GroupTests"]

FALSE_SHARE = 0.05
"""False discovery rate: the level of Benjamini and Hochberg."""
_LISTED = 50

_BY: Mapping[str, Callable[[Prompt], str]] = {
    "package": lambda prompt: cluster_of(prompt) if prompt.document_id else "",
    "license category": lambda prompt: prompt.license_category,
}
COPIES = "prompts with a copy of grade A or B"
EXTRACTED = "true continuations that greedy decoding emits"


@dataclass(slots=True)
class GroupTests:
    """Counts prompts of one frame by package and by license category."""

    groups: dict[tuple[str, str, str], tuple[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: (0, 0))
    )
    """(hits, prompts) by measure, kind of group and group."""
    null_counts: dict[str, tuple[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: (0, 0))
    )
    """(hits, prompts) of the whole null arm, by measure."""

    def add(self, prompt: Prompt, copied: int, answered: int, score: Score | None) -> None:
        """Count one prompt with `answered` completions, of which `copied` hold a copy."""
        if answered:
            self._count(prompt, COPIES, copied > 0)
        if score is not None:
            self._count(prompt, EXTRACTED, score.extracted)

    def results(self) -> dict[str, object] | None:
        """Every tested group, smallest p-value first; None without a null arm.

        Fisher's exact test, one-sided: does the group succeed more often than the null arm? The
        test assumes independent prompts, but prompts of one file are not independent. A small
        p-value therefore shows where to look and is not proof. All tests of a run are corrected
        together.
        """
        tested = []
        for (measure, kind, group), (k, n) in sorted(self.groups.items()):
            null_k, null_n = self.null_counts.get(measure, (0, 0))
            if not null_n:
                continue
            p_value = fisher_greater(k, n, null_k, null_n)
            tested.append((p_value, measure, kind, group, k, n, null_k, null_n))
        if not tested:
            return None
        tested.sort()
        adjusted = benjamini_hochberg([one[0] for one in tested])
        rows = [
            {
                "measure": measure,
                "by": kind,
                "group": group,
                "k": k,
                "n": n,
                "null_k": null_k,
                "null_n": null_n,
                "p_value": p_value,
                "p_value_adjusted": sure,
            }
            for (p_value, measure, kind, group, k, n, null_k, null_n), sure in zip(
                tested, adjusted, strict=True
            )
        ]
        return {
            "test": "Fisher's exact, one-sided; adjusted by Benjamini and Hochberg",
            "false_share": FALSE_SHARE,
            "tested": len(rows),
            "significant": sum(sure <= FALSE_SHARE for sure in adjusted),
            "groups": rows[:_LISTED],
        }

    def _count(self, prompt: Prompt, measure: str, hit: bool) -> None:
        if prompt.arm is not Arm.TARGET:
            k, n = self.null_counts[measure]
            self.null_counts[measure] = k + hit, n + 1
            return
        for kind, group_of in _BY.items():
            group = group_of(prompt)
            if group:
                k, n = self.groups[measure, kind, group]
                self.groups[measure, kind, group] = k + hit, n + 1
