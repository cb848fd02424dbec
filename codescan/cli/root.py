# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The root command: a table from name to command, each imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMANDS", "LazyGroup", "cli"]

COMMANDS: Mapping[str, str] = {
    "audit": "codescan.cli.audit:audit",
    "logs": "codescan.cli.logs:logs",
    "runs": "codescan.cli.runs:runs",
    "compare": "codescan.cli.compare:compare",
    "safeguard": "codescan.cli.compare:safeguard",
    "canary": "codescan.cli.canary:canary",
    "mine": "codescan.cli.mine:mine",
    "scan": "codescan.cli.scan:scan",
    "check": "codescan.cli.check:check",
    "attribute": "codescan.cli.attribute:attribute",
    "explain": "codescan.cli.explain:explain",
    "private": "codescan.cli.private:private",
    "report": "codescan.cli.report:report",
    "serve": "codescan.cli.serve:serve",
    "hook": "codescan.cli.hook:hook",
    "mcp": "codescan.cli.mcp:mcp",
    "lsp": "codescan.cli.lsp:lsp",
    "membership": "codescan.cli.membership:membership",
    "lab": "codescan.cli.lab:lab",
    "corpus": "codescan.cli.corpus:corpus",
    "index": "codescan.cli.index:index",
    "member": "codescan.cli.member:member",
    "evidence": "codescan.cli.evidence:evidence",
    "dedup": "codescan.cli.dedup:dedup",
    "doctor": "codescan.cli.doctor:doctor",
    "demo": "codescan.cli.demo:demo",
}
"""Command name -> "module:command", in the order in which help lists them."""


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own, imported by need."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the table's order."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """The command of a name, None when there is none."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None


def _show_version(ctx: click.Context, _parameter: click.Parameter, is_requested: bool) -> None:
    if is_requested:
        from codescan.app.versions import version

        click.echo(f"codescan {version()}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 checked, and nothing at or above --fail-on; 1 findings; 2 usage or "
    "configuration; 3 an index, model, corpus or output is missing or damaged; 4 unexpected; 5 "
    "something in scope could not be checked, or `scan` or `audit` had nothing to check; 130 "
    "interrupted; 141 broken pipe. Of several, 4, 3, 1 and 5 come first, in this order. Results go "
    "to stdout, everything else to stderr.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Find what a language model has memorized, and name its origin and license."""
