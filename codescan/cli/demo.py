# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan demo`: a first result within a minute."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.output import show

__all__ = ["demo"]


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("codescan-demo"),
    show_default=True,
    metavar="DIR",
    help="Folder for the index and the report.",
)
@click.option(
    "--open/--no-open",
    "open_",
    default=None,
    help="Open the report in a browser.  [default: only in a terminal]",
)
@options.quiet_option
def demo(*, out: Path, open_: bool | None, quiet: bool) -> int:
    """Show a first result: scan shipped answers of a code assistant.

    Builds a small index of packages that codescan installs. Scans answers that hold functions of
    these packages. Needs no network and no model.
    """
    from codescan.app.demo import demo as run_demo

    console = Console(quiet)
    with console.steps() as on_progress:
        result = run_demo(out, on_progress)
    show(result.report, "terminal", console)
    console.say(f"scanned: {result.answers_path}")
    console.say(f"index:   {result.index_folder}")
    console.say(f"report:  {result.html_path.resolve().as_uri()}")
    if sys.stdout.isatty() if open_ is None else open_:
        click.launch(str(result.html_path))
    return 0
