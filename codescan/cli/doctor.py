# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.terminal_text import printable

if TYPE_CHECKING:
    from codescan.app.diagnostics import Diagnostic

__all__ = ["doctor"]


@click.command()
@options.format_option
def doctor(*, format_: str) -> int:
    """Show versions, the native module, extras, caches and the default index.

    Exits with 3 when something that every command needs is missing.
    """
    from codescan.app.diagnostics import diagnose

    diagnosis = diagnose()
    console = Console()
    if format_ == "json":
        console.json(diagnosis)
    else:
        console.result("\n".join(map(_line, diagnosis.checks)))
    return diagnosis.exit_code


def _line(result: Diagnostic) -> str:
    color = {"ok": "green", "missing": "yellow"}.get(result.state, "red")
    line = f"{click.style(f'{result.state:8}', fg=color)}{result.name}"
    if result.detail:
        line += f": {printable(result.detail)}"
    return f"{line}\n        → {printable(result.hint)}" if result.hint else line
