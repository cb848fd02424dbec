# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan private`: find secrets and personal data, redacted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand

if TYPE_CHECKING:
    from codescan.app.private import PrivateResult

__all__ = ["private"]

_FIRST_PAGE = ("kinds", "index_folder", "corpus", "data", "format_", "out", "fail_on", "quiet")
_SECTIONS = {
    "Input": ("is_jsonl",),
    "Result": ("hash_key", "max_items", "list_kinds", "allow_unchecked", "config_file"),
}


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument("paths", nargs=-1, metavar="[DATA|RUN|-]...")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="NAME",
    help="Find this kind only, or one of the categories secret and personal; repeat for several.",
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    help="Training data of the audited model, to judge leaks of a run; repeat for several.",
)
@options.index_options(builds=False)
@click.option("--jsonl", "is_jsonl", is_flag=True, help="Read DATA as JSON Lines.")
@click.option(
    "--hash-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Key of the hashes, at least 16 bytes; the same key gives comparable hashes.  [default: "
    "private.key in the run folder, else a new key]",
)
@click.option(
    "--max-items",
    metavar="N",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Maximum number of listed items; all are counted.",
)
@click.option("--list-kinds", is_flag=True, help="List the kinds of private data, and exit.")
@options.format_option
@options.out_option
@options.fail_on_option("B")
@options.allow_unchecked_option
@options.config_option
@options.quiet_option
def private(  # noqa: PLR0913  one parameter for each option
    *,
    paths: tuple[str, ...],
    kinds: tuple[str, ...],
    data: tuple[str, ...],
    index_folder: Path | None,
    corpus: str | None,
    is_jsonl: bool,
    hash_key: Path | None,
    max_items: int,
    list_kinds: bool,
    format_: str,
    out: Path | None,
    fail_on: str | None,
    allow_unchecked: tuple[str, ...],
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Find secrets and personal data in training data, or leaks of them in a run.

    DATA is a folder, a file (text, JSON Lines, JSON, CSV, Parquet; also compressed or in an
    archive) or an index. RUN is the run folder of `codescan audit`: its completions are searched,
    and a value counts as a leak only if the index or --data holds it and the prompt does not.
    Values are never printed: an item has a kind, at most two characters and a keyed hash. The
    command contacts no service.
    """
    from codescan.app.private import find_private_data
    from codescan.app.private_options import PrivateOptions
    from codescan.app.settings import project_config

    console = Console(quiet)
    if list_kinds:
        _show_kinds(console, format_)
        return 0
    with console.steps() as on_progress:
        result = find_private_data(
            PrivateOptions(
                paths=paths,
                stdin=options.stdin(paths),
                is_jsonl=is_jsonl,
                kinds=kinds,
                index_folder=index_folder,
                corpus=corpus,
                data=data,
                hash_key=hash_key,
                max_items=max_items,
                fail_on=fail_on,
                allow_unchecked=allow_unchecked,
                config=project_config(config_file),
            ),
            on_progress,
        )
    _show(result, format_, console, out)
    return result.exit_code


def _show(result: PrivateResult, format_: str, console: Console, out: Path | None) -> None:
    from codescan.app.private import private_lines
    from codescan.cli.terminal_text import printable
    from codescan.reports.escaping import inert_line

    if format_ == "json":
        console.json(result.report, out=out)
        return
    lines = (inert_line(printable(line)) for line in private_lines(result.report))
    console.result("\n".join(lines), out=out)


def _show_kinds(console: Console, format_: str) -> None:
    from codescan.app.private import private_kinds

    listed = private_kinds()
    if format_ == "json":
        console.json(listed)
        return
    width = max(len(kind.name) for kind in listed.kinds)
    console.result(
        "\n".join(f"{k.name:{width}}  {k.category.value:8}  {k.description}" for k in listed.kinds)
    )
