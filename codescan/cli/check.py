# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan check`: the gate, for commits, pushes and continuous integration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.config import FAIL_ON

__all__ = ["check"]


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS|-]...")
@click.option(
    "--staged",
    is_flag=True,
    help="Judge the lines that the next commit adds, as they are staged. With PATHS: in these "
    "files only. When pre-commit runs on a push, the lines that the push adds.",
)
@click.option(
    "--diff",
    metavar="A..B",
    help="Judge the lines that commit B adds to A; A...B for what it adds since it left A.",
)
@options.index_options(builds=False)
@options.report_format_option
@options.out_option
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="Weakest evidence that counts (A is strongest).  [default: B, or what the configuration "
    "says]",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Passages that a reviewer has accepted.  [default: .codescan.baseline.json]",
)
@click.option(
    "--update-baseline",
    is_flag=True,
    help="Accept what fails now: write it to the baseline, with --reason and --reviewer.",
)
@click.option("--reason", metavar="TEXT", help="Why it is accepted.")
@click.option("--reviewer", metavar="NAME", help="Who accepts it.")
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Last day on which that holds.  [default: for ever]",
)
@click.option(
    "--show-suppressed",
    is_flag=True,
    help="Also list what was accepted, and shared passages that are no findings, with the reason.",
)
@click.option(
    "--stdin-filename",
    metavar="PATH",
    help="What standard input is called, which tells its language.",
)
@options.config_option
@options.quiet_option
def check(**given: Any) -> int:
    """Fail when a text holds passages of others that the project may not take in as they are.

    PATHS are files or folders; "-" is standard input; with neither, --staged or --diff, the
    current folder. A passage fails unless its license asks for nothing, the file declares it,
    or someone accepted it.
    Needs no network.
    """
    from codescan.app.check import CheckOptions, run

    return run(CheckOptions(**given))
