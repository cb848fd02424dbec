# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check files or changes against the license policy of the project that they belong to."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from codescan.app.change_inputs import files_of, repository_at
from codescan.app.indexes import Matching, describe_index, open_index
from codescan.app.outcome import ExitCode, failing_grades
from codescan.app.snippet_inputs import views_of
from codescan.app.versions import version
from codescan.config import Config
from codescan.errors import UsageError
from codescan.gate.baseline import FILE, Baseline
from codescan.gate.evaluation import Gate, failing, settled
from codescan.gate.project import read_project
from codescan.licenses.policy import Policy, Rules
from codescan.pipeline import scan
from codescan.records import Finding, Grade, Report, Skipped, Suppressed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from codescan.config import Lists
    from codescan.gate.evaluation import Judged
    from codescan.gate.git import Repository
    from codescan.gate.project import Project
    from codescan.index import Index
    from codescan.records import Snippet

__all__ = ["BaselineUpdate", "CheckOptions", "CheckResult", "check", "gate_of", "project_root"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What to check, and by which rules; see `codescan check --help`."""

    paths: tuple[str, ...] = ()
    stdin: BinaryIO | None = None
    """Read where a path is "-"."""
    stdin_filename: str | None = None
    staged: bool = False
    diff: str | None = None
    index_folder: Path | None = None
    corpus: str | None = None
    fail_on: str | None = None
    baseline: Path | None = None
    update_baseline: bool = False
    reason: str | None = None
    reviewer: str | None = None
    expires: date | None = None
    show_suppressed: bool = False
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True)
class BaselineUpdate:
    """What `--update-baseline` wrote."""

    file: Path
    accepted: int
    """Findings accepted now."""
    entries: int
    """Entries of the file."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The report of a check, and the exit code that it asks for."""

    report: Report
    failing: tuple[Finding, ...]
    """Findings of the report that fail the check, in its order."""
    passing: tuple[Finding, ...]
    """All other findings of the report."""
    unused_allow_comments: tuple[tuple[str, int, str], ...]
    """(path, line, problem) of each allow comment without effect."""
    exit_code: ExitCode
    update: BaselineUpdate | None = None


def check(options: CheckOptions) -> CheckResult:
    """Check files or changes; with `update_baseline`, accept what fails.

    Raises:
        UsageError: options contradict each other, or an input does not exist.
        CodescanError: the index is missing or damaged, or the baseline cannot be written.
    """
    _validate(options)
    config = options.config
    repository = repository_at(Path.cwd(), needed=options.staged or options.diff is not None)
    root = project_root(config, repository)
    baseline_file = options.baseline or config.baseline or root / FILE
    today = datetime.now(UTC).date()
    with contextlib.closing(open_index(options.index_folder, options.corpus, config)) as index:
        baseline = Baseline.load(baseline_file)
        gate = gate_of(config, root, repository, Matching.of(index), baseline, today)
        files = files_of(
            options.paths,
            repository,
            options.staged,
            options.diff,
            options.stdin,
            options.stdin_filename,
        )
        judged = gate.judge(files)
        report = _report(judged, options, index, gate)
    grades = failing_grades(options.fail_on or config.fail_on or "B")
    states = frozenset(config.fail_states)
    update = None
    if options.update_baseline:
        accepted = [finding for finding in judged.findings if failing(finding, grades, states)]
        update = _update(baseline, baseline_file, accepted, judged, options, today)
    fails = [failing(finding, grades, states) for finding in report.findings]
    return CheckResult(
        report,
        tuple(itertools.compress(report.findings, fails)),
        tuple(f for f, fail in zip(report.findings, fails, strict=True) if not fail),
        tuple(judged.unused),
        ExitCode.FINDINGS if any(fails) and update is None else ExitCode.NOTHING_FOUND,
        update,
    )


def gate_of(
    config: Config,
    root: Path,
    repository: Repository | None,
    matching: Matching,
    baseline: Baseline,
    today: date,
) -> Gate:
    """The gate of a project.

    Args:
        config: its configuration.
        root: its folder.
        repository: the git repository around it, if it is in one.
        matching: the index and its matchers.
        baseline: accepted passages.
        today: for expiry dates.
    """
    least = config.min_tokens or 1
    project = _project(config, root, repository)

    def scan_snippet(snippet: Snippet) -> Iterator[Finding | Suppressed | Skipped]:
        items = scan(views_of(snippet), matching.index, matching.matchers, project=project)
        for item in items:
            if not isinstance(item, Finding) or item.tokens >= least:
                yield item

    return Gate(
        scan_snippet,
        project=project,
        policy=_policy(config, project),
        baseline=baseline,
        today=today,
    )


def project_root(config: Config, repository: Repository | None) -> Path:
    """The folder of the project: the repository's, else the configuration's, else this one."""
    if repository is not None:
        return Path(repository.root)
    return config.file.parent if config.file is not None else Path.cwd()


def _project(config: Config, root: Path, repository: Repository | None) -> Project:
    remotes = repository.remotes() if repository is not None else ()
    project = read_project(root, remotes, config.license or "")
    return replace(project, purls=project.purls | {purl.lower() for purl in config.own})


def _policy(config: Config, project: Project) -> Policy:
    return Policy(
        project_license=project.license,
        allow=_rules(config.allow),
        review=_rules(config.review),
        deny=_rules(config.deny),
    )


def _rules(lists: Lists) -> Rules:
    return Rules(
        frozenset(lists.licenses),
        frozenset(lists.categories),
        frozenset(lists.packages),
        frozenset(lists.paths),
    )


def _validate(options: CheckOptions) -> None:
    if options.staged and options.diff is not None:
        raise UsageError("--staged cannot be combined with --diff", "give one of them")
    decision = (options.reason, options.reviewer)
    if options.update_baseline and not all(text and text.strip() for text in decision):
        raise UsageError(
            "--update-baseline needs a reason and a reviewer",
            "add --reason TEXT and --reviewer NAME",
        )
    if not options.update_baseline and (any(decision) or options.expires is not None):
        raise UsageError(
            "--reason, --reviewer and --expires need --update-baseline", "add --update-baseline"
        )
    if options.stdin_filename is not None and "-" not in options.paths:
        raise UsageError("--stdin-filename needs standard input", 'give "-" as a path')


def _report(judged: Judged, options: CheckOptions, index: Index, gate: Gate) -> Report:
    accepted = Counter(f.policy.accepted for f in judged.findings if f.policy and f.policy.accepted)
    run: dict[str, object] = {
        "command": "check",
        "inputs": list(options.paths),
        "change": "staged" if options.staged else options.diff,
        "unused_allow_comments": [
            {"path": path, "line": line, "problem": problem}
            for path, line, problem in judged.unused
        ],
    }
    if judged.findings:
        run["project"] = {
            "license": gate.project.license or None,
            "license_source": gate.project.license_source or None,
        }
    return Report(
        tool={"name": "codescan", "version": version()},
        run=run,
        index=describe_index(index),
        statistics={
            "snippets": judged.files,
            "findings_by_grade": {
                grade.value: sum(f.grade is grade for f in judged.findings) for grade in Grade
            },
            "accepted": dict(sorted(accepted.items())),
            "skipped": dict(sorted(Counter(s.reason for s in judged.skipped).items())),
            "suppressed": dict(sorted(Counter(s.reason for s in judged.suppressed).items())),
        },
        findings=tuple(map(settled, judged.findings)),
        suppressed=tuple(judged.suppressed) if options.show_suppressed else (),
        skipped=tuple(judged.skipped),
        completions=judged.texts,
    )


def _update(
    baseline: Baseline,
    file: Path,
    accepted: list[Finding],
    judged: Judged,
    options: CheckOptions,
    today: date,
) -> BaselineUpdate:
    from codescan.runs import write_atomically

    by_path = {
        path: list(findings)
        for path, findings in itertools.groupby(
            sorted(accepted, key=_place), key=lambda f: f.snippet_path or f.snippet_id
        )
    }
    updated = baseline.updated(
        by_path,
        reviewer=(options.reviewer or "").strip(),
        reason=(options.reason or "").strip(),
        expires=options.expires.isoformat() if options.expires is not None else None,
        today=today,
        complete=judged.everything,
    )
    write_atomically(file, updated.text())
    return BaselineUpdate(file, len(accepted), len(updated))


def _place(finding: Finding) -> tuple[str, int]:
    return finding.snippet_path or finding.snippet_id, finding.span.start
