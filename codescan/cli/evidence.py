# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan evidence`: signed bundles of what runs measured."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

__all__ = ["evidence"]


@click.group(no_args_is_help=True)
def evidence() -> None:
    """Make and verify signed bundles of what runs measured."""


@evidence.command()
@click.argument("key", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@options.format_option
@options.quiet_option
def keygen(*, key: Path, format_: str, quiet: bool) -> int:
    """Write a new ed25519 key to FILE, and its public half to FILE.pub.

    The private key is not encrypted; only you may read its file. Existing files are not replaced.
    """
    from codescan.app.signing_keys import new_key

    console = Console(quiet)
    key_id = new_key(key)
    if format_ == "json":
        console.json({"key": str(key), "public_key": f"{key}.pub", "key_id": key_id})
    else:
        console.result(printable(f"Wrote {key} and {key}.pub. Key id: {key_id}"))
    return 0
