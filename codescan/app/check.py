# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check files or changes against the license policy of their project."""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.app import last_report
from codescan.app.change_inputs import WholeFiles, change_of, changed_files, repository_at
from codescan.app.check_report import check_report
from codescan.app.check_result import BaselineUpdate, CheckResult
from codescan.app.indexes import minimum_tokens, open_index
from codescan.app.outcome import allowed_kinds, exit_code, failing_grades
from codescan.app.policy_source import PolicyRequest, PolicySource, read_policy
from codescan.errors import UsageError
from codescan.gate.baseline import is_nameable
from codescan.gate.evaluation import Gate, failing
from codescan.licenses.policy import Policy, Rules
from codescan.matchers.matching import Matching
from codescan.records import is_unchecked

if TYPE_CHECKING:
    from datetime import date

    from codescan.app.ai_lines import AiLines
    from codescan.app.check_options import CheckOptions
    from codescan.config import Config, PolicyTable
    from codescan.gate.changes import ChangeSet, Repository
    from codescan.gate.evaluation import Evaluation
    from codescan.records import Finding

__all__ = ["check", "gate_of", "policy_of"]


def check(options: CheckOptions) -> CheckResult:
    """Check files or changes; with `update_baseline`, accept failing findings.

    Raises:
        UsageError: options contradict each other, or an input does not exist.
        CodescanError: git fails, the index is missing or damaged, or the baseline cannot be
            written.
    """
    _validate(options)
    allowed_kinds(options.allow_unchecked)
    repository = repository_at(Path.cwd(), needed=options.staged or options.diff is not None)
    change = change_of(repository, staged=options.staged, diff=options.diff)
    source = read_policy(
        PolicyRequest(
            folder=Path.cwd(),
            repository=repository,
            change=change,
            policy_from=options.policy_from,
            strict=options.strict,
            config_file=options.config_file,
            baseline_file=options.baseline,
            is_partial=_is_partial(options.paths, repository, change),
        )
    )
    # The caller, not the project, names what a strict check compares with, and from what length.
    config = source.config
    if options.strict:
        config = replace(config, index=None, corpus=None, min_tokens=None)
    today = datetime.now(UTC).date()
    with contextlib.closing(open_index(options.index_folder, options.corpus, config)) as index:
        if options.verify:
            from codescan.app.origin_texts import verify_on_texts

            verify_on_texts(index)
        least = minimum_tokens(index, options.min_tokens, config)
        authors: AiLines | None = None
        gate = gate_of(source, Matching.of(index), today, min_tokens=least)
        if repository is not None and change is not None:
            files = changed_files(repository, change, options.paths)
            if options.ai_lines:
                from codescan.app.ai_lines import AiLines

                authors = AiLines(repository, change)
                files = authors.watch(files)
        else:
            files = WholeFiles(
                paths=options.paths,
                root=source.root,
                repository=repository,
                base=source.base,
                out=options.out,
                stdin=options.stdin,
                stdin_filename=options.stdin_filename,
            ).files()
        evaluation = gate.evaluate(files)
        fail_on = options.fail_on or config.fail_on or "B"
        grades, states = failing_grades(fail_on), frozenset(config.fail_states)
        report = check_report(evaluation, options, source, gate.projects, index, fail_on)
        if authors is not None:
            failed = [f for f in evaluation.findings if failing(f, grades, states)]
            report.statistics["ai_lines"] = authors.totals(evaluation.findings, failed)
    update = None
    if options.update_baseline:
        accepted = [f for f in evaluation.findings if failing(f, grades, states)]
        update = _update(source, accepted, evaluation, options, today)
    fails = [failing(finding, grades, states) for finding in report.findings]
    has_failed = update is None and any(fails)
    result = CheckResult(
        report,
        tuple(itertools.compress(report.findings, fails)),
        tuple(f for f, fail in zip(report.findings, fails, strict=True) if not fail),
        tuple(evaluation.unused),
        exit_code(report, "none", has_failed=has_failed),
        config,
        update,
    )
    if options.write_note and repository is not None and change is not None:
        from codescan.app.check_marks import write_note

        write_note(repository, change.head, result)
    _record(result, options.trailer)
    return result


def _record(result: CheckResult, trailer: Path | None) -> None:
    """Store the report for `codescan explain`, and write the trailer."""
    if trailer is not None:
        from codescan.app.check_marks import add_trailer

        add_trailer(trailer, result)
    if result.update is None and result.report.findings:
        last_report.keep(result.report)


def gate_of(source: PolicySource, matching: Matching, today: date, *, min_tokens: int) -> Gate:
    """The gate of a project.

    Args:
        source: its policy.
        matching: the index and its matchers.
        today: date for expiry.
        min_tokens: minimum tokens of a finding.
    """
    config = source.config
    return Gate(
        matching.index,
        matching.matchers,
        projects=source.projects,
        policy=policy_of(config),
        baseline=source.baseline,
        today=today,
        min_tokens=min_tokens,
        strict=source.strict,
    )


def policy_of(config: Config) -> Policy:
    """The rules of a configuration, without the project's license."""
    return Policy(
        allow=_rules(config.allow), review=_rules(config.review), deny=_rules(config.deny)
    )


def _is_partial(
    paths: tuple[str, ...], repository: Repository | None, change: ChangeSet | None
) -> bool:
    """Whether a check excludes files of the change or of the project."""
    if change is not None and not paths:
        return False
    root = Path.cwd() if repository is None or repository.root is None else repository.root
    return not any(Path(path).resolve() == root.resolve() for path in paths or (".",))


def _rules(table: PolicyTable) -> Rules:
    return Rules(
        frozenset(table.licenses),
        frozenset(table.categories),
        frozenset(table.packages),
        frozenset(table.paths),
    )


def _validate(options: CheckOptions) -> None:
    if options.staged and options.diff is not None:
        raise UsageError("--staged cannot be combined with --diff", "give one of them")
    if options.ai_lines and not options.staged and options.diff is None:
        raise UsageError("--ai-lines needs a change", "add --staged or --diff A..B")
    if options.write_note and options.diff is None:
        raise UsageError("--write-note needs a commit", "add --diff A..B")
    if (options.write_note or options.trailer) and options.update_baseline:
        raise UsageError(
            "--update-baseline cannot be combined with --write-note or --trailer",
            "check again after the baseline is written",
        )
    if options.trailer is not None and not options.staged and options.diff is None:
        raise UsageError("--trailer needs a change", "add --staged")
    decision = (options.reason, options.reviewer)
    if options.update_baseline and not all(text and text.strip() for text in decision):
        raise UsageError(
            "--update-baseline needs a reason and a reviewer",
            "add --reason TEXT and --reviewer NAME",
        )
    if options.update_baseline and (options.strict or options.policy_from):
        raise UsageError(
            "--update-baseline cannot be combined with --strict or --policy-from",
            "accept passages without them, and have the baseline reviewed",
        )
    if not options.update_baseline and (any(decision) or options.expires is not None):
        raise UsageError(
            "--reason, --reviewer and --expires need --update-baseline", "add --update-baseline"
        )
    if options.stdin_filename is not None and "-" not in options.paths:
        raise UsageError("--stdin-filename needs standard input", 'give "-" as a path')


def _update(
    source: PolicySource,
    accepted: list[Finding],
    evaluation: Evaluation,
    options: CheckOptions,
    today: date,
) -> BaselineUpdate:
    from codescan.runs.regular_files import write_regular_file

    by_path = {
        path: list(findings)
        for path, findings in itertools.groupby(
            sorted(accepted, key=_place), key=lambda f: f.snippet_path or f.snippet_id
        )
    }
    for path in by_path:
        if not is_nameable(path):
            raise UsageError(
                f"passages in {path!a} cannot be accepted: its name is not UTF-8", "rename the file"
            )
    removed = len(source.baseline.stale(evaluation.complete))
    updated = source.baseline.updated(
        by_path,
        reviewer=(options.reviewer or "").strip(),
        reason=(options.reason or "").strip(),
        expires=options.expires,
        today=today,
        complete=evaluation.complete,
    )
    file = source.baseline_file.absolute()
    inside = source.root if file.is_relative_to(source.root) else None
    write_regular_file(file, updated.text().encode("utf-8", "replace"), inside=inside)
    return BaselineUpdate(
        file=source.baseline_file,
        accepted=len(accepted),
        entries=len(updated),
        removed=removed,
        unchecked=tuple(filter(is_unchecked, evaluation.skipped)),
    )


def _place(finding: Finding) -> tuple[str, int]:
    return finding.snippet_path or finding.snippet_id, finding.span.start
