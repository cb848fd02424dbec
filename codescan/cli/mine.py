# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan mine`: look for one owner's code in what a model writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.cli.backend_options import backend_options, named_backend
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable
from codescan.records.json_form import encode

__all__ = ["mine"]


_FIRST_PAGE = (
    "model", "base_url", "out", "limit", "samples", "max_new_tokens", "device", "seed", "format_",
    "quiet",
)  # fmt: skip
_SECTIONS = {
    "Model": ("dtype", "batch_size", "model_options"),
    "Completions": ("temperature",),
}


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument("repository", type=click.Path(path_type=Path), metavar="REPO")
@backend_options
@options.run_folder_option
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="Maximum number of passages to ask for, the rarest first.",
)
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    metavar="N",
    help="Completions per prompt; the best one counts.",
)
@click.option(
    "--temperature",
    metavar="T",
    type=options.FiniteRange(min=0.0),
    default=0.6,
    show_default=True,
    help="Sampling temperature; 0 decodes greedily, once per prompt.",
)
@click.option(
    "--max-new-tokens",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="N",
    help="Maximum number of model tokens per completion.",
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Sampling seed.",
)
@options.format_option
@options.quiet_option
def mine(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Look for the code of REPO in a model's completions.

    Prompts the model for the rarest passages with the repository's own file headers, signatures
    and first lines. Reports verbatim, renamed and edited copies separately, and whether the model
    kept the copyright lines. The same prompts with other names measure chance and give a p-value.
    mine.html in the run folder shows the result on one page. Exits with 1 if it finds a copy.
    """
    from codescan.app.mine import MineOptions
    from codescan.app.mine import mine as run
    from codescan.reports.coverage_text import skip_sentences
    from codescan.reports.mine_page import mine_headline

    console = Console(quiet)
    model_options = named_backend(parameters)
    with console.steps() as on_progress:
        outcome = run(
            MineOptions(**parameters, model_options=model_options), on_progress, console.say
        )
    content = encode(outcome.result)
    if format_ == "json":
        console.json(content)
    else:
        lines = [
            mine_headline(content),
            *skip_sentences(content["skipped"]),
            f"Prompts with a copy: {content['target']['words']}.",
            f"Prompts with other names: {content['null']['words']}.",
            f"P-value over files: {_number(content['p_value'])}.",
            *(
                f"  {copy['path']}:{copy['start_line']}-{copy['end_line']}  {copy['kind']}, grade "
                f"{copy['grade']}, {copy['tokens']} tokens, copyright {copy['copyright']}"
                for copy in content["copies"][:20]
            ),
            f"Page: {outcome.page}",
        ]
        console.result(printable("\n".join(lines)))
    return outcome.exit_code


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3g}"
