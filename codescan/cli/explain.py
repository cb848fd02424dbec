# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan explain`: the reasons behind a finding, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codescan.cli import options

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["explain"]


@click.command()
@click.argument("fingerprint", metavar="FINGERPRINT")
@click.option(
    "--run",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Run folder of `codescan audit`, or a report in JSON.",
)
@click.option("--last", is_flag=True, help="Use the last `codescan check` with findings; the "
              "default without --run.")  # fmt: skip
@options.format_option
def explain(*, fingerprint: str, run: Path | None, last: bool, format_: str) -> int:
    """Explain the origin, license and grade of a finding, and what to do.

    FINGERPRINT is a finding's fingerprint or its beginning, as `codescan check` prints it.
    """
    from codescan.app.explanation import explanation
    from codescan.app.reports import findings_by_fingerprint
    from codescan.cli.console import Console
    from codescan.cli.terminal_text import printable
    from codescan.errors import UsageError
    from codescan.reports.json import document

    if last and run is not None:
        raise UsageError("--last cannot be combined with --run", "give one of them")
    report = _report(run)
    findings = findings_by_fingerprint(report, fingerprint)
    if format_ == "json":
        listed = document(report)["findings"]
        selected = [
            each
            for each, finding in zip(listed, report.findings, strict=True)
            if finding in findings
        ]
        Console().json({"schema_version": 1, "findings": selected})
    else:
        remedy = report.run.get("remedy")
        remedy_of = remedy if isinstance(remedy, dict) else None
        text = "\n".join(explanation(finding, remedy_of) for finding in findings)
        Console().result(printable(text))
    return 0


def _report(run: Path | None) -> Report:
    from codescan.app import last_report
    from codescan.app.reports import read_report
    from codescan.errors import UsageError

    if run is None:
        run = last_report.file()
        if not run.is_file():
            raise UsageError(
                "no `codescan check` has had findings yet",
                "run `codescan check`, or give --run RUN",
            )
    return read_report(run)
