# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan index`: build an index, look at it, check it, change it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import UNSET

from codescan.app.settings import DEFAULT_CORPUS
from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.index_packages import pack, pull, push, trust
from codescan.cli.index_text import result_lines
from codescan.cli.member import export
from codescan.cli.terminal_text import printable

if TYPE_CHECKING:
    from codescan.app.index_results import IndexResult
    from codescan.app.indexes import IndexChange
    from codescan.index import Index

__all__ = ["index"]


@click.group(no_args_is_help=True)
def index() -> None:
    """Build, show, verify and change the indexes that texts are matched against."""


@index.command()
@click.option(
    "--corpus",
    default=DEFAULT_CORPUS,
    show_default=True,
    metavar="NAME",
    help="Corpus to index: a name from `codescan corpus list`, a recipe file or a folder.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the index.  [default: where --corpus finds it]",
)
@options.workers_option
@click.option(
    "--profile",
    default="default",
    show_default=True,
    metavar="NAME",
    help="Shortest copy that the index guarantees to find: precise (25 tokens), default (31), "
    "large (51), or sketch (100; without texts, a twentieth of the size).",
)
@options.engine_options
@options.format_option
@options.quiet_option
def build(
    *,
    corpus: str,
    out: Path | None,
    workers: int | None,
    profile: str,
    engine: str,
    address: str | None,
    format_: str,
    quiet: bool,
) -> int:
    """Build the index of a corpus, and replace an existing one.

    The old index stays in place until the new one is complete.
    """
    from codescan.app.indexes import build_index, index_folder_of, resolve_recipe

    recipe = resolve_recipe(corpus)
    folder = out if out is not None else index_folder_of(corpus)
    console = Console(quiet)
    with console.steps() as on_progress:
        change = build_index(
            recipe,
            folder,
            on_progress,
            workers=workers,
            profile=profile,
            engine=engine,
            address=address,
        )
    _show(folder, format_, console, change)
    return change.exit_code


@index.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--list-packages", "packages", is_flag=True, help="List the package URLs instead.")
@options.format_option
@options.config_option
def info(*, folder: Path | None, packages: bool, format_: str, config_file: Path | None) -> int:
    """Show the contents of an index and its guarantee.

    Without DIR: the index that the configuration names, or the default one.
    """
    from codescan.app.index_packages import describe_material, describe_origin
    from codescan.app.index_results import IndexResult, PackageList
    from codescan.app.indexes import index_description, open_index
    from codescan.app.package_results import MaterialSummary
    from codescan.app.settings import project_config

    console = Console()
    with contextlib.closing(open_index(folder, None, project_config(config_file))) as opened:
        _warn_if_stale(opened, console)
        if not packages:
            result = IndexResult.of(
                opened.path,
                index_description(opened),
                material=MaterialSummary.of(describe_material(opened)),
                origin=describe_origin(opened),
            )
            _describe(result, format_, console)
        elif format_ == "json":
            console.json(PackageList(packages=tuple(opened.purls())))
        else:
            console.result(printable("\n".join(opened.purls())))
    return 0


@index.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@options.format_option
@options.config_option
@options.quiet_option
def verify(*, folder: Path | None, format_: str, config_file: Path | None, quiet: bool) -> int:
    """Check every file of an index against its checksum; exit with 3 when one is damaged.

    Without DIR: the index that the configuration names, or the default one.
    """
    from codescan.app.index_results import VerifiedIndex
    from codescan.app.indexes import open_index
    from codescan.app.settings import project_config

    console = Console(quiet)
    with (
        contextlib.closing(open_index(folder, None, project_config(config_file))) as opened,
        console.progress("verifying"),
    ):
        opened.verify()
    if format_ == "json":
        console.json(VerifiedIndex(path=str(opened.path)))
    else:
        console.result(printable(f"{opened.path}: all checksums match"))
    return 0


@index.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--corpus",
    required=True,
    metavar="NAME",
    help="Corpus to add: a name from `codescan corpus list`, a recipe file or a folder.",
)
@options.workers_option
@options.format_option
@options.quiet_option
def add(*, folder: Path, corpus: str, workers: int | None, format_: str, quiet: bool) -> int:
    """Add the packages of a corpus to the index in DIR, without rebuilding the rest."""
    from codescan.app.indexes import add_to_index, resolve_recipe

    console = Console(quiet)
    with console.steps() as on_progress:
        change = add_to_index(resolve_recipe(corpus), folder, on_progress, workers=workers)
    _show(folder, format_, console, change)
    return change.exit_code


@index.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.argument("purls", nargs=-1, metavar="[PURL]...")
@click.option(
    "--opt-outs",
    "list_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Opt-out list: on each line pkg:TYPE/NAME[@VERSION][#PATH], path:GLOB, holder:NAME, "
    "swh:1:cnt:HASH or sha256:HASH.",
)
@options.format_option
@options.quiet_option
def remove(
    *, folder: Path, purls: tuple[str, ...], list_file: Path | None, format_: str, quiet: bool
) -> int:
    """Remove packages from the index in DIR, or everything that an opt-out list names.

    Each PURL is a package URL with its version. With --opt-outs, the result says how many files
    each entry removed; entries that match nothing are named, and exit with 5.
    """
    from codescan.app.opt_outs import remove_from_index

    console = Console(quiet)
    with console.steps() as on_progress:
        result = remove_from_index(folder, purls, list_file, on_progress)
    if result is None:
        _show(folder, format_, console)
        return 0
    if format_ == "json":
        console.json(result)
    else:
        lines = [f"{folder}: {result.files:,} files removed, {result.packages:,} whole packages"]
        lines += [
            f"  {entry}: {count:,} files" if count else f"  {entry}: not found"
            for entry, count in result.removed.items()
        ]
        console.result(printable("\n".join(lines)))
    return result.exit_code


@index.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@options.format_option
@options.quiet_option
def merge(*, folder: Path, format_: str, quiet: bool) -> int:
    """Merge the shards of the index in DIR, which makes it smaller and faster."""
    from codescan.app.indexes import merge_index

    console = Console(quiet)
    with console.progress("merging"):
        merge_index(folder)
    _show(folder, format_, console)
    return 0


def _show(folder: Path, format_: str, console: Console, change: IndexChange | None = None) -> None:
    from codescan.app.index_results import IndexResult
    from codescan.app.indexes import index_description, open_folder

    with contextlib.closing(open_folder(folder)) as opened:
        _warn_if_stale(opened, console)
        missing = UNSET if change is None else change.missing
        _describe(IndexResult.of(folder, index_description(opened), missing), format_, console)


def _warn_if_stale(opened: Index, console: Console) -> None:
    from codescan.app.stale_index import stale_reasons

    for reason in stale_reasons(opened.path, opened.manifest):
        console.warn(f"the index {opened.path} is stale: {reason}")


def _describe(result: IndexResult, format_: str, console: Console) -> None:
    for skip in result.missing or ():
        console.warn(f"not indexed: {skip.item}: {skip.reason} {skip.detail}".rstrip())
    if format_ == "json":
        console.json(result)
    else:
        lines = result_lines(result, without=frozenset({"path"}))
        console.result(printable(f"{result.path}\n{lines}"))


for _command in (pack, push, pull, trust, export):
    index.add_command(_command)
