# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan membership`: test whether texts were in a model's training data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.cli.backend_options import backend_options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable
from codescan.records.json_form import encode

__all__ = ["membership"]


_FIRST_PAGE = (
    "model", "base_model", "reference_data", "shadow_scores", "limit", "max_tokens", "device",
    "out", "format_", "quiet",
)  # fmt: skip
_SECTIONS = {
    "Data": ("text_column", "label_column", "group_column", "seed"),
    "Scores": ("infill", "samples"),
    "Model": ("dtype", "batch_size", "base_url", "model_options"),
}


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument("data", type=click.Path(path_type=Path), metavar="DATA")
@backend_options
@click.option(
    "--reference-model",
    "base_model",
    metavar="MODEL",
    help="Model before fine-tuning, or a sibling that did not see the texts. Adds the reference "
    "ratio and the window comparison.",
)
@click.option(
    "--reference-data",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Known non-members from the same source, for a set-level test of unlabeled DATA.",
)
@click.option(
    "--shadow-scores",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Scores by shadow models, with columns id, model, is_member and score. Adds LiRA and "
    "RMIA.",
)
@click.option("--text-column", default="", metavar="NAME", help="Column of a table with the text.")
@click.option(
    "--label-column",
    default="",
    metavar="NAME",
    help="Column of a table with the label: 1 for a member, 0 for a non-member.",
)
@click.option(
    "--group-column",
    default="",
    metavar="NAME",
    help="Column of a table with the group of a text, such as its repository.",
)
@click.option(
    "--max-tokens",
    type=click.IntRange(min=2),
    default=512,
    show_default=True,
    metavar="N",
    help="Maximum number of model tokens to score per text.",
)
@click.option(
    "--infill",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Mask up to N identifiers, literals and comments of each text and score them from both "
    "sides. Needs a model that can fill in the middle.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="Sample N continuations of the first half of each text and measure their overlap with the "
    "second half. Works without log-probabilities.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Maximum number of texts of each set, drawn at random.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of the drawn texts.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Run folder. The same command continues a killed run.  "
    "[default: codescan-membership/MODEL-HASH]",
)
@options.format_option
@options.quiet_option
def membership(*, format_: str, quiet: bool, **settings: Any) -> int:
    """Test whether texts were in a model's training data.

    DATA is a folder with members and non-members (each a folder of files, or a table), a table
    with a label column (JSON Lines, CSV, Parquet), or an unlabeled folder or table. Each text gets
    several scores; labeled texts give AUROC and TPR at a low FPR, beside a blind baseline that
    never sees the model. Scores are evidence, not proof.
    """
    from codescan.app.membership import MembershipOptions, result_text
    from codescan.app.membership import membership as run

    console = Console(quiet)
    with console.steps() as watch:
        outcome = run(MembershipOptions(**settings), on_progress=watch, on_message=console.say)
    if format_ == "json":
        console.json(encode(outcome.result))
    else:
        console.result(printable(result_text(outcome)))
    console.say(f"scores of each text: {outcome.folder / 'scores.jsonl'}")
    return outcome.exit_code
