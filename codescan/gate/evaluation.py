# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Judges the files of a change: which passages of which files count, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codescan.gate.comments import allowances
from codescan.records import Finding, Grade, Level, Region, Skipped, Suppressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from codescan.gate.baseline import Baseline
    from codescan.gate.comments import Allowance
    from codescan.gate.project import Project
    from codescan.licenses.policy import Policy
    from codescan.records import Snippet

__all__ = ["File", "Gate", "Judged", "failing", "settled"]

_OK = "ok"
_HEADLINE = (Grade.A, Grade.B)
_MAX_KEPT = 64 << 20
_BELOW = 4  # lines that a comment above a passage may be away


@dataclass(frozen=True, slots=True)
class File:
    """One text to judge."""

    snippet: Snippet
    added: tuple[Region, ...] | None = None
    """Lines that the change adds; None when the whole text is judged."""


@dataclass(slots=True)
class Judged:
    """What the gate says about all files."""

    findings: list[Finding] = field(default_factory=list)
    """In the order of files and text; those that count and those that were accepted."""
    suppressed: list[Suppressed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unused: list[tuple[str, int, str]] = field(default_factory=list)
    """(path, line, problem) of each allow comment that lets nothing in."""
    everything: dict[str, frozenset[str]] = field(default_factory=dict)
    """By path, the fingerprints of all passages, touched by the change or not."""
    texts: dict[str, str] = field(default_factory=dict)
    """By snippet id, the whole text of files with findings of grade A or B: formats such as SPDX
    describe files by their hash."""
    files: int = 0


class Gate:
    """Judges files by a project's policy.

    Args:
        scan: gives what is found in a text.
        project: the project that the files belong to.
        policy: its policy.
        baseline: what was accepted.
        today: for the expiry of what was accepted.
    """

    def __init__(
        self,
        scan: Callable[[Snippet], Iterable[Finding | Suppressed | Skipped]],
        *,
        project: Project,
        policy: Policy,
        baseline: Baseline,
        today: date,
    ) -> None:
        self._scan = scan
        self.project = project
        self.policy = policy
        self._baseline = baseline
        self._today = today
        self._kept = 0

    def judge(self, files: Iterable[File | Skipped]) -> Judged:
        """Judge every file; only texts with findings that count are kept, 64 MiB at most."""
        judged = Judged()
        for file in files:
            if isinstance(file, Skipped):
                judged.skipped.append(file)
                continue
            judged.files += 1
            if file.added != ():
                self._file(file, judged)
        return judged

    def _file(self, file: File, judged: Judged) -> None:
        found: list[Finding] = []
        for item in self._scan(file.snippet):
            if isinstance(item, Finding):
                found.append(item)
            elif isinstance(item, Skipped):
                judged.skipped.append(item)
            elif file.added is None or _overlaps(item.region, file.added):
                judged.suppressed.append(item)
        allowed = allowances(file.snippet.content)
        if found:
            findings = self._with_verdicts(file, found, allowed, judged)
            judged.findings += findings
            self._keep(file.snippet, findings, judged)
        else:
            _note_unused(file.snippet, allowed, frozenset(), judged, ())
        path = file.snippet.path or file.snippet.id
        judged.everything[path] = frozenset(finding.fingerprint for finding in found)

    def _keep(self, snippet: Snippet, findings: list[Finding], judged: Judged) -> None:
        self._kept += len(snippet.content)
        if self._kept <= _MAX_KEPT and any(f.grade in _HEADLINE for f in findings):
            judged.texts[snippet.id] = snippet.content.decode("utf-8", "replace")

    def _with_verdicts(
        self, file: File, found: list[Finding], allowed: Sequence[Allowance], judged: Judged
    ) -> list[Finding]:
        from codescan.gate.policy_result import judged as with_verdict
        from codescan.gate.policy_result import with_allowance

        content = file.snippet.content
        found = [_placed(finding, file.added) for finding in found]
        found = [with_verdict(each, content, self.policy, self.project) for each in found]
        used: set[int] = set()
        for at, finding in enumerate(found):
            found[at], number = with_allowance(finding, allowed)
            if number is not None:
                used.add(number)
        _note_unused(file.snippet, allowed, used, judged, found)
        touched = [file.added is None or f.added_region is not None for f in found]
        found = self._with_baseline(file.snippet.path or file.snippet.id, found, touched)
        return [each for each, counts in zip(found, touched, strict=True) if counts]

    def _with_baseline(
        self, path: str, found: list[Finding], touched: list[bool]
    ) -> list[Finding]:  # fmt: skip
        answers = self._baseline.accepted(path, found, touched, self._today)
        return [
            _accepted(finding, yes=yes, words=words)
            for finding, (yes, words) in zip(found, answers, strict=True)
        ]


def failing(finding: Finding, grades: frozenset[Grade], states: frozenset[str]) -> bool:
    """Whether a finding fails the gate.

    Args:
        finding: judged.
        grades: those that count.
        states: policy states that count; a finding without a verdict always does.
    """
    verdict = finding.policy
    if finding.grade not in grades:
        return False
    if verdict is None:
        return True
    return not verdict.accepted and (verdict.state in states and verdict.state != _OK)


def _accepted(finding: Finding, *, yes: bool, words: str) -> Finding:
    verdict = finding.policy
    if verdict is None or verdict.accepted or not words:
        return finding
    return replace(
        finding,
        policy=replace(verdict, accepted="baseline" if yes else "", accepted_reason=words),
    )


def _note_unused(
    snippet: Snippet,
    allowed: Sequence[Allowance],
    used: set[int] | frozenset[int],
    judged: Judged,
    found: Sequence[Finding],
) -> None:
    path = snippet.path or snippet.id
    for number, allowance in enumerate(allowed):
        if number not in used:
            problem = allowance.problem or "it lets nothing in"
            below = range(allowance.line + 1, allowance.line + _BELOW)
            if not allowance.problem and any(f.region.start_line in below for f in found):
                problem += "; for a passage that begins below it, write allow-next"
            judged.unused.append((path, allowance.line, problem))


def _placed(finding: Finding, added: tuple[Region, ...] | None) -> Finding:
    """A finding with the longest run of its lines that the change adds, if it adds any."""
    if added is None:
        return finding
    runs = list(_common(finding.region, added))
    if not runs:
        return finding
    longest = max(runs, key=lambda run: (run.end_line - run.start_line, -run.start_line))
    return replace(finding, added_region=longest)


def _common(region: Region, added: Sequence[Region]) -> Iterator[Region]:
    for run in added:
        start = max(run.start_line, region.start_line)
        end = min(run.end_line, region.end_line)
        if start <= end:
            yield Region(start, end)


def _overlaps(region: Region, added: Sequence[Region]) -> bool:
    return any(True for _ in _common(region, added))


def settled(finding: Finding) -> Finding:
    """A finding as reports show it: what is accepted or asks for nothing is only a note."""
    verdict = finding.policy
    if verdict is None or not (verdict.accepted or verdict.state == _OK):
        return finding
    return replace(finding, level=Level.NOTE)
