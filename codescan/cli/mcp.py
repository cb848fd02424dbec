# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan mcp`: tools for assistants that speak the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.listening_options import listening_options

__all__ = ["mcp"]


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP at /mcp instead of stdio.")
@listening_options(port=8322, condition="With --http: ")
@options.index_options(builds=False)
@options.config_option
@options.quiet_option
def mcp(  # noqa: PLR0913  one parameter for each option
    *,
    http: bool,
    host: str,
    port: int,
    token_file: Path | None,
    allow_host: tuple[str, ...],
    index_folder: Path | None,
    corpus: str | None,
    config_file: Path | None,
    quiet: bool,
) -> int:
    """Offer tools to an assistant: check_code, explain_finding, notices_for, license_fits.

    The project is the current folder. The license policy is that of its last commit.
    """
    from codescan.app.assistant_answers import Assistant
    from codescan.app.edit_check import edit_policy
    from codescan.app.shared_index import SharedIndex
    from codescan.serve.mcp_server import mcp_server, require_mcp, run_http
    from codescan.serve.settings import ServeSettings, read_token

    require_mcp()
    folder = Path.cwd()
    index = SharedIndex(index_folder, corpus, edit_policy(folder, config_file).config)
    server = mcp_server(Assistant(index, folder, config_file))
    try:
        if not http:
            server.run("stdio")
            return 0
        settings = ServeSettings(
            host=host,
            port=port,
            token=read_token(token_file),
            allowed_hosts=frozenset(name.lower() for name in allow_host),
        )
        console = Console(quiet)
        run_http(server, settings, lambda url: console.say(f"listening on {url}"))
    finally:
        index.close()
    return 0
