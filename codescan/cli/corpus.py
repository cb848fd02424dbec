# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan corpus`: which corpora there are, what is in them, and fetching them."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console, printable

if TYPE_CHECKING:
    from codescan.sources.recipe import Recipe

__all__ = ["corpus"]


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
    from codescan.app.indexes import index_folder_of, resolve_recipe

    recipe = resolve_recipe(name)
    folder = index_folder_of(name)
    console = Console()
    described = {
        "schema_version": 1,
        **recipe.as_mapping(),
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
@options.format_option
@options.quiet_option
def fetch(*, name: str, format_: str, quiet: bool) -> int:
    """Download what a corpus is made of, so that it can be indexed without a network.

    NAME is a name from `codescan corpus list`, a recipe file or a folder. What is in the cache
    already is not fetched again, so an interrupted fetch continues.
    """
    from codescan.app.indexes import resolve_recipe
    from codescan.errors import SourceError
    from codescan.records import Skipped
    from codescan.sources.recipe import fetch as fetch_recipe

    recipe = resolve_recipe(name)
    console = Console(quiet)
    with console.progress(f"fetch {recipe.name}") as advance:
        seen = itertools.count(1)
        outcomes = fetch_recipe(recipe, progress=lambda _outcome: advance(next(seen)))
    failed = [outcome for outcome in outcomes if isinstance(outcome, Skipped)]
    fetched = [outcome for outcome in outcomes if not isinstance(outcome, Skipped)]
    if failed and not fetched:
        first = failed[0]
        raise SourceError(
            f"nothing of the corpus {recipe.name!r} could be fetched; the first of {len(failed)}: "
            f"{first.item}: {first.reason} {first.detail}".rstrip(),
            "check the network and the package index of your configuration, then run it again",
        )
    if format_ == "json":
        console.json(
            {
                "schema_version": 1,
                "corpus": recipe.name,
                "fetched": [{"item": done.item, "bytes": done.size} for done in fetched],
                "failed": [dataclasses.asdict(skip) for skip in failed],
            }
        )
        return 0
    for skip in failed:
        console.say(f"failed: {skip.item}: {skip.reason} {skip.detail}".rstrip())
    size = sum(done.size for done in fetched)
    if outcomes:
        console.result(f"{len(fetched):,} fetched, {size / 1e6:,.1f} MB; {len(failed):,} failed")
    else:
        console.result("nothing to fetch: this corpus is read where it is")
    return 0


def _first_line(recipe: Recipe) -> str:
    return recipe.description.strip().partition("\n")[0]
