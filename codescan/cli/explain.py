# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan explain`: the reasons behind a finding, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options

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
    from codescan.app.reports import findings_by_fingerprint, read_run_or_last
    from codescan.cli.console import Console
    from codescan.cli.terminal_text import printable
    from codescan.gate.policy_result import remedy_of
    from codescan.records import FindingList
    from codescan.reports.report_layout import REPORT_CODEC

    report = read_run_or_last(run, last=last)
    findings = findings_by_fingerprint(report, fingerprint)
    if format_ == "json":
        Console().json(REPORT_CODEC.encode(FindingList(tuple(findings))))
    else:
        remedy = remedy_of(report)
        text = "\n".join(explanation(finding, remedy) for finding in findings)
        Console().result(printable(text))
    return 0
