# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rates of a run with intervals, by strategy, language and license.

Two measures. *Copies*: the share of completions with a finding of grade A or B, for every prompt.
*Discoverable extraction* (Carlini et al. 2022, arXiv 2202.07646): the share of true continuations
that greedy decoding of their prompt emits token for token. Both are consistent with memorization;
neither proves it. If a run has a null arm, the excess over it is the measure. Intervals treat the
packages of the prompts as the independent units. Each sampling frame is counted separately. The
groups, the table of attempts and the headline belong to the first drawn frame, and every figure
names its frame.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.arm_counts import Arms, designs_of
from codescan.audits.group_counts import Tally
from codescan.audits.group_tests import GroupTests
from codescan.audits.measures.discoverability import Discoverability
from codescan.audits.power_statement import PowerCount
from codescan.audits.sampling_frames import GIVEN, copies_bin, frame_of
from codescan.records import (
    HEADLINE_GRADES,
    Arm,
    Completion,
    Finding,
    Grade,
    MatchKind,
    Prompt,
    Score,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from codescan.audits.arm_counts import Designs
    from codescan.runs import RunReader

__all__ = [
    "extraction_statistics",
    "findings_by_grade",
    "license_statistics",
    "main_frame",
]

_GROUPINGS: Mapping[str, Callable[[Prompt], str]] = {
    "by_strategy": lambda prompt: prompt.strategy,
    "by_variant": lambda prompt: f"{prompt.strategy}, {prompt.variant}" if prompt.variant else "",
    "by_language": lambda prompt: prompt.language,
    "by_license_of_the_prompted_file": lambda prompt: prompt.license_category,
    "by_copies_in_the_index": lambda prompt: copies_bin(prompt.copies),
}
"""Groupings of the target arm; a prompt with group "" is in none."""


@dataclass(slots=True)
class _Counts:
    frame: str
    """Sampling frame of the groups, the attempts and the tests."""
    frames: dict[str, Arms]
    groups: dict[str, dict[str, Tally]] = field(
        default_factory=lambda: {name: defaultdict(Tally) for name in _GROUPINGS}
    )
    discoverability: Discoverability = field(default_factory=Discoverability)
    tests: GroupTests = field(default_factory=GroupTests)
    power: PowerCount = field(default_factory=PowerCount)
    ends: Counter[str] = field(default_factory=Counter)
    """Completions of all frames and arms, by how they ended."""


def main_frame(store: RunReader) -> str:
    """The frame of a run's headline: the first drawn frame, else "given"."""
    return next((prompt.frame for prompt in store.prompts() if prompt.frame), GIVEN)


def extraction_statistics(
    store: RunReader,
    findings: Iterable[Finding],
    completion_of: Mapping[str, str],
    *,
    scorer: bool,
) -> dict[str, object]:
    """The statistics of an audit's report; deterministic for a run folder and its findings.

    Args:
        store: prompts, completions and scores.
        findings: findings in the completions.
        completion_of: completion id by snippet id, for every snippet with a finding.
        scorer: whether the model can score true continuations.

    Returns:
        Records and JSON values. Groups count the target arm; the null arm is a measure of its own.
    """
    findings = tuple(findings)
    copies = {
        completion_of[finding.snippet_id]
        for finding in findings
        if finding.grade in HEADLINE_GRADES
    }
    verbatim = {
        completion_of[finding.snippet_id]
        for finding in findings
        if finding.kind is MatchKind.VERBATIM
    }
    counts = _count(store, copies, verbatim)
    main = counts.frames[counts.frame]
    tallies = [tally for arms in counts.frames.values() for tally in arms.tallies]
    statistics: dict[str, object] = {
        "frame": counts.frame,
        "prompts": sum(tally.prompts for tally in tallies),
        "completions": sum(tally.completions for tally in tallies),
        "tokens": sum(tally.tokens for tally in tallies),
        "finish_reasons": dict(sorted(counts.ends.items())),
        "skipped": dict(
            sorted(Counter(f"{skip.stage}/{skip.reason}" for skip in store.skipped()).items())
        ),
        "findings_by_grade": findings_by_grade(findings),
        "null_arm_completions": main.null.completions if main.null is not None else None,
        "copies": main.copies(),
        "discoverable_extraction": main.extraction() if scorer else None,
        "discoverability": counts.discoverability.tables() if scorer else [],
    }
    power = counts.power.power()
    if power is not None:
        statistics["power"] = power
    if len(counts.frames) > 1:
        statistics["by_frame"] = {name: arms.as_group() for name, arms in counts.frames.items()}
    design = main.designs.get(Arm.TARGET)
    for name, groups in counts.groups.items():
        statistics[name] = {
            group: groups[group].rates(design) for group in sorted(groups, key=_order)
        }
    statistics["by_license_category"] = license_statistics(
        findings, lambda finding: completion_of[finding.snippet_id]
    )
    tested = counts.tests.results()
    if tested is not None:
        statistics["tests"] = tested
    if without_null := main.without_null():
        statistics["completions_without_null_arm"] = without_null
    return statistics


def findings_by_grade(findings: Iterable[Finding]) -> dict[str, int]:
    """Number of findings of each grade, strongest first, including grades without findings."""
    counted = Counter(finding.grade for finding in findings)
    return {grade.value: counted[grade] for grade in Grade}


def license_statistics(
    findings: Iterable[Finding], unit: Callable[[Finding], str]
) -> dict[str, object]:
    """Findings of grade A and B by the license category of their origin.

    Args:
        findings: findings of all grades; only A and B count.
        unit: names the text that holds a finding, to count texts once.
    """
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.counts:
            groups[finding.attribution.license.category].append(finding)
    return {
        category: {
            "findings": len(group),
            "texts": len({unit(finding) for finding in group}),
            "packages": len({finding.attribution.origin.package.purl for finding in group}),
        }
        for category, group in sorted(groups.items())
    }


def _count(store: RunReader, copies: set[str], verbatim: set[str]) -> _Counts:
    """Counts by frame and arm, and those of the main frame's target arm by group."""
    designs = designs_of(store)
    main = main_frame(store)
    counts = _Counts(main, {main: _arms(main, designs)})
    for prompt, completions, score in _by_prompt(store):
        if completions or score is not None:
            counts.power.add(prompt)
        frame = frame_of(prompt)
        arms = counts.frames.get(frame)
        if arms is None:
            arms = counts.frames[frame] = _arms(frame, designs)
        counts.ends.update(map(_end_of, completions))
        copied = sum(completion.id in copies for completion in completions)
        arms.add(prompt, completions, copies, verbatim, score)
        groups = [
            counts.groups[name][group]
            for name, group_of in _GROUPINGS.items()
            if frame == main and prompt.arm is Arm.TARGET and (group := group_of(prompt))
        ]
        for tally in groups:
            tally.add(prompt, completions, copies, verbatim, score)
        if frame == main:
            counts.tests.add(prompt, copied, len(completions), score)
            if score is not None:
                counts.discoverability.add(prompt, score)
    counts.discoverability.designs = counts.frames[main].designs
    return counts


def _end_of(completion: Completion) -> str:
    """Why a completion ended; "empty" for an empty completion that was not withheld."""
    is_empty = not completion.text.strip() and completion.finish_reason in ("stop", "length")
    return "empty" if is_empty else completion.finish_reason


def _arms(frame: str, designs: Designs) -> Arms:
    return Arms(designs={arm: designs[frame, arm] for arm in Arm if (frame, arm) in designs})


def _by_prompt(store: RunReader) -> Iterator[tuple[Prompt, list[Completion], Score | None]]:
    for prompt in store.prompts():
        yield prompt, store.completions_of(prompt.id), store.score_of(prompt.id)


def _order(group: str) -> list[tuple[int, str]]:
    """Sort key in which numbers count as numbers: "16 tokens" before "100 tokens"."""
    return [(int(word), "") if word.isdecimal() else (0, word) for word in group.split(" ")]
