# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Estimate the number of memorized passages that did not come up.

A completion is a random draw from the memorized passages only if the prompt is untargeted: empty
prompts, short snippets, divergence. For these strategies, the numbers of passages seen once and
twice estimate the unseen ones. Trials are completions, not tokens, because tokens are not
independent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.audits.group_counts import Share
from codescan.records import HEADLINE_GRADES, Arm
from codescan.stats.intervals import chao1, good_turing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.audits.measure import AuditState
    from codescan.records import Finding, Prompt
    from codescan.runs import RunReader
    from codescan.stats.intervals import Estimate, Rate

__all__ = ["UnseenPassages", "UnseenPassagesMeasure", "passages", "unseen_passages"]


@dataclass(frozen=True, slots=True)
class UnseenPassages:
    """Passages that one untargeted strategy elicited, and an estimate of the unseen ones."""

    strategy: str
    frame: str
    completions: int
    tokens: int
    with_copies: Rate
    passages: int
    """Distinct passages."""
    seen_once: int
    seen_twice: int
    unseen_mass: Estimate | None
    """Probability that the next copy is of a new passage; None without copies."""
    all_passages: Estimate | None
    """Lower bound on the number of distinct passages that can be elicited (Chao1)."""


class UnseenPassagesMeasure:
    """Estimates how many memorized passages untargeted prompts have not elicited yet."""

    name = "unseen_passages"

    def applies(self, audit: AuditState) -> bool:
        """Whether a prompt of the target arm is untargeted."""
        return any(map(_is_untargeted, audit.run.prompts()))

    def run(self, audit: AuditState) -> tuple[UnseenPassages, ...] | None:
        """Count the passages by strategy and frame."""
        matched = audit.matched
        unseen = unseen_passages(audit.run, matched.findings, matched.completion_of)
        return tuple(unseen) or None


def unseen_passages(
    store: RunReader, findings: Iterable[Finding], completion_of: Mapping[str, str]
) -> list[UnseenPassages]:
    """Seen and estimated unseen passages of each untargeted strategy.

    Args:
        store: prompts and completions.
        findings: findings in the completions.
        completion_of: completion id by snippet id, for every snippet with a finding.

    Returns:
        One result for each strategy and frame; none for a run with targeted prompts only, or
        without drawn prompts.
    """
    by_completion: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.grade in HEADLINE_GRADES:
            by_completion[completion_of[finding.snippet_id]].append(finding)
    shares: dict[tuple[str, str], Share] = defaultdict(Share)
    tokens: Counter[tuple[str, str]] = Counter()
    by_content: dict[tuple[str, str], list[tuple[str, Finding]]] = defaultdict(list)
    for prompt in store.prompts():
        if not _is_untargeted(prompt):
            continue
        key = prompt.strategy, prompt.frame
        for completion in store.completions_of(prompt.id):
            copies = by_completion.get(completion.id, [])
            shares[key].add(prompt, int(bool(copies)), 1)
            tokens[key] += completion.tokens
            by_content[key] += ((completion.id, copy) for copy in copies)
    return [_described(key, shares[key], tokens[key], by_content[key]) for key in sorted(shares)]


def passages(findings: Iterable[tuple[str, Finding]]) -> list[int]:
    """Number of completions with each distinct passage, most frequent first.

    Findings whose lines overlap in one file are one passage: two completions rarely begin and end a
    copy at the same line.

    Args:
        findings: completion id and finding.
    """
    files: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for completion, finding in findings:
        place = finding.attribution
        files[place.origin.sha256].append(
            (place.region.start_line, place.region.end_line, completion)
        )
    counts = []
    for places in files.values():
        completion_ids: set[str] = set()
        end = 0
        for start, last, completion in sorted(places):
            if start > end and completion_ids:
                counts.append(len(completion_ids))
                completion_ids = set()
            completion_ids.add(completion)
            end = max(end, last)
        counts.append(len(completion_ids))
    return sorted(counts, reverse=True)


def _is_untargeted(prompt: Prompt) -> bool:
    return bool(not prompt.expected and prompt.frame and prompt.arm is Arm.TARGET)


def _described(
    key: tuple[str, str], share: Share, tokens: int, findings: list[tuple[str, Finding]]
) -> UnseenPassages:
    counts = passages(findings)
    return UnseenPassages(
        *key,
        completions=share.n,
        tokens=tokens,
        with_copies=share.rate(),
        passages=len(counts),
        seen_once=counts.count(1),
        seen_twice=counts.count(2),
        unseen_mass=good_turing(counts) if counts else None,
        all_passages=chao1(counts) if counts else None,
    )
