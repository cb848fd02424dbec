# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a run says about memorization: rates with intervals, by strategy, language and license.

Two measures. *Copies*: the share of completions that hold a finding of grade A or B, whatever the
prompt was. *Discoverable extraction* (Carlini et al. 2022, arXiv 2202.07646): the share of true
continuations that greedy decoding of their prompt emits token for token. Both are consistent with
memorization; neither proves it, and where a run has a null arm the excess over it is the measure.
Intervals take the packages that prompts come from as the units that are independent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.clusters import cluster_excess
from codescan.audits.discoverability import Discoverability
from codescan.audits.tally import Share, Tally
from codescan.records import Arm, Completion, Finding, Grade, Prompt, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from codescan.runs import RunStore

__all__ = [
    "HEADLINE_GRADES",
    "UNSEEN",
    "extraction_statistics",
    "findings_by_grade",
    "license_statistics",
]

HEADLINE_GRADES = frozenset({Grade.A, Grade.B})
"""The grades that count in a headline: long, rare passages (docs/matching.md)."""

UNSEEN = "text that the model cannot have seen"

_GROUPINGS: Mapping[str, Callable[[Prompt], str]] = {
    "by_strategy": lambda prompt: prompt.strategy,
    "by_variant": lambda prompt: f"{prompt.strategy}, {prompt.variant}" if prompt.variant else "",
    "by_language": lambda prompt: prompt.language,
    "by_license_of_the_prompted_file": lambda prompt: prompt.license_category,
    "by_copies_in_the_index": lambda prompt: _copies_bin(prompt.copies),
}
"""Groups of the target arm; a prompt whose group is "" is in none."""


@dataclass(slots=True)
class _Counts:
    arms: dict[Arm, Tally] = field(default_factory=lambda: {Arm.TARGET: Tally()})
    groups: dict[str, dict[str, Tally]] = field(
        default_factory=lambda: {name: defaultdict(Tally) for name in _GROUPINGS}
    )
    discoverability: Discoverability = field(default_factory=Discoverability)


def extraction_statistics(
    store: RunStore,
    findings: Iterable[Finding],
    completion_of: Mapping[str, str],
    *,
    scorer: bool,
    unseen: str = UNSEEN,
) -> dict[str, object]:
    """The statistics of an audit's report; deterministic for a run folder and its findings.

    Args:
        store: prompts, completions and scores.
        findings: what matching found in the completions.
        completion_of: completion id by snippet id, for every snippet that has a finding.
        scorer: whether the model can rate true continuations.
        unseen: what the null arm is made of, in words.

    Returns:
        Only what JSON can hold. Groups count the target arm; the null arm is a measure of its own.
    """
    findings = tuple(findings)
    copies = {
        completion_of[finding.snippet_id]
        for finding in findings
        if finding.grade in HEADLINE_GRADES
    }
    counts = _count(store, copies)
    target, null = counts.arms[Arm.TARGET], counts.arms.get(Arm.NULL)
    arms = counts.arms.values()
    statistics: dict[str, object] = {
        "prompts": sum(tally.prompts for tally in arms),
        "completions": sum(tally.completions for tally in arms),
        "tokens": sum(tally.tokens for tally in arms),
        "skipped": dict(
            sorted(Counter(f"{skip.stage}/{skip.reason}" for skip in store.skipped()).items())
        ),
        "findings_by_grade": findings_by_grade(findings),
        "copies": {
            "unit": "completions that hold a finding of grade A or B",
            **_both(target.copies, null.copies if null else None),
            # Completions of one prompt are not independent; prompts are nearer to it.
            "prompts": target.prompts_with_copies.rate().as_json(),
        },
        "discoverable_extraction": _extraction(target, null) if scorer else None,
        "discoverability": counts.discoverability.as_json() if scorer else [],
    }
    for name, groups in counts.groups.items():
        statistics[name] = {group: groups[group].as_json() for group in sorted(groups, key=_order)}
    statistics["by_license_category"] = license_statistics(
        findings, lambda finding: completion_of[finding.snippet_id]
    )
    sentences = _summary(target, null, scorer=scorer, unseen=unseen)
    return {"summary": [*sentences, *counts.discoverability.sentences()], **statistics}


def findings_by_grade(findings: Iterable[Finding]) -> dict[str, int]:
    """Number of findings of each grade, strongest first; every grade is named."""
    counted = Counter(finding.grade for finding in findings)
    return {grade.value: counted[grade] for grade in Grade}


def license_statistics(
    findings: Iterable[Finding], unit: Callable[[Finding], str]
) -> dict[str, object]:
    """Findings of grade A and B by the license category of their origin.

    Args:
        findings: of all grades; others than A and B are left out.
        unit: names the text that holds a finding, to count texts once.
    """
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.grade in HEADLINE_GRADES:
            groups[finding.attribution.license.category].append(finding)
    return {
        category: {
            "findings": len(group),
            "texts": len({unit(finding) for finding in group}),
            "packages": len({finding.attribution.origin.package.purl for finding in group}),
        }
        for category, group in sorted(groups.items())
    }


def _count(store: RunStore, copies: set[str]) -> _Counts:
    """Counts by arm, and those of the target arm by group."""
    counts = _Counts()
    for prompt, completions, score in _by_prompt(store):
        copied = sum(completion.id in copies for completion in completions)
        tallies = [counts.arms.setdefault(prompt.arm, Tally())]
        if prompt.arm is Arm.TARGET:
            tallies += [
                counts.groups[name][group]
                for name, group_of in _GROUPINGS.items()
                if (group := group_of(prompt))
            ]
        for tally in tallies:
            tally.add(prompt, completions, copied, score)
        if score is not None:
            counts.discoverability.add(prompt, score)
    return counts


def _by_prompt(store: RunStore) -> Iterator[tuple[Prompt, list[Completion], Score | None]]:
    for prompt in store.prompts():
        yield prompt, store.completions_of(prompt.id), store.score_of(prompt.id)


def _copies_bin(copies: int) -> str:
    """Powers of two: "1", "2 to 3", "4 to 7", ...; "" where an index does not say."""
    if copies <= 1:
        return str(copies or "")
    low = 1 << (copies.bit_length() - 1)
    return f"{low} to {2 * low - 1}"


def _order(group: str) -> list[tuple[int, str]]:
    """Numbers in a name count as numbers: "16 tokens" before "100 tokens"."""
    return [(int(word), "") if word.isdecimal() else (0, word) for word in group.split(" ")]


def _both(target: Share, null: Share | None) -> dict[str, object]:
    rate, floor = target.rate(), null.rate() if null else None
    return {
        "target": rate.as_json(),
        "null": floor.as_json() if floor else None,
        "excess": cluster_excess(rate, floor).as_json() if floor else None,
    }


def _extraction(target: Tally, null: Tally | None) -> dict[str, object]:
    scored = target.extracted.n
    return {
        "unit": "true continuations that greedy decoding emits token for token",
        **_both(target.extracted, null.extracted if null else None),
        "longest_greedy_run": target.longest_greedy_run,
        "mean_greedy_run": target.greedy_tokens / scored if scored else 0.0,
        "ties": target.ties,
    }


def _summary(target: Tally, null: Tally | None, *, scorer: bool, unseen: str) -> list[str]:
    """The result in plain sentences, the excess over the null arm first."""
    copies = target.copies.rate()
    sentences = []
    if null is not None and null.completions:
        floor = null.copies.rate()
        sentences += [
            (
                "Completions that hold a copy consistent with memorization (grade A or B), beyond "
                f"what the same ways to ask give on {unseen}: "
                f"{cluster_excess(copies, floor).describe()}."
            ),
            f"That is {copies.describe()}, against {floor.describe()} on unseen text.",
        ]
    else:
        sentences.append(
            "Completions that hold a copy consistent with memorization (grade A or B): "
            f"{copies.describe()}."
        )
    if scorer and target.extracted.n:
        extracted = target.extracted.rate()
        sentences.append(
            f"True continuations that greedy decoding emits token for token: "
            f"{extracted.describe()}; the longest run that it follows is "
            f"{target.longest_greedy_run} tokens."
        )
        if null is not None and null.extracted.n:
            floor = null.extracted.rate()
            beyond = cluster_excess(extracted, floor).describe()
            sentences.append(
                f"Of unseen text it emits {floor.describe()}; the excess over that is {beyond}."
            )
    if null is None:
        sentences.append(
            "No null arm was run: part of these may be common text that any model would write."
        )
    return sentences
