# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan dedup`: find duplicates in training data."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.terminal_text import printable

__all__ = ["dedup"]

_FIRST_PAGE = (
    "out", "keep", "clean", "columns", "leak_curve", "workers", "allow_unchecked", "format_",
    "quiet",
)  # fmt: skip
_SECTIONS = {
    "Input": ("kind",), "Cluster": ("engine", "address"),
    "Search": ("similarity", "passage_tokens", "levels"),
}  # fmt: skip


def _column(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Columns by role, from "role=name"."""
    columns = {}
    for value in values:
        role, equals, name = value.partition("=")
        if not equals:
            raise click.BadParameter(f"{value!r} is not ROLE=NAME, such as content=text")
        columns[role] = name
    return columns


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DATA..."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write table, drop list, license conflicts, summary and page to DIR. A run that was "
    "stopped continues there.",
)
@click.option(
    "--keep",
    type=click.Choice(("best-license", "earliest", "first", "longest")),
    default="best-license",
    show_default=True,
    help="Copy to keep. best-license: the origin by the rules of attribution; earliest: the "
    "earliest release; first: the first by name; longest: the longest text.",
)
@click.option("--clean", is_flag=True, help="Also write a copy of DATA without the duplicates.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_column,
    metavar="ROLE=NAME",
    help="Column of rows for content, id, path, repo, license, revision, date or language; an "
    "empty name for none. Repeat for several.  [default: found by their usual names]",
)
@click.option(
    "--leak-curve",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Estimate the change of the leak rate with a measured curve: JSON with intercept, slope, "
    "covariance and source of a logistic fit on ln(copies).",
)
@options.workers_option
@click.option(
    "--input-kind",
    "kind",
    type=click.Choice(("folder", "rows", "index")),
    help="Read DATA as a folder of files, as rows, or as an index.  [default: detected]",
)
@click.option(
    "--similarity",
    type=options.FiniteRange(min=0.5, max=1.0),
    default=0.8,
    show_default=True,
    metavar="SHARE",
    help="Minimum share of common tokens in each of two near-duplicates.",
)
@click.option(
    "--passage-tokens",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    metavar="N",
    help="Minimum length of a passage, in tokens.",
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(("file", "unit", "passage")),
    help="Level to search: files, units (functions and blocks) or passages. Repeat for several.  "
    "[default: all]",
)
@options.engine_options
@options.allow_unchecked_option
@options.format_option
@options.quiet_option
def dedup(  # noqa: PLR0913  one parameter for each option
    *,
    paths: tuple[Path, ...],
    out: Path | None,
    keep: str,
    clean: bool,
    columns: dict[str, str],
    leak_curve: Path | None,
    workers: int | None,
    engine: str,
    address: str | None,
    kind: str | None,
    similarity: float,
    passage_tokens: int,
    levels: tuple[str, ...],
    allow_unchecked: tuple[str, ...],
    format_: str,
    quiet: bool,
) -> int:
    """Find duplicates in training data: files, functions and blocks, and passages.

    DATA is a folder of source files, JSON Lines (also .gz, .zst or .xz) or Parquet files or their
    folder, or an index. Every near-duplicate is verified on the tokens of both texts, against the
    copy that stays.
    """
    from codescan.app.dedup import DedupOptions
    from codescan.app.dedup import dedup as find_duplicates
    from codescan.cli.dedup_text import dedup_text

    console = Console(quiet)
    named_levels = {"levels": levels} if levels else {}
    with console.steps() as on_progress:
        result = find_duplicates(
            DedupOptions(
                paths=paths,
                out=out,
                columns=columns,
                kind=kind,  # type: ignore[arg-type]  # one of its choices
                keep=keep,  # type: ignore[arg-type]  # likewise
                similarity=similarity,
                passage_tokens=passage_tokens,
                workers=workers,
                engine=engine,
                address=address,
                clean=clean,
                leak_curve=leak_curve,
                allow_unchecked=allow_unchecked,
                **named_levels,
            ),
            on_progress,
        )
    if format_ == "json":
        console.json(result.summary)
    else:
        console.result(printable(dedup_text(result.summary, out)))
    return result.exit_code
