# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan hook`: check what a coding agent writes, while it writes."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.hooks.adapters import ADAPTERS

__all__ = ["hook"]

_AGENTS = click.Choice(list(ADAPTERS))


@click.group(invoke_without_command=True)
@click.option(
    "--agent", type=_AGENTS, default="generic", show_default=True,
    help="Agent that runs the hook; decides the form of the reply.",
)  # fmt: skip
@options.index_options(builds=False)
@options.config_option
@click.pass_context
def hook(ctx: click.Context, *, agent: str, index_folder: Path | None, corpus: str | None,
         config_file: Path | None) -> int:  # fmt: skip
    """Check the edit in an agent's event on stdin, and reply so that the agent can fix it.

    Exits with 2 if the edit copies code that the policy of the last commit refuses, and with 5 if
    a part of it could not be checked. Asks a running `codescan serve` first. `codescan hook
    install` writes the settings of an agent.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from codescan.cli.plain_hook import reply

    return reply(agent, index_folder, corpus, config_file)


@hook.command("install")
@click.argument("agent", type=click.Choice([n for n, each in ADAPTERS.items() if each.settings]))
@click.option("--remove", is_flag=True, help="Remove the hook from the settings.")
@options.index_options(builds=False)
@options.format_option
@options.quiet_option
def install(*, agent: str, remove: bool, index_folder: Path | None, corpus: str | None,
            format_: str, quiet: bool) -> int:  # fmt: skip
    """Write the hook into the settings of AGENT in the project, or remove it.

    Other settings stay as they are. The project is the Git working tree around the current folder.
    """
    from codescan.app.hook_settings import HookSettings
    from codescan.hooks import installation

    root = installation.project_root(Path.cwd())
    if remove:
        file, is_changed = installation.uninstall(agent, root)
    else:
        hook_options = installation.index_options(index_folder, corpus)
        file, is_changed = installation.install(agent, root, hook_options)
    console = Console(quiet)
    if format_ == "json":
        console.json(
            HookSettings(agent=agent, file=file, is_changed=is_changed, is_installed=not remove)
        )
        return 0
    state = "removed from" if remove else "written to"
    console.result(f"{state} {file}" if is_changed else f"nothing to change in {file}")
    return 0
