# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan attribute`: keep third-party passages, with the notices that their licenses need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

__all__ = ["attribute"]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@options.index_options(builds=False)
@options.verify_option
@click.option(
    "--dry-run",
    is_flag=True,
    help="Print the changes as a patch for the root of the project, and write nothing.",
)
@click.option(
    "--grade",
    type=click.Choice(["A", "B", "C", "D"]),
    default="B",
    show_default=True,
    help="Lowest grade to attribute (A is the strongest evidence).",
)
@click.option(
    "--notice",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File for the notices.  [default: NOTICE at the root of the project]",
)
@options.format_option
@options.config_option
@options.quiet_option
def attribute(*, format_: str, quiet: bool, **parameters: Any) -> int:
    """Tag passages with their origin, and write LICENSES/ and NOTICE.

    Each passage gets REUSE and SPDX tags around it, in comments; `codescan check` then reports it
    as declared. A second run changes nothing. Tags cannot make a conflicting license fit: the
    command exits with 1 when `codescan check` would still refuse a passage.
    """
    from codescan.app.attribute import AttributeOptions
    from codescan.app.attribute import attribute as attribute_files
    from codescan.app.file_changes import patch

    result = attribute_files(AttributeOptions(**parameters))
    console = Console(quiet)
    for finding, reason in result.unattributed:
        place = f"{finding.snippet_id}:{finding.region.start_line}-{finding.region.end_line}"
        console.say(f"{place}: not attributed: {reason}")
    for finding in result.conflicting:
        place = f"{finding.snippet_id}:{finding.region.start_line}"
        console.say(f"{place}: attributed, but its license does not fit: see `codescan check`")
    console.name_unread(result.unchecked)
    if format_ == "json":
        console.json(result.summary)
    elif not result.written:
        console.data(patch(result.changes, result.root))
    else:
        listed = "".join(f"\n  {file}" for file in result.summary.files)
        console.result(
            printable(
                f"{len(result.attributed)} attributed, {len(result.unattributed)} not attributed; "
                f"files written:{listed or ' none'}"
            )
        )
    return result.exit_code
