# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan attribute`: keep passages of others with the notices that their licenses ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from codescan.cli import options

__all__ = ["attribute"]


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@options.index_options(builds=False)
@click.option("--dry-run", is_flag=True, help="Print the changes as a diff and write nothing.")
@click.option(
    "--grade",
    type=click.Choice(["A", "B", "C", "D"]),
    default="B",
    show_default=True,
    help="Weakest evidence that is attributed (A is strongest).",
)
@click.option(
    "--notice",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the notices go.  [default: NOTICE at the root of the project]",
)
@options.format_option
@options.config_option
@options.quiet_option
def attribute(**given: Any) -> int:
    """Tag passages with their origin, and write LICENSES/ and NOTICE.

    Tags as REUSE and SPDX define them are put around each passage, in comments; `codescan check`
    then says "declared". A second run changes nothing. Tags cannot make a conflicting license
    fit: exits with 1 when a passage is left that `codescan check` would still refuse.
    """
    from codescan.app.attribute import AttributeOptions, run

    return run(AttributeOptions(**given))
