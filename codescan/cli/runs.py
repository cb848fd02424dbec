# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan runs`: the run folders of audits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

if TYPE_CHECKING:
    from codescan.app.runs import ListedRun

__all__ = ["runs"]


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER]...")
@options.format_option
@options.quiet_option
def runs(*, folders: tuple[Path, ...], format_: str, quiet: bool) -> int:
    """List the runs of audits, newest first: model, date, state, headline and size.

    Looks in each FOLDER and three levels below it.  [default: codescan-runs]
    """
    from codescan.app.runs import RUNS_FOLDER, list_runs

    console = Console(quiet)
    listed = list_runs(folders)
    if format_ == "json":
        console.json(listed)
        return 0
    if not listed:
        places = ", ".join(map(str, folders or (RUNS_FOLDER,)))
        console.say(f"no runs in {places}")
    for run in listed:
        console.result(printable(_described(run)))
    return 0


def _described(run: ListedRun) -> str:
    stored = {"prompts": run.prompts, "completions": run.completions, "scores": run.scores}
    counts = ", ".join(f"{count:,} {name}" for name, count in stored.items() if count)
    date = run.date[:16].replace("T", " ")
    model, index = run.model or "not known", run.index or "not known"
    lines = [
        f"{run.path}",
        f"  {run.state}, {date}, model {model}, index {index}",
        f"  {counts or 'nothing stored'}; {_size(run.bytes)}",
    ]
    if run.headline:
        lines.insert(2, f"  {run.headline}")
    return "\n".join(lines)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"  # noqa: PLR2004
