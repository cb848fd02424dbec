# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan report`: a finished run in another format."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console

__all__ = ["report"]


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
    from codescan.app.outcome import exit_code
    from codescan.app.reports import read_report
    from codescan.app.settings import project_config, report_format
    from codescan.cli.output import show

    config = project_config(config_file)
    finished = read_report(run)
    show(finished, report_format(format_, config), Console(quiet), out=out)
    return exit_code(finished, fail_on or "none")
