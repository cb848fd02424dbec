# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan lab`: train small models on known text and hold every figure against the truth."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

__all__ = ["lab"]


@click.command()
@click.option(
    "--size",
    type=click.Choice(("ci", "cpu", "gpu")),
    default="ci",
    show_default=True,
    help="Size of the run. ci: up to 60 s of CPU; cpu: up to 15 min on two cores; gpu: up to 10 "
    "min on one large GPU.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the run. The same command continues a killed run.  "
    "[default: codescan-lab/SIZE]",
)
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Number of seeds. Finished seeds are read, and the coverage of intervals is pooled.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of the first run.",
)
@click.option(
    "--defenses",
    is_flag=True,
    help="Also train and measure each defense: deduplication, renaming, token noise, goldfish "
    "loss, dilution, early placement, DP-SGD, and the index as an output filter.",
)
@options.format_option
@options.quiet_option
def lab(
    *,
    size: str,
    out: Path | None,
    repeat: int,
    seed: int,
    defenses: bool,
    format_: str,
    quiet: bool,
) -> int:
    """Train small models on known text, and compare every figure with the truth.

    Coin flips decide which files, copies and canaries go into the training data. The lab then
    measures extraction, exposure, membership and the leak curve, each beside the recorded truth.
    The run folder keeps seeds, the data list, weights, the scores of each sample, and a curve for
    `codescan dedup --leak-curve`.
    """
    from codescan.app.lab import lab as run
    from codescan.app.lab import lab_text

    console = Console(quiet)
    with console.steps() as watch:
        outcome = run(
            size,
            out=out,
            seed=seed,
            repeat=repeat,
            with_defenses=defenses,
            on_progress=watch,
            on_message=console.say,
        )
    if format_ == "json":
        console.json(outcome.result)
    else:
        console.result(printable(lab_text(outcome.result)))
    console.say(f"run: {outcome.folder}")
    return outcome.exit_code
