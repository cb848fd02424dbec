# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan corpus`: list, show, fetch and summarize corpora."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - of a parameter

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

__all__ = ["corpus"]


@click.group(no_args_is_help=True)
def corpus() -> None:
    """List, show, fetch and summarize the corpora that indexes are built from."""


@corpus.command("list")
@options.format_option
def list_(*, format_: str) -> int:
    """List the corpora that codescan knows by name."""
    from codescan.app.corpora import list_corpora

    listed = list_corpora()
    console = Console()
    if format_ == "json":
        console.json(listed)
        return 0
    width = max((len(corpus.name) for corpus in listed.corpora), default=0)
    lines = (f"{corpus.name:{width}}  {_summary(corpus.description)}" for corpus in listed.corpora)
    console.result(printable("\n".join(lines)))
    return 0


@corpus.command()
@click.argument("name")
@options.format_option
def show(*, name: str, format_: str) -> int:
    """Show the sources of a corpus.

    NAME is a name from `codescan corpus list`, a recipe file or a folder.
    """
    from codescan.app.corpora import describe_corpus

    corpus = describe_corpus(name)
    console = Console()
    if format_ == "json":
        console.json(corpus)
        return 0
    lines = [corpus.name, *(f"  {line}" for line in corpus.description.strip().splitlines())]
    for source in corpus.sources:
        lines.append(f"source {source['kind']}")
        lines += [f"  {key} = {value!r}" for key, value in source.items() if key != "kind"]
    lines.append(
        f"index  {corpus.index.path}" + ("" if corpus.index.is_built else " (not built yet)")
    )
    console.result(printable("\n".join(lines)))
    return 0


@corpus.command()
@click.argument("name")
@options.format_option
@options.quiet_option
def fetch(*, name: str, format_: str, quiet: bool) -> int:
    """Download the sources of a corpus, to index it later without a network.

    NAME is a name from `codescan corpus list`, a recipe file or a folder. Files in the
    cache are not fetched again, so an interrupted fetch continues.
    """
    from codescan.app.corpora import fetch_corpus

    console = Console(quiet)
    with console.steps() as on_progress:
        result = fetch_corpus(name, on_progress)
    if format_ == "json":
        console.json(result)
        return result.exit_code
    console.name_unread(result.failed, "fetched")
    if result.fetched or result.failed:
        console.result(
            f"{len(result.fetched):,} fetched, {result.size / 1e6:,.1f} MB; "
            f"{len(result.failed):,} failed"
        )
    else:
        console.result("nothing to fetch: this corpus is read in place")
    return result.exit_code


@corpus.command()
@options.index_options(builds=False)
@click.option(
    "--private-data",
    "with_private_data",
    is_flag=True,
    help="Also count private values by kind; reads every content. No value is shown.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["terminal", "json", "html", "spdx3", "cyclonedx", "eu-template"]),
    default="terminal",
    show_default=True,
    help="Format of the summary; eu-template: the European Commission's template for the public "
    "summary of training content, in Markdown.",
)
@options.allow_unchecked_option
@options.out_option
@options.config_option
@options.quiet_option
def summary(
    *,
    index_folder: Path | None,
    corpus: str | None,
    with_private_data: bool,
    allow_unchecked: tuple[str, ...],
    format_: str,
    out: Path | None,
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Summarize the corpus of an index, as training data.

    Counts sources, sizes, languages, license categories, unknown licenses, holders, copies, dates
    and opt-outs. A warning names a stale index.
    """
    from codescan.app.corpus_summary import (
        SummaryOptions,
        summarize_corpus,
        summary_exit_code,
        summary_text,
    )
    from codescan.app.settings import project_config
    from codescan.reports.escaping import inert_line

    console = Console(quiet)
    with console.steps() as on_progress:
        result = summarize_corpus(
            SummaryOptions(
                index_folder=index_folder,
                corpus=corpus,
                with_private_data=with_private_data,
                config=project_config(config_file),
            ),
            on_progress,
        )
    for reason in result.stale:
        console.warn(f"the index is stale: {reason}")
    text = summary_text(result, format_)
    if format_ in ("terminal", "eu-template"):
        text = "\n".join(inert_line(printable(line)) for line in text.splitlines())
    console.result(text, out=out)
    return summary_exit_code(result, allow_unchecked)


def _summary(description: str) -> str:
    return next(iter(description.strip().splitlines()), "")
