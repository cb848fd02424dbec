# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reports of finished runs: read and render reports, and look up findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.registry import load

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.records import Finding, Report

__all__ = [
    "REPORT_FILE",
    "findings_by_fingerprint",
    "read_report",
    "read_run_or_last",
    "render",
    "write_output",
]

REPORT_FILE = "report.json"
"""The report in a run folder, from which all other formats are rendered."""

_SHORTEST = 4


def render(report: Report, format_: str) -> str | bytes:
    """The report in a registered format; bytes for a binary format."""
    rendered: str | bytes = load("reports", format_)().render(report)
    return rendered


def write_output(path: Path, text: str | bytes) -> None:
    """Write a rendered result to a file atomically.

    Raises:
        OutputError: the file cannot be written.
    """
    from codescan.runs import write_atomically

    write_atomically(path, text)


def read_report(run: Path) -> Report:
    """The report of a run folder or a JSON file.

    Raises:
        UsageError: the report is missing, or the file is not a report.
    """
    from codescan.errors import CodescanError, UsageError
    from codescan.reports.json import loads
    from codescan.runs.store import DATABASE

    file = run / REPORT_FILE if run.is_dir() else run
    if not file.is_file():
        unfinished = (run / DATABASE).exists()
        raise UsageError(
            f"the run in {run} is not finished" if unfinished else f"there is no report at {run}",
            f"run the same `codescan audit` again with --out {run}: it continues where it stopped"
            if unfinished
            else "name a run folder of `codescan audit` or a report in JSON",
        )
    try:
        return loads(file.read_text(encoding="utf-8"))
    except CodescanError as error:
        raise UsageError(f"{file}: {error.message}", error.hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}: {error}", "name a report in JSON") from error


def read_run_or_last(run: Path | None, *, last: bool = False) -> Report:
    """The report of a run, or of the last check with findings.

    Args:
        run: run folder or report in JSON.
        last: whether to use the last check; cannot be combined with `run`.

    Raises:
        UsageError: both are named, or no report exists.
    """
    from codescan.app import last_report
    from codescan.errors import UsageError

    if run is not None and last:
        raise UsageError("--last cannot be combined with --run", "give one of them")
    if run is None and not last_report.file().is_file():
        raise UsageError(
            "no `codescan check` has had findings yet",
            "run `codescan check`, or give --run RUN",
        )
    return read_report(run or last_report.file())


def findings_by_fingerprint(report: Report, fingerprint: str) -> list[Finding]:
    """The findings whose fingerprint begins with `fingerprint`; all must be of one passage.

    Raises:
        UsageError: no finding matches, several passages match, or the prefix is too short.
    """
    from codescan.errors import UsageError

    prefix = fingerprint.lower()
    findings = [finding for finding in report.findings if finding.fingerprint.startswith(prefix)]
    if len(prefix) < _SHORTEST or not findings:
        raise UsageError(
            f"the report has no finding {fingerprint!r}",
            "give at least four characters of a fingerprint that `codescan check` printed",
        )
    fingerprints = sorted({finding.fingerprint for finding in findings})
    if len(fingerprints) > 1:
        raise UsageError(
            f"{len(fingerprints)} fingerprints begin with {fingerprint!r}",
            f"one is {fingerprints[0]}",
        )
    return findings
