# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan index export` and `codescan member`: publish what a corpus holds, and look it up."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable
from codescan.reports.escaping import visible

if TYPE_CHECKING:
    from codescan.app.swhids import Membership
    from codescan.index.swhid_list import Form

__all__ = ["export", "member"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--swhids",
    "out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the Software Heritage identifiers of all indexed files to FILE, sorted.",
)
@click.option(
    "--list-format",
    "form",
    type=click.Choice(["text", "compact"]),
    default="text",
    show_default=True,
    help="Form of the list. text: one identifier per line, exact answers. compact: 9 bytes per "
    "identifier; the probability of a false member is at most 2^-40.",
)
@options.format_option
@options.quiet_option
def export(*, folder: Path, out: Path, form: Form, format_: str, quiet: bool) -> int:
    """Write a list of the files in the index in DIR, in which others can look up their files.

    A trainer can index the training data and publish this list. `codescan member` then says
    whether a file was in the training data, byte for byte.
    """
    from codescan.app.indexes import open_folder
    from codescan.app.swhids import export_swhids

    console = Console(quiet)
    with console.steps() as on_progress, contextlib.closing(open_folder(folder)) as opened:
        written = export_swhids(opened, out, form, on_progress)
    if format_ == "json":
        console.json(written)
    else:
        console.result(printable(f"{out}: {written.count:,} identifiers, {written.bytes:,} bytes"))
    return 0


@click.command()
@click.argument("items", nargs=-1, required=True, metavar="SWHID|FILE...")
@click.option(
    "--swhids",
    "list_file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="List that `codescan index export --swhids` wrote.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["member", "absent", "none"]),
    default="none",
    show_default=True,
    help="Exit with 1 if any item is a member, or if any is absent.",
)
@options.format_option
def member(*, items: tuple[str, ...], list_file: Path, fail_on: str, format_: str) -> int:
    """Say whether files are in a published list, such as the list of a model's training data.

    Items are identifiers (swh:1:cnt:...), files, or - for identifiers on standard input, one a
    line. A member is byte for byte the same file; a copy with one changed byte is absent.
    """
    from codescan.app.swhids import find_members

    console = Console()
    members = find_members(items, list_file, sys.stdin.buffer if "-" in items else None)
    if format_ == "json":
        console.json(members)
    else:
        chance = members.list.false_positive_log2
        for answer in members.answers:
            console.result(printable(visible(_line(answer, chance))))
    if not members.answers:
        console.warn("nothing was checked: standard input held no identifier")
    return members.exit_code(fail_on)


def _line(answer: Membership, chance: float | None) -> str:
    if answer.is_member is None:
        return f"not checked  {answer.item}: {answer.problem}"
    if not answer.is_member:
        return f"absent       {answer.item} (certain)"
    if answer.is_certain or chance is None:
        return f"member       {answer.item} (certain)"
    return f"member       {answer.item} (wrong with a chance of at most 2^{chance:.1f})"
