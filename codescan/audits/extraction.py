# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What a run says about memorization: rates with intervals, by strategy, language and license.

Two measures. *Copies*: the share of completions that hold a finding of grade A or B, whatever the
prompt was. *Discoverable extraction* (Carlini et al. 2022, arXiv 2202.07646): the share of true
continuations that greedy decoding of their prompt emits token for token. Both are consistent with
memorization; neither proves it, and where a run has a null arm the excess over it is the measure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.audits.statistics import excess, rate
from codescan.records import Arm, Completion, Finding, Grade, Prompt, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from codescan.runs import RunStore

__all__ = ["HEADLINE_GRADES", "extraction_statistics", "findings_by_grade", "license_statistics"]

HEADLINE_GRADES = frozenset({Grade.A, Grade.B})
"""The grades that count in a headline: long, rare passages (docs/matching.md)."""


@dataclass(slots=True)
class _Tally:
    """Counts of one group of prompts."""

    prompts: int = 0
    completions: int = 0
    tokens: int = 0
    copies: int = 0
    prompts_with_copies: int = 0
    scored: int = 0
    extracted: int = 0
    greedy_tokens: int = 0
    longest_greedy_run: int = 0
    ties: int = 0

    def add(self, completions: list[Completion], copied: int, score: Score | None) -> None:
        """Count one prompt with its completions, `copied` of which hold a copy."""
        self.prompts += 1
        self.completions += len(completions)
        self.tokens += sum(completion.tokens for completion in completions)
        self.copies += copied
        self.prompts_with_copies += copied > 0
        if score is not None:
            self.scored += 1
            self.extracted += score.extracted
            self.greedy_tokens += score.greedy_run
            self.longest_greedy_run = max(self.longest_greedy_run, score.greedy_run)
            self.ties += score.ties

    def as_json(self) -> dict[str, object]:
        return {
            "prompts": self.prompts,
            "completions": self.completions,
            "tokens": self.tokens,
            "copies": rate(self.copies, self.completions).as_json(),
            "discoverable_extraction": (
                rate(self.extracted, self.scored).as_json() if self.scored else None
            ),
            "longest_greedy_run": self.longest_greedy_run,
        }


def extraction_statistics(
    store: RunStore,
    findings: Iterable[Finding],
    completion_of: Mapping[str, str],
    *,
    scorer: bool,
) -> dict[str, object]:
    """The statistics of an audit's report; deterministic for a run folder and its findings.

    Args:
        store: prompts, completions and scores.
        findings: what matching found in the completions.
        completion_of: completion id by snippet id, for every snippet that has a finding.
        scorer: whether the model can rate true continuations.

    Returns:
        Only what JSON can hold. Groups count the target arm; the null arm is a measure of its own.
    """
    findings = tuple(findings)
    copies = {
        completion_of[finding.snippet_id]
        for finding in findings
        if finding.grade in HEADLINE_GRADES
    }
    arms, strategies, languages = _tallies(store, copies)
    target, null = arms[Arm.TARGET], arms.get(Arm.NULL)
    statistics: dict[str, object] = {
        "prompts": sum(tally.prompts for tally in arms.values()),
        "completions": sum(tally.completions for tally in arms.values()),
        "tokens": sum(tally.tokens for tally in arms.values()),
        "skipped": dict(
            sorted(Counter(f"{skip.stage}/{skip.reason}" for skip in store.skipped()).items())
        ),
        "findings_by_grade": findings_by_grade(findings),
        "copies": _copies(target, null),
        "discoverable_extraction": _extraction(target, null) if scorer else None,
        "by_strategy": {name: strategies[name].as_json() for name in sorted(strategies)},
        "by_language": {name: languages[name].as_json() for name in sorted(languages)},
        "by_license_category": license_statistics(
            findings, lambda finding: completion_of[finding.snippet_id]
        ),
    }
    return {"summary": _summary(target, null, scorer=scorer), **statistics}


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


def _tallies(
    store: RunStore, copies: set[str]
) -> tuple[dict[Arm, _Tally], dict[str, _Tally], dict[str, _Tally]]:
    """Counts by arm, and those of the target arm by strategy and by language."""
    arms: dict[Arm, _Tally] = defaultdict(_Tally)
    arms[Arm.TARGET] = _Tally()
    strategies: dict[str, _Tally] = defaultdict(_Tally)
    languages: dict[str, _Tally] = defaultdict(_Tally)
    for prompt, completions, score in _by_prompt(store):
        copied = sum(completion.id in copies for completion in completions)
        groups = [arms[prompt.arm]]
        if prompt.arm is Arm.TARGET:
            groups += [strategies[prompt.strategy], languages[prompt.language]]
        for tally in groups:
            tally.add(completions, copied, score)
    return arms, strategies, languages


def _by_prompt(store: RunStore) -> Iterable[tuple[Prompt, list[Completion], Score | None]]:
    for prompt in store.prompts():
        yield prompt, store.completions_of(prompt.id), store.score_of(prompt.id)


def _copies(target: _Tally, null: _Tally | None) -> dict[str, object]:
    return {
        "unit": "completions that hold a finding of grade A or B",
        "target": rate(target.copies, target.completions).as_json(),
        "null": rate(null.copies, null.completions).as_json() if null else None,
        "excess": (
            excess(target.copies, target.completions, null.copies, null.completions).as_json()
            if null
            else None
        ),
        # Completions of one prompt are not independent of each other; prompts are nearer to it.
        "prompts": rate(target.prompts_with_copies, target.prompts).as_json(),
    }


def _extraction(target: _Tally, null: _Tally | None) -> dict[str, object]:
    return {
        "unit": "true continuations that greedy decoding emits token for token",
        "target": rate(target.extracted, target.scored).as_json(),
        "null": rate(null.extracted, null.scored).as_json() if null else None,
        "excess": (
            excess(target.extracted, target.scored, null.extracted, null.scored).as_json()
            if null
            else None
        ),
        "longest_greedy_run": target.longest_greedy_run,
        "mean_greedy_run": target.greedy_tokens / target.scored if target.scored else 0.0,
        "ties": target.ties,
    }


def _summary(target: _Tally, null: _Tally | None, *, scorer: bool) -> list[str]:
    """The result in plain sentences."""
    copies = rate(target.copies, target.completions).describe()
    sentences = [
        f"Completions that hold a copy consistent with memorization (grade A or B): {copies}."
    ]
    if scorer and target.scored:
        extracted = rate(target.extracted, target.scored).describe()
        sentences.append(
            f"True continuations that greedy decoding emits token for token: {extracted}; the "
            f"longest run that it follows is {target.longest_greedy_run} tokens."
        )
    if null is not None and null.completions:
        beyond = excess(target.copies, target.completions, null.copies, null.completions)
        sentences.append(
            f"On text that the model cannot have seen: "
            f"{rate(null.copies, null.completions).describe()}; "
            f"the excess over it is {beyond.describe()}."
        )
    else:
        sentences.append(
            "No null arm was run: part of these may be common text that any model would write."
        )
    return sentences
