# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Build the report of a check."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.outcome import allowed_kinds, failing_grades
from codescan.app.program import program
from codescan.app.stale_index import described_with_age
from codescan.app.versions import version
from codescan.gate.evaluation import failing, settled
from codescan.records import Coverage, Grade, Report
from codescan.records.json_form import encode

if TYPE_CHECKING:
    from codescan.app.check_options import CheckOptions
    from codescan.app.policy_source import PolicySource
    from codescan.gate.evaluation import Evaluation
    from codescan.gate.project import Projects
    from codescan.index import Index

__all__ = ["check_report"]

_UNSETTLED = frozenset({"conflict", "unknown"})


def check_report(
    evaluation: Evaluation,
    options: CheckOptions,
    source: PolicySource,
    projects: Projects,
    index: Index,
    fail_on: str,
) -> Report:
    """The report of a check.

    Args:
        evaluation: the result for all files.
        options: options of the check.
        source: the applied policy.
        projects: the projects of the files.
        index: the index.
        fail_on: weakest grade that fails.
    """
    findings = evaluation.findings
    grades, states = failing_grades(fail_on), frozenset(source.config.fail_states)
    failed = [finding for finding in findings if failing(finding, grades, states)]
    accepted = Counter(f.policy.accepted for f in findings if f.policy and f.policy.accepted)
    run: dict[str, object] = {
        "command": "check",
        "inputs": list(options.paths),
        "change": "staged" if options.staged else options.diff,
        "fail_on": fail_on,
        "fail_states": list(source.config.fail_states),
        "policy": _policy(evaluation, source, projects),
        "remedy": _remedy(options, source),
        "unused_allow_comments": [
            {"path": path, "line": line, "problem": problem}
            for path, line, problem in evaluation.unused
        ],
    }
    if findings:
        project = projects.of()
        run["project"] = {
            "license": project.license or None,
            "license_source": project.license_source or None,
        }
    return Report(
        tool={"name": "codescan", "version": version()},
        run=run,
        index=described_with_age(index),
        statistics={
            "snippets": evaluation.files,
            "coverage": encode(
                Coverage.of(
                    evaluation.files,
                    evaluation.skipped,
                    allowed=allowed_kinds(options.allow_unchecked),
                    needs_text=False,
                )
            ),
            "failing": len(failed),
            "failing_conflicts": sum(
                f.policy is None or f.policy.state in _UNSETTLED for f in failed
            ),
            "findings_by_grade": {
                grade.value: sum(f.grade is grade for f in findings) for grade in Grade
            },
            "accepted": dict(sorted(accepted.items())),
            "accepted_in_change": evaluation.accepted_in_change,
            "skipped": dict(sorted(Counter(s.reason for s in evaluation.skipped).items())),
            "suppressed": dict(sorted(Counter(s.reason for s in evaluation.suppressed).items())),
        },
        findings=tuple(map(settled, findings)),
        suppressed=tuple(evaluation.suppressed) if options.show_suppressed else (),
        skipped=tuple(evaluation.skipped),
        completions=evaluation.texts,
    )


def _policy(
    evaluation: Evaluation, source: PolicySource, projects: Projects
) -> dict[str, object]:  # fmt: skip
    notes = [
        *source.notes,
        *(f"{path}:{line}: conflict markers of a merge" for path, line in evaluation.conflicts),
        *(f"not read: {problem}" for problem in projects.problems.values()),
    ]
    return {
        "configuration": source.config_name or None,
        "configuration_from": source.config_origin,
        "project_from": source.project_origin,
        "baseline": source.baseline_name if len(source.baseline) else None,
        "baseline_from": source.baseline_origin,
        "strict": source.strict,
        "changes": [{"path": change.path, "what": change.differences} for change in source.changes],
        "comment_changes": [
            {
                "path": path,
                "line": change.line,
                "text": change.text,
                "change": "added" if change.added else "removed",
            }
            for path, change in evaluation.comment_changes
        ],
        "stale_baseline_entries": [
            {"path": entry.path, "fingerprint": entry.fingerprint}
            for entry in source.baseline.stale(evaluation.complete)
        ],
        "notes": notes,
    }


def _remedy(options: CheckOptions, source: PolicySource) -> dict[str, object]:
    """Options that repeat the check, shown in the advice on each finding."""
    shared: list[str] = []
    if options.index_folder is not None:
        shared += ["--index", str(options.index_folder)]
    if options.corpus is not None:
        shared += ["--corpus", options.corpus]
    if options.config_file is not None:
        shared += ["--config", str(options.config_file)]
    check = list(shared)
    if options.staged:
        check.append("--staged")
    if options.diff is not None:
        check += ["--diff", options.diff]
    if options.baseline is not None:
        check += ["--baseline", str(options.baseline)]
    if options.fail_on is not None:
        check += ["--fail-on", options.fail_on]
    if options.min_tokens is not None:
        check += ["--min-tokens", str(options.min_tokens)]
    return {
        "program": program(),
        "check": check,
        "attribute": shared,
        "root": Path(os.path.relpath(source.root)).as_posix(),
        "strict": source.strict,
    }
