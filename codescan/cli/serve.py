# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""`codescan serve`: scans over HTTP from one open index."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codescan.cli import options
from codescan.cli.console import Console
from codescan.cli.help_pages import PagedCommand
from codescan.cli.listening_options import listening_options

if TYPE_CHECKING:
    from codescan.app.shared_index import SharedIndex
    from codescan.serve.gateway import Gateway

__all__ = ["serve"]

_FIRST_PAGE = (
    "host", "port", "token_file", "index_folder", "corpus", "runs", "withhold_passages",
    "config_file", "quiet",
)  # fmt: skip
_SECTIONS = {
    "Gateway": ("upstream", "on_copy", "stop_after", "out"),
    "Access": ("allow_host", "socket_path", "no_socket"),
    "Limits": ("min_tokens", "threads", "queue", "max_body", "timeout"),
    "Log": ("log_requests",),
}


@click.command(cls=PagedCommand, first_page=_FIRST_PAGE, sections=_SECTIONS)
@listening_options(port=8321)
@click.option(
    "--socket", "socket_path", type=click.Path(dir_okay=False, path_type=Path), metavar="PATH",
    help="Unix socket for commands of the same user, such as `codescan hook`.  [default: "
    "codescan/serve.sock in the runtime folder of the user]",
)  # fmt: skip
@click.option("--no-socket", is_flag=True, help="Do not listen on a Unix socket.")
@options.index_options(builds=False)
@click.option(
    "--min-tokens", type=click.IntRange(min=1), metavar="N",
    help="Minimum length of a finding, in tokens.  [default: the guarantee of the index]",
)  # fmt: skip
@click.option(
    "--threads", type=click.IntRange(min=1), metavar="N",
    help="Maximum number of texts scanned at a time.  [default: one per processor]",
)  # fmt: skip
@click.option(
    "--queue", type=click.IntRange(min=0), default=64, show_default=True, metavar="N",
    help="Maximum number of waiting requests; further ones get status 429.",
)  # fmt: skip
@click.option(
    "--max-body", type=click.IntRange(1, 1024), default=8, show_default=True, metavar="MIB",
    help="Maximum size of a request in MiB.",
)  # fmt: skip
@click.option(
    "--timeout", type=options.FiniteRange(min=0.1, max=3600), default=30.0, show_default=True,
    metavar="SECONDS", help="Maximum time of a request.",
)  # fmt: skip
@click.option(
    "--runs-folder", "runs", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Show the runs below DIR on the web page.",
)  # fmt: skip
@click.option(
    "--withhold-passages", is_flag=True, help="Never answer with source text of the index."
)
@click.option(
    "--log-requests", is_flag=True,
    help="Log route, status and time of each request to stderr; never text.",
)  # fmt: skip
@click.option(
    "--upstream", metavar="URL",
    help="Also act as a proxy for the model service at URL, and check its answers.",
)  # fmt: skip
@click.option(
    "--on-copy", type=click.Choice(["log", "annotate", "end"]), default="log", show_default=True,
    help="Action of the proxy on a copy. log: only log it; annotate: add a comment or header to "
    "the answer; end: end an answer that copies code under a denied license.",
)  # fmt: skip
@click.option(
    "--stop-after", type=click.IntRange(min=1), metavar="N",
    help="Number of tokens of a denied passage after which an answer ends.  [default: the "
    "guarantee of the index]",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="RUN",
    help="Run folder for the answers that the proxy and the guardrail check; render it with "
    "`codescan report`.",
)  # fmt: skip
@options.config_option
@options.quiet_option
def serve(*, index_folder: Path | None, corpus: str | None, config_file: Path | None,
          min_tokens: int | None, quiet: bool, **parameters: Any) -> int:  # fmt: skip
    """Scan texts over HTTP, from an index that is opened once.

    The page at / shows copied passages beside their origin. POST /v1/scan takes one text or a
    batch; /openapi.json describes all routes. An index that is replaced on disk takes effect at
    once.
    """
    from codescan.app.settings import project_config
    from codescan.app.shared_index import SharedIndex
    from codescan.serve.requirements import require_serve

    require_serve()
    from codescan.serve.local_socket import chosen_socket
    from codescan.serve.server import run_server
    from codescan.serve.settings import ServeSettings, read_token

    local = chosen_socket(parameters["socket_path"], is_off=parameters["no_socket"])
    settings = ServeSettings(
        host=parameters["host"],
        port=parameters["port"],
        token=read_token(parameters["token_file"]),
        allowed_hosts=frozenset(name.lower() for name in parameters["allow_host"]),
        threads=parameters["threads"] or 0,
        queue=parameters["queue"],
        max_body=parameters["max_body"] << 20,
        timeout=parameters["timeout"],
        runs=parameters["runs"],
        withhold_passages=parameters["withhold_passages"],
    )
    index = SharedIndex(index_folder, corpus, project_config(config_file), min_tokens=min_tokens)
    gateway = _gateway(parameters, index, config_file)
    console = Console(quiet)
    if parameters["log_requests"]:
        _log_requests()
    try:
        run_server(
            settings,
            index,
            gateway=gateway,
            socket_path=local,
            on_ready=lambda url: _say_ready(console, url, local),
        )
    finally:
        index.close()
    return 0


def _gateway(parameters: dict[str, Any], index: SharedIndex, config_file: Path | None) -> Gateway:
    """The gateway of the options; its policy is that of the current folder."""
    from codescan.app.completion_policy import read_completion_policy
    from codescan.app.gateway_report import GatewayReport
    from codescan.serve.gateway import Gateway, upstream_address

    upstream = upstream_address(parameters["upstream"]) if parameters["upstream"] else ""
    settings = {
        "upstream": upstream or None,
        "on_copy": parameters["on_copy"],
        "stop_after": parameters["stop_after"],
    }
    with index.lease() as opened:
        report = GatewayReport(parameters["out"], settings, opened.matching.index)
    return Gateway(
        read_completion_policy(Path.cwd(), config_file),
        report,
        upstream,
        parameters["on_copy"],
        parameters["stop_after"] or 0,
    )


def _say_ready(console: Console, url: str, local: Path | None) -> None:
    console.say(f"listening on {url}" + (f" and {local}" if local is not None else ""))


def _log_requests() -> None:
    """Write the request log to stderr, one JSON object a line."""
    import logging

    logger = logging.getLogger("codescan.serve")
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO)
    logger.propagate = False
