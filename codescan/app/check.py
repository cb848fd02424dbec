# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Wires the gate together: files or changes, index, project, policy, baseline; then the report."""

from __future__ import annotations

import contextlib
import itertools
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.change_inputs import files_of, repository_at
from codescan.app.settings import project_config, report_format
from codescan.cli.console import Console
from codescan.errors import UsageError
from codescan.gate.baseline import FILE, Baseline
from codescan.gate.evaluation import Gate, failing, settled
from codescan.records import Finding, Grade, Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from codescan.app.indexes import Matching
    from codescan.config import Config, Lists
    from codescan.gate.evaluation import Judged
    from codescan.gate.git import Repository
    from codescan.gate.project import Project
    from codescan.licenses.policy import Policy, Rules
    from codescan.records import Package, Skipped, Snippet, Suppressed

__all__ = ["CheckOptions", "gate_of", "project_root", "run"]

_LISTING = frozenset({"terminal", "github", "gitlab", "markdown", "html"})
"""Formats for people: what was accepted is shown only when it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """As given; see `codescan check --help`."""

    paths: tuple[str, ...]
    staged: bool
    diff: str | None
    index_folder: Path | None
    corpus: str | None
    format_: str | None
    out: Path | None
    fail_on: str | None
    baseline: Path | None
    update_baseline: bool
    reason: str | None
    reviewer: str | None
    expires: datetime | None
    show_suppressed: bool
    stdin_filename: str | None
    config_file: Path | None
    quiet: bool


def run(options: CheckOptions) -> int:
    """Judge, show and remember; returns the exit code.

    Raises:
        CodescanError: something is missing or wrong.
    """
    from codescan.app.indexes import Matching, open_index

    _check(options)
    config = project_config(options.config_file)
    format_ = report_format(options.format_, config)
    console = Console(options.quiet)
    repository = repository_at(Path.cwd(), needed=options.staged or options.diff is not None)
    root = project_root(config, repository)
    baseline_file = options.baseline or config.baseline or root / FILE
    today = datetime.now(UTC).date()
    with contextlib.closing(
        open_index(options.index_folder, options.corpus, config)
    ) as index:  # fmt: skip
        baseline = Baseline.load(baseline_file)
        gate = gate_of(config, root, repository, Matching.of(index), baseline, today)
        files = files_of(options.paths, repository, options.staged, options.diff,
                         options.stdin_filename)  # fmt: skip
        judged = gate.judge(files)
        report = _report(judged, options, index, gate)
    if options.update_baseline:
        return _update(baseline, baseline_file, judged, options, config, console, today)
    _show(report, judged, format_, options, config, console)
    return int(any(_fails(finding, options, config) for finding in judged.findings))


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
        matching: the index.
        baseline: what was accepted.
        today: for expiry.
    """
    least = config.min_tokens or 1

    def scan(snippet: Snippet) -> Iterator[Finding | Suppressed | Skipped]:
        from codescan.app.snippet_inputs import views_of
        from codescan.pipeline import scan as scan_snippets

        found = scan_snippets(
            views_of(snippet), matching.index, matching.matchers, declared=declared
        )
        for item in found:
            if not isinstance(item, Finding) or item.tokens >= least:
                yield item

    def project() -> Project:
        from codescan.gate.project import read_project

        remotes = repository.remotes() if repository is not None else ()
        read = read_project(root, remotes, config.license or "")
        return replace(read, purls=read.purls | {purl.lower() for purl in config.own})

    def declared(package: Package) -> bool:
        # A project's own package proves nothing: what it once copied would become its own.
        return gate.project.relation(package) == "dependency"

    gate = Gate(
        scan,
        project=project,
        policy=lambda project: _policy(config, project),
        baseline=baseline,
        today=today,
    )
    return gate


def project_root(config: Config, repository: Repository | None) -> Path:
    """The folder of the project: the repository's, else the configuration's, else this one."""
    if repository is not None:
        return Path(repository.root)
    return config.file.parent if config.file is not None else Path.cwd()


def _policy(config: Config, project: Project) -> Policy:
    from codescan.licenses.policy import Policy

    return Policy(
        project_license=project.license,
        allow=_rules(config.allow),
        review=_rules(config.review),
        deny=_rules(config.deny),
    )


def _rules(lists: Lists) -> Rules:
    from codescan.licenses.policy import Rules

    return Rules(
        frozenset(lists.licenses),
        frozenset(lists.categories),
        frozenset(lists.packages),
        frozenset(lists.paths),
    )


def _check(options: CheckOptions) -> None:
    if options.staged and options.diff is not None:
        raise UsageError("--staged and --diff name two different changes", "give one of them")
    given = (options.reason, options.reviewer)
    if options.update_baseline and not all(text and text.strip() for text in given):
        raise UsageError(
            "a decision needs a reason and a reviewer",
            "give --reason TEXT and --reviewer NAME with --update-baseline",
        )
    if not options.update_baseline and (any(given) or options.expires is not None):
        raise UsageError(
            "--reason, --reviewer and --expires belong to a decision", "add --update-baseline"
        )
    if options.stdin_filename is not None and "-" not in options.paths:
        raise UsageError("--stdin-filename names standard input", 'give "-" as a path')


def _grades(options: CheckOptions, config: Config) -> frozenset[Grade]:
    weakest = options.fail_on or config.fail_on or "B"
    return frozenset(g for g in Grade if weakest != "none" and g.value <= weakest)


def _fails(finding: Finding, options: CheckOptions, config: Config) -> bool:
    return failing(finding, _grades(options, config), frozenset(config.fail_states))


def _report(judged: Judged, options: CheckOptions, index: object, gate: Gate) -> Report:
    from collections import Counter

    from codescan.app.indexes import describe_index
    from codescan.app.versions import version
    from codescan.index import Index

    if not isinstance(index, Index):
        raise TypeError("an index was expected")
    accepted = Counter(f.policy.accepted for f in judged.findings if f.policy and f.policy.accepted)
    run_: dict[str, object] = {
        "command": "check",
        "inputs": list(options.paths),
        "change": "staged" if options.staged else options.diff,
        "unused_allow_comments": [
            {"path": path, "line": line, "problem": problem}
            for path, line, problem in judged.unused
        ],
    }
    if judged.findings:
        run_["project"] = {
            "license": gate.project.license or None,
            "license_source": gate.project.license_source or None,
        }
    return Report(
        tool={"name": "codescan", "version": version()},
        run=run_,
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


def _show(
    report: Report,
    judged: Judged,
    format_: str,
    options: CheckOptions,
    config: Config,
    console: Console,
) -> None:
    import click

    from codescan.app import last_report
    from codescan.cli import gate_text
    from codescan.cli.output import show

    for path, line, problem in judged.unused:
        console.say(f"{path}:{line}: an allow comment that has no effect: {problem}")
    if report.findings:
        last_report.keep(report)
    if format_ == "terminal":
        text = gate_text.render(
            report,
            lambda finding: _fails(finding, options, config),
            show_accepted=options.show_suppressed,
        )
        console.result(click.unstyle(text) if options.out else text, out=options.out)
        return
    if format_ in _LISTING and not options.show_suppressed:
        shown = tuple(f for f in report.findings if not (f.policy and f.policy.accepted))
        report = replace(report, findings=shown)
    show(report, format_, console, out=options.out)


def _update(
    baseline: Baseline,
    file: Path,
    judged: Judged,
    options: CheckOptions,
    config: Config,
    console: Console,
    today: date,
) -> int:
    from codescan.runs import write_atomically

    wanted = [finding for finding in judged.findings if _fails(finding, options, config)]
    by_path = {
        path: list(found)
        for path, found in itertools.groupby(
            sorted(wanted, key=_place), key=lambda f: f.snippet_path or f.snippet_id
        )
    }
    new = baseline.updated(
        by_path,
        reviewer=(options.reviewer or "").strip(),
        reason=(options.reason or "").strip(),
        expires=options.expires.date().isoformat() if options.expires is not None else None,
        today=today,
        complete=judged.everything,
    )
    write_atomically(file, new.text())
    shown = os.path.relpath(file)
    console.result(f"{len(wanted)} accepted; {shown} holds {len(new)} in all")
    return 0


def _place(finding: Finding) -> tuple[str, int]:
    return finding.snippet_path or finding.snippet_id, finding.span.start
