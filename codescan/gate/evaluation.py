# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluate the files of a change: which passages count, and why the others do not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from codescan.gate.comments import allowances, comment_changes
from codescan.gate.policy_result import with_allowance, with_policy
from codescan.gate.touched import Touch
from codescan.licenses.policy import State
from codescan.pipeline import scan
from codescan.records import Finding, Level, Skipped, Suppressed
from codescan.text.conflict_markers import conflict_marker_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from codescan.gate.baseline import Baseline
    from codescan.gate.comments import Allowance, CommentChange
    from codescan.gate.line_diff import LineChanges
    from codescan.gate.project import Projects
    from codescan.index import Index
    from codescan.licenses.policy import Policy
    from codescan.protocols import Matcher
    from codescan.records import Grade, Snippet

__all__ = ["Evaluation", "File", "Gate", "failing", "settled"]

_OK = "ok"
_MAX_REPORT_TEXT_BYTES = 64 << 20
_BELOW = 4  # lines that a comment above a passage may be away
_IN_CHANGE = "; accepted in this change"


class File(Struct, frozen=True):
    """One text to check."""

    snippet: Snippet
    lines: LineChanges | None = None
    """The added and removed lines; None if the whole text is checked."""
    base: bytes | None = None
    """The text before the change; None where there is none, or it is not known."""
    old_path: str = ""
    """The old path of the file, if it was renamed."""


class Evaluation(Struct):
    """The result for all files."""

    findings: list[Finding] = field(default_factory=list)
    """In the order of files and text; those that count and those that were accepted."""
    suppressed: list[Suppressed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unused: list[tuple[str, int, str]] = field(default_factory=list)
    """(path, line, problem) of each allow comment that lets nothing in."""
    comment_changes: list[tuple[str, CommentChange]] = field(default_factory=list)
    """(path, change) of each allow comment that the change adds or removes."""
    conflicts: list[tuple[str, int]] = field(default_factory=list)
    """(path, line) of texts that hold conflict markers of a merge."""
    complete: dict[str, frozenset[str]] = field(default_factory=dict)
    """By path, the fingerprints of all passages, touched by the change or not."""
    texts: dict[str, str] = field(default_factory=dict)
    """By snippet id, the whole text of files with findings of grade A or B: formats such as SPDX
    describe files by their hash."""
    files: int = 0
    accepted_in_change: int = 0
    """Findings that an allow comment or a baseline entry of the change itself accepts."""


class Gate:
    """Evaluates files by the policy of their project. Manifests are read at the first finding.

    Args:
        index: that texts are compared with.
        matchers: bound to the index.
        projects: the project of each file.
        policy: rules of the policy; the license of each project is filled in.
        baseline: what was accepted.
        today: for the expiry of what was accepted.
        min_tokens: shorter passages are not findings.
        strict: allow comments count only for passages that they accept before the change too.
    """

    def __init__(
        self,
        index: Index,
        matchers: Sequence[Matcher],
        *,
        projects: Projects,
        policy: Policy,
        baseline: Baseline,
        today: date,
        min_tokens: int = 1,
        strict: bool = False,
    ) -> None:
        self._index = index
        self._matchers = matchers
        self._min_tokens = min_tokens
        self.projects = projects
        self._policy = policy
        self._baseline = baseline
        self._today = today
        self._strict = strict
        self._text_bytes = 0

    def evaluate(self, files: Iterable[File | Skipped]) -> Evaluation:
        """Evaluate every file; only texts with findings that count are kept, 64 MiB at most."""
        evaluation = Evaluation()
        for file in files:
            if isinstance(file, Skipped):
                evaluation.skipped.append(file)
                continue
            evaluation.files += 1
            content, path = file.snippet.content, file.snippet.path or file.snippet.id
            line = conflict_marker_line(content)
            if line is not None:
                evaluation.conflicts.append((path, line))
            if file.lines is not None:
                changes = comment_changes(file.base or b"", content)
                evaluation.comment_changes += [(path, change) for change in changes]
            if self._needs_scan(file):
                self._evaluate_file(file, evaluation)
        return evaluation

    def _scan(self, snippet: Snippet) -> Iterator[Finding | Suppressed | Skipped]:
        project = self.projects.of(snippet.path or "")
        return scan(
            [snippet], self._index, self._matchers, project=project, min_tokens=self._min_tokens
        )

    def _needs_scan(self, file: File) -> bool:
        """Whether the change touches the text, or a baseline entry may follow a renamed file."""
        lines = file.lines
        if lines is None or lines.added or lines.removed:
            return True
        if not file.old_path:
            return False
        return self._baseline.holds_path(file.old_path) or self._has_other_rules(file)

    def _has_other_rules(self, file: File) -> bool:
        """Whether a renamed file may be judged otherwise where it is now."""
        path = file.snippet.path or file.snippet.id
        if not file.old_path or file.old_path == path:
            return False
        rules = (self._policy.allow, self._policy.review, self._policy.deny)
        return any(rule.paths for rule in rules) or (
            self.projects.of(file.old_path) != self.projects.of(path)
        )

    def _evaluate_file(self, file: File, evaluation: Evaluation) -> None:
        scanned: list[Finding] = []
        touch = None if file.lines is None else Touch(file.snippet.content, file.lines)
        for item in self._scan(file.snippet):
            if isinstance(item, Finding):
                scanned.append(item)
            elif isinstance(item, Skipped):
                evaluation.skipped.append(item)
            elif touch is None or touch.adds_line_of(item.region):
                evaluation.suppressed.append(item)
        path = file.snippet.path or file.snippet.id
        evaluation.complete[path] = frozenset(finding.fingerprint for finding in scanned)
        if scanned:
            findings = self._with_results(file, scanned, touch, evaluation)
            evaluation.findings += findings
            self._keep_text(file.snippet, findings, evaluation)
        else:
            allowed = allowances(file.snippet.content)
            _note_unused(file.snippet, allowed, frozenset(), evaluation, ())

    def _keep_text(
        self, snippet: Snippet, findings: list[Finding], evaluation: Evaluation
    ) -> None:  # fmt: skip
        self._text_bytes += len(snippet.content)
        if self._text_bytes <= _MAX_REPORT_TEXT_BYTES and any(f.counts for f in findings):
            evaluation.texts[snippet.id] = snippet.content.decode("utf-8", "replace")

    def _with_results(
        self,
        file: File,
        findings: list[Finding],
        touch: Touch | None,
        evaluation: Evaluation,
    ) -> list[Finding]:
        """The findings that the change touches, with policy results and what accepts them."""
        path = file.snippet.path or file.snippet.id
        before = _Before(self, file)
        touched = [_is_touched(finding, touch, before) for finding in findings]
        if touch is not None:
            findings = [replace(f, added_region=touch.longest_run(f.region)) for f in findings]
        at_old_path = [replace(finding, snippet_path=file.old_path) for finding in findings]
        findings = self._with_policy(findings, file.snippet.content, path)
        if touch is not None and self._has_other_rules(file):
            earlier = self._with_policy(at_old_path, file.snippet.content, file.old_path)
            pairs = zip(touched, earlier, findings, strict=True)
            touched = [is_touched or _is_worse(old, new) for is_touched, old, new in pairs]
        allowed = allowances(file.snippet.content)
        used: set[int] = set()
        for at, finding in enumerate(findings):
            accepted, number = with_allowance(finding, allowed)
            if number is None:
                continue
            used.add(number)
            if self._strict and not before.accepts(finding):
                continue
            in_change = touch is not None and touch.adds_byte(allowed[number].offset)
            if in_change and touched[at] and accepted is not finding:
                accepted = _in_change(accepted, evaluation)
            findings[at] = accepted
        _note_unused(file.snippet, allowed, used, evaluation, findings)
        decisions = self._baseline.decide(path, findings, touched, self._today)
        for at, decision in enumerate(decisions):
            result = findings[at].policy
            if result is None or result.accepted or not decision.reason:
                continue
            result = replace(
                result,
                accepted="baseline" if decision.accepted else "",
                accepted_reason=decision.reason,
            )
            findings[at] = replace(findings[at], policy=result)
            if decision.accepted and decision.in_change and touched[at]:
                findings[at] = _in_change(findings[at], evaluation)
        return [each for each, counts in zip(findings, touched, strict=True) if counts]

    def _with_policy(self, findings: list[Finding], content: bytes, path: str) -> list[Finding]:
        project = self.projects.of(path)
        policy = replace(self._policy, project_license=project.license)
        return [with_policy(finding, content, policy, project) for finding in findings]

    def findings_before(self, file: File) -> tuple[Counter[str], Counter[str]]:
        """Fingerprints in a file before the change: of all passages, and of accepted ones."""
        all_keys: Counter[str] = Counter()
        accepted: Counter[str] = Counter()
        if not file.base:
            return all_keys, accepted
        path = file.old_path or file.snippet.path or file.snippet.id
        snippet = replace(file.snippet, content=file.base, path=path)
        findings = [item for item in self._scan(snippet) if isinstance(item, Finding)]
        allowed = allowances(file.base)
        for finding in self._with_policy(findings, file.base, path):
            all_keys[finding.fingerprint] += 1
            if with_allowance(finding, allowed)[1] is not None:
                accepted[finding.fingerprint] += 1
        return all_keys, accepted


class _Before:
    """The passages of a file before the change; it is scanned at the first use."""

    def __init__(self, gate: Gate, file: File) -> None:
        self._gate, self._file = gate, file
        self._counts: tuple[Counter[str], Counter[str]] | None = None

    def holds(self, finding: Finding) -> bool:
        """Whether a passage was there, and is not counted for another finding."""
        return self._take(0, finding)

    def accepts(self, finding: Finding) -> bool:
        """Whether an allow comment accepted a passage, not counted for another finding."""
        return self._take(1, finding)

    def _take(self, which: int, finding: Finding) -> bool:
        if self._counts is None:
            self._counts = self._gate.findings_before(self._file)
        counts = self._counts[which]
        if counts[finding.fingerprint] <= 0:
            return False
        counts[finding.fingerprint] -= 1
        return True


def failing(finding: Finding, grades: frozenset[Grade], states: frozenset[str]) -> bool:
    """Whether a finding fails the gate.

    Args:
        finding: with its policy result.
        grades: those that count.
        states: policy states that count; a finding without a policy result always does.
    """
    result = finding.policy
    if finding.grade not in grades:
        return False
    if result is None:
        return True
    return not result.accepted and (result.state in states and result.state != _OK)


def settled(finding: Finding) -> Finding:
    """A finding as reports show it: what is accepted or asks for nothing is only a note."""
    result = finding.policy
    if result is None or not (result.accepted or result.state == _OK):
        return finding
    return replace(finding, level=Level.NOTE)


def _is_worse(old: Finding, new: Finding) -> bool:
    """Whether the policy lets less pass at the new path of a file than at the old one."""
    if old.policy is None or new.policy is None:
        return True
    if new.policy.accepted:
        return False
    severity = [State(each.state).severity for each in (old.policy, new.policy)]
    return bool(old.policy.accepted) or severity[0] < severity[1]


def _in_change(finding: Finding, evaluation: Evaluation) -> Finding:
    """The finding, marked and counted as accepted by the change itself."""
    result = finding.policy
    if result is None:
        return finding
    evaluation.accepted_in_change += 1
    result = replace(result, accepted_reason=result.accepted_reason + _IN_CHANGE)
    return replace(finding, policy=result)


def _is_touched(finding: Finding, touch: Touch | None, before: _Before) -> bool:
    """Whether a change adds part of a passage, or puts it together by removing lines inside it."""
    if touch is None or touch.adds_part_of(finding.span):
        return True
    return touch.removes_inside(finding.span) and not before.holds(finding)


def _note_unused(
    snippet: Snippet,
    allowed: Sequence[Allowance],
    used: set[int] | frozenset[int],
    evaluation: Evaluation,
    findings: Sequence[Finding],
) -> None:
    path = snippet.path or snippet.id
    for number, allowance in enumerate(allowed):
        if number not in used:
            problem = allowance.problem or "it lets nothing in"
            below = range(allowance.line + 1, allowance.line + _BELOW)
            if not allowance.problem and any(f.region.start_line in below for f in findings):
                problem += "; for a passage that begins below it, write allow-next"
            evaluation.unused.append((path, allowance.line, problem))
