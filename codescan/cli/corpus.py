# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan corpus`: which corpora there are, what is in them, and fetching them."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console, printable

if TYPE_CHECKING:
    from codescan.sources.recipe import Recipe

__all__ = ["corpus"]

_SHOWN_REASONS = 12


@click.group(no_args_is_help=True)
def corpus() -> None:
    """List, show and fetch corpora: what an index is built from."""


@corpus.command("list")
@options.format_option
def list_(*, format_: str) -> int:
    """List the corpora that codescan knows by name."""
    from codescan.sources.recipe import recipes

    found = recipes()
    console = Console()
    if format_ == "json":
        console.json(
            {
                "schema_version": 1,
                "corpora": [{"name": r.name, "description": r.description} for r in found],
            }
        )
        return 0
    width = max((len(recipe.name) for recipe in found), default=0)
    lines = (f"{recipe.name:{width}}  {_first_line(recipe)}" for recipe in found)
    console.result(printable("\n".join(lines)))
    return 0


@corpus.command()
@click.argument("name")
@options.format_option
def show(*, name: str, format_: str) -> int:
    """Show what a corpus is made of.

    NAME is a name from `codescan corpus list`, a recipe file or a folder.
    """
    from codescan.cli.indexes import index_folder_of, resolve_recipe

    recipe = resolve_recipe(name)
    folder = index_folder_of(name)
    console = Console()
    described = {
        "schema_version": 1,
        **recipe.describe(),
        "index": {"path": str(folder), "built": folder.exists()},
    }
    if format_ == "json":
        console.json(described)
        return 0
    lines = [recipe.name, *(f"  {line}" for line in recipe.description.strip().splitlines())]
    for source in recipe.sources:
        lines.append(f"source {source.kind}")
        lines += [f"  {key} = {value!r}" for key, value in source.options.items()]
    lines.append(f"index  {folder}" + ("" if folder.exists() else " (not built yet)"))
    console.result(printable("\n".join(lines)))
    return 0


@corpus.command()
@click.argument("name")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N files.  [default: all]"
)
@options.format_option
@options.quiet_option
def fetch(*, name: str, limit: int | None, format_: str, quiet: bool) -> int:
    """Fetch a corpus into the cache and count what is in it, without building an index.

    NAME is a name from `codescan corpus list`, a recipe file or a folder. What is in the cache
    already is not fetched again.
    """
    from codescan.cli.indexes import resolve_recipe
    from codescan.errors import EmptyCorpusError
    from codescan.records import Document

    recipe = resolve_recipe(name)
    console = Console(quiet)
    languages: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    size = 0
    everything = itertools.chain.from_iterable(source.documents() for source in recipe.open())
    with console.progress(f"fetching {recipe.name}") as advance:
        for count, item in enumerate(itertools.islice(everything, limit), start=1):
            if isinstance(item, Document):
                languages[item.language] += 1
                size += len(item.content)
            else:
                reasons[item.reason] += 1
            advance(count)
    files = languages.total()
    if not files:
        raise EmptyCorpusError(
            f"the corpus {recipe.name!r} holds no file that can be indexed"
            + (f" ({_counted(reasons)})" if reasons else ""),
            f"look at what it is made of: codescan corpus show {name}",
        )
    if format_ == "json":
        console.json(
            {
                "schema_version": 1,
                "corpus": recipe.name,
                "files": files,
                "bytes": size,
                "languages": dict(languages.most_common()),
                "skipped": dict(reasons.most_common()),
            }
        )
        return 0
    console.result(
        printable(
            f"{files:,} files, {size / 1e6:,.1f} MB\n"
            f"languages: {_counted(languages)}\n"
            f"skipped: {_counted(reasons) or 'nothing'}"
        )
    )
    return 0


def _first_line(recipe: Recipe) -> str:
    return recipe.description.strip().partition("\n")[0]


def _counted(counts: Counter[str]) -> str:
    """Names with counts, most frequent first, shortened."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    words = ", ".join(f"{name} {count:,}" for name, count in ordered[:_SHOWN_REASONS])
    return words + (", …" if len(ordered) > _SHOWN_REASONS else "")
