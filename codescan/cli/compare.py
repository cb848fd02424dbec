# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan compare` and `codescan safeguard`: two finished runs side by side."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

__all__ = ["compare", "safeguard"]

_CLASSES = ("strategy", "language", "license", "frame")


@click.command()
@click.argument("run_a", type=click.Path(path_type=Path), metavar="RUN_A")
@click.argument("run_b", type=click.Path(path_type=Path), metavar="RUN_B")
@options.format_option
@options.quiet_option
def compare(*, run_a: Path, run_b: Path, format_: str, quiet: bool) -> int:
    """Compare two finished audits, prompt by prompt.

    RUN_A and RUN_B are run folders. Prompts that both runs have are paired. The result gives both
    rates of each measure, their difference with an interval, and McNemar's exact test.
    """
    from codescan.app.compare import compare_runs
    from codescan.app.comparison_text import comparison_text

    console = Console(quiet)
    result = compare_runs((run_a, run_b))
    if format_ == "json":
        console.json(result)
    else:
        console.result(printable(comparison_text(result)))
    return 0


@click.command()
@click.argument("before", type=click.Path(path_type=Path), metavar="RUN_BEFORE")
@click.argument("after", type=click.Path(path_type=Path), metavar="RUN_AFTER")
@click.option(
    "--by",
    type=click.Choice(_CLASSES),
    default="strategy",
    show_default=True,
    help="Class of a prompt: its strategy, the language or license of its file, or its frame.",
)
@options.format_option
@options.quiet_option
def safeguard(*, before: Path, after: Path, by: str, format_: str, quiet: bool) -> int:
    """Compare outputs without and with a safeguard, by class of prompts.

    RUN_BEFORE and RUN_AFTER are run folders of audits with the same prompts, without and with the
    safeguard. The result gives, for each class, how often completions hold a copy of grade A or B
    and how often they were refused or filtered, with intervals on the differences.
    """
    from codescan.app.compare import compare_safeguards
    from codescan.app.comparison_text import safeguard_text

    console = Console(quiet)
    result = compare_safeguards(before, after, by)  # type: ignore[arg-type]  # one of _CLASSES
    if format_ == "json":
        console.json(result)
    else:
        console.result(printable(safeguard_text(result)))
    return 0
