# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Chance matches of completions with an index that they cannot come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.audits.arm_counts import designs_of
from codescan.audits.elicitation import match
from codescan.audits.group_counts import Share
from codescan.audits.measures.extraction import main_frame
from codescan.audits.sampling_frames import frame_of
from codescan.audits.shuffling import shuffled_index, unrelated_index
from codescan.records import HEADLINE_GRADES, Arm
from codescan.stats.cluster_intervals import cluster_excess

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

    from codescan.audits.elicitation import Watch
    from codescan.audits.measure import AuditState
    from codescan.audits.parts import AuditParts
    from codescan.audits.shuffling import ShuffledIndex
    from codescan.runs import RunReader
    from codescan.stats.intervals import Difference, Rate

__all__ = ["ChanceMatches", "ShuffledIndexMeasure", "chance_matches"]


@dataclass(frozen=True, slots=True)
class ChanceMatches:
    """Matches with the shuffled index: completions of the main frame's target arm."""

    unit: str
    description: str
    """Description of the index that the completions were matched with."""
    files: int
    of_files: int
    """Number of files of the audited index that it represents."""
    found: Rate
    excess: Difference
    """Excess of copies from the index over those from the shuffled index."""


class ShuffledIndexMeasure:
    """Matches the completions with a shuffled index."""

    name = "shuffled_index"

    def applies(self, audit: AuditState) -> bool:
        """Whether the audit has a shuffled or unrelated index."""
        parts = audit.parts
        can_shuffle = parts.shuffled_index and parts.matching.index.has_texts
        has_index = can_shuffle or parts.unrelated_index is not None
        return has_index and audit.run.counts()["completions"] > 0

    def run(self, audit: AuditState) -> ChanceMatches | None:
        """Build the shuffled index and match; None if there are too few files to shuffle."""
        audit.on_progress("build the shuffled index", 0, None)
        matched = audit.matched
        copied = frozenset(
            matched.completion_of[finding.snippet_id]
            for finding in matched.findings
            if finding.grade in HEADLINE_GRADES
        )
        with _opened(audit.parts, audit.run.path) as shuffled:
            if shuffled is None:
                return None
            return chance_matches(audit.run, shuffled, copied, audit.on_progress)


def _opened(
    parts: AuditParts, folder: Path
) -> contextlib.AbstractContextManager[ShuffledIndex | None]:
    """An index that no completion can come from: the user's, or a shuffled one."""
    index = parts.matching.index
    if parts.unrelated_index is not None:
        return unrelated_index(parts.unrelated_index, of_files=len(index))
    return shuffled_index(index, folder, parts.seed)


def chance_matches(
    store: RunReader,
    shuffled: ShuffledIndex,
    copied: frozenset[str],
    on_progress: Watch,
) -> ChanceMatches:
    """Count the completions that match a shuffled index.

    Args:
        store: prompts and completions.
        shuffled: an index that they cannot come from.
        copied: ids of the completions with a copy from the index, grade A or B.
        on_progress: progress callback.
    """
    matched = match(
        store, shuffled.matching, on_progress, step="match a shuffled index", name_functions=False
    )
    by_chance = {
        matched.completion_of[finding.snippet_id]
        for finding in matched.findings
        if finding.grade in HEADLINE_GRADES
    }
    frame = main_frame(store)
    copies, chance = Share(), Share()
    for prompt in store.prompts():
        if frame_of(prompt) != frame or prompt.arm is not Arm.TARGET:
            continue
        ids = [completion.id for completion in store.completions_of(prompt.id)]
        copies.add(prompt, sum(name in copied for name in ids), len(ids))
        chance.add(prompt, sum(name in by_chance for name in ids), len(ids))
    design = designs_of(store).get((frame, Arm.TARGET))
    chance_rate = chance.rate(design)
    return ChanceMatches(
        unit="completions that hold a finding of grade A or B in the shuffled index",
        description=shuffled.description,
        files=shuffled.files,
        of_files=shuffled.of_files,
        found=chance_rate,
        excess=cluster_excess(copies.rate(design), chance_rate),
    )
