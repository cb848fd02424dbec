# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From a report to what the shell sees: the rendered result and the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from codescan.cli.entry import ExitCode
from codescan.records import Grade, Report
from codescan.registry import load

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.cli.console import Console

__all__ = ["exit_code", "render", "show"]


def exit_code(report: Report, fail_on: str) -> int:
    """1 when there is a finding of grade `fail_on` or stronger, else 0.

    Args:
        report: the result.
        fail_on: "A" (strongest) to "D", or "none" for always 0.
    """
    if fail_on == "none":
        return ExitCode.NOTHING_FOUND
    failing = {grade for grade in Grade if grade.value <= fail_on}
    found = any(finding.grade in failing for finding in report.findings)
    return ExitCode.FINDINGS if found else ExitCode.NOTHING_FOUND


def render(report: Report, format_: str) -> str:
    """The report in a format of the registry."""
    text: str = load("reports", format_)().render(report)
    return text


def show(report: Report, format_: str, console: Console, *, out: Path | None = None) -> None:
    """The report as the command's result: in color and as wide as the window on a terminal."""
    reporter = load("reports", format_)()
    renderable = getattr(reporter, "renderable", None)
    if out is None and renderable is not None and sys.stdout.isatty():
        from rich.console import Console as RichConsole

        RichConsole().print(renderable(report))
        return
    console.result(reporter.render(report), out=out)
