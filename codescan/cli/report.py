# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan report`: a finished run in another format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["REPORT_FILE", "read_report", "report"]

REPORT_FILE = "report.json"
"""The report in a run folder, from which every other format is rendered."""


@click.command()
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@options.report_format_option
@options.out_option
@options.fail_on_option("none")
@options.config_option
@options.quiet_option
def report(
    *,
    run: Path,
    format_: str | None,
    out: Path | None,
    fail_on: str | None,
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Render the report of a finished run.

    RUN is a run folder of `codescan audit`, or a report in JSON.
    """
    from codescan.app.settings import project_config, report_format
    from codescan.cli.output import exit_code, show

    config = project_config(config_file)
    found = read_report(run)
    show(found, report_format(format_, config), Console(quiet), out=out)
    return exit_code(found, fail_on or "none")


def read_report(run: Path) -> Report:
    """The report of a run folder or a JSON file.

    Raises:
        UsageError: there is none, or it is no report.
    """
    from codescan.errors import CodescanError, UsageError
    from codescan.reports.json import loads
    from codescan.runs.store import DATABASE

    file = run / REPORT_FILE if run.is_dir() else run
    if not file.is_file():
        unfinished = (run / DATABASE).exists()
        raise UsageError(
            f"the run in {run} is not finished" if unfinished else f"there is no report at {run}",
            f"run the same `codescan audit` again with --out {run}: it continues where it was"
            if unfinished
            else "name a run folder of `codescan audit` or a report in JSON",
        )
    try:
        return loads(file.read_text(encoding="utf-8"))
    except CodescanError as error:
        raise UsageError(f"{file}: {error.message}", error.hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}", "name a report in JSON") from error
