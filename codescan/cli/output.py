# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shows a report as the result of a command."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from codescan.registry import load
from codescan.reports.escaping import inert_line

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.cli.console import Console
    from codescan.records import Report

__all__ = ["show"]

_OF_COMMANDS = frozenset({"github"})
"""Formats that are commands of a runner themselves, and escape what occurs in them."""


def show(report: Report, format_: str, console: Console, *, out: Path | None = None) -> None:
    """The report as the command's result: in color and as wide as the window on a terminal."""
    reporter = load("reports", format_)()
    stale = report.index.get("stale")
    for reason in stale if isinstance(stale, list) else ():
        console.warn(f"the index is stale: {reason}")
    renderable = getattr(reporter, "renderable", None)
    if out is None and renderable is not None and sys.stdout.isatty():
        from rich.console import Console as RichConsole

        RichConsole().print(renderable(report))
        return
    text = reporter.render(report)
    if out is None and isinstance(text, str) and format_ not in _OF_COMMANDS:
        # JSON escapes what a runner would obey; the lines of other formats may begin anyhow.
        is_json = "json" in reporter.media_type
        text = text if is_json else "\n".join(map(inert_line, text.split("\n")))
    console.result(text, out=out)
