# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""nv-recall: the share of a long work that completions hold, and the longest passage.

The measure of arXiv 2601.02671 (2026). A completion is aligned with the true text word by word, and
nearby equal blocks are joined. Joined runs of at least 100 words count; their share of the work is
its near-verbatim recall. A run that continues in the next piece of a work counts as one run. Words
are compared without case and surrounding punctuation.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from codescan.audits.group_counts import Share
from codescan.audits.measures.extraction import main_frame
from codescan.audits.sampling_frames import frame_of
from codescan.prompts.long_work import LongWorkStrategy, words_of
from codescan.records import Arm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.audits.measure import AuditState
    from codescan.records import Prompt
    from codescan.runs import RunReader
    from codescan.stats.intervals import Rate

__all__ = ["LEAST_WORDS", "LongWorks", "LongWorksMeasure", "Run", "joined", "long_works", "runs"]

LEAST_WORDS = 100
"""Minimum words of a run."""
_BLOCK = 3
"""Minimum consecutive equal words that anchor an alignment; fewer match by chance."""
_GAP = 5
"""Maximum differing words between two blocks of one run, on either side."""
_EQUAL = 0.8
"""Minimum share of equal words in a run."""
_BEYOND = 50
_LISTED = 50


@dataclass(frozen=True, slots=True)
class Run:
    """A near-verbatim run in word positions of the true text."""

    start: int
    end: int
    equal: int
    """Number of equal words."""

    @property
    def words(self) -> int:
        """Its length in the true text."""
        return self.end - self.start


def runs(true: Sequence[str], answer: Sequence[str]) -> list[Run]:
    """Near-verbatim runs of a true text in a completion, of any length, in order."""
    from rapidfuzz.distance import Levenshtein

    equal_runs: list[Run] = []
    last = 0  # where the last block ends in the answer
    for block in Levenshtein.opcodes(list(true), list(answer)):
        size = block.src_end - block.src_start
        if block.tag != "equal" or size < _BLOCK:
            continue
        gap = block.src_start - equal_runs[-1].end if equal_runs else _GAP + 1
        if gap <= _GAP and block.dest_start - last <= _GAP:
            before = equal_runs.pop()
            equal_runs.append(Run(before.start, block.src_end, before.equal + size))
        else:
            equal_runs.append(Run(block.src_start, block.src_end, size))
        last = block.dest_end
    return [run for run in equal_runs if run.equal >= _EQUAL * run.words]


def joined(equal_runs: Iterable[Run]) -> list[Run]:
    """Runs in word positions of the work; overlapping and adjacent runs are joined."""
    joined_runs: list[Run] = []
    for run in sorted(equal_runs, key=lambda run: (run.start, -run.end)):
        if joined_runs and run.start - joined_runs[-1].end <= _GAP:
            last = joined_runs.pop()
            new = max(0, run.end - max(run.start, last.end))
            equal = last.equal + (new if new < run.words else run.equal)
            joined_runs.append(Run(last.start, max(last.end, run.end), equal))
        else:
            joined_runs.append(run)
    return joined_runs


@dataclass(frozen=True, slots=True)
class LongWorks:
    """Near-verbatim recall over the words of the long works of a run."""

    unit: str
    rule: Mapping[str, float]
    """The thresholds of a run."""
    target: Rate
    null: Rate | None
    works_asked: int
    """Long works of the target arm."""
    median_nv_recall: float | None
    longest_run_words: int
    works: Sequence[Mapping[str, object]]
    """Works by the length of their longest run, longest first."""


class LongWorksMeasure:
    """Measures how much of each long work the completions hold."""

    name = "long_works"

    def applies(self, audit: AuditState) -> bool:
        """Whether long works were prompted for."""
        return any(prompt.strategy == LongWorkStrategy.name for prompt in audit.run.prompts())

    def run(self, audit: AuditState) -> LongWorks | None:
        """Align the completions with the works."""
        return long_works(audit.run)


def long_works(store: RunReader) -> LongWorks | None:
    """Near-verbatim recall of the long works; None if no prompt requests one."""
    frame = main_frame(store)
    works: dict[tuple[Arm, str], list[Prompt]] = defaultdict(list)
    for prompt in store.prompts():
        if prompt.strategy == LongWorkStrategy.name and frame_of(prompt) == frame:
            works[prompt.arm, prompt.document_id].append(prompt)
    if not works:
        return None
    shares = {arm: Share(frame) for arm in Arm}
    entries: list[dict[str, Any]] = []
    for (arm, document), prompts in works.items():
        total, equal_runs = _measured(store, prompts)
        if not total:
            continue
        extracted_words = sum(run.words for run in equal_runs if run.words >= LEAST_WORDS)
        shares[arm].add(prompts[0], extracted_words, total)
        entries.append(
            {
                "document_id": document,
                "arm": arm.value,
                "license_category": prompts[0].license_category,
                "words": total,
                "nv_recall": extracted_words / total,
                "longest_run_words": max((run.words for run in equal_runs), default=0),
            }
        )
    if not entries:
        return None
    entries.sort(key=lambda entry: (-entry["longest_run_words"], str(entry["document_id"])))
    targets = [entry for entry in entries if entry["arm"] == Arm.TARGET.value]
    target, null = shares[Arm.TARGET].rate(), shares[Arm.NULL]
    longest = max((entry["longest_run_words"] for entry in targets), default=0)
    return LongWorks(
        unit=f"words in near-verbatim runs of at least {LEAST_WORDS} words",
        rule={"least_words": LEAST_WORDS, "gap": _GAP, "block": _BLOCK, "equal": _EQUAL},
        target=target,
        null=null.rate() if null.n else None,
        works_asked=len(targets),
        median_nv_recall=median(entry["nv_recall"] for entry in targets) if targets else None,
        longest_run_words=longest,
        works=entries[:_LISTED],
    )


def _measured(store: RunReader, prompts: Sequence[Prompt]) -> tuple[int, list[Run]]:
    """Words of a work that were requested and answered, and the runs among them."""
    at = total = 0
    equal_runs: list[Run] = []
    for prompt in prompts:
        true = words_of(prompt.expected)
        answers = [words_of(answer.text) for answer in store.completions_of(prompt.id)]
        for answer in answers:
            # An answer says nothing of text far beyond its own length.
            equal_runs += _moved(runs(true[: 2 * len(answer) + _BEYOND], answer), at)
        total += len(true) if answers else 0
        at += len(true)
    return total, joined(equal_runs)


def _moved(equal_runs: Iterable[Run], by: int) -> Iterator[Run]:
    for run in equal_runs:
        yield Run(run.start + by, run.end + by, run.equal)
