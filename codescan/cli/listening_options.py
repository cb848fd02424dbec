# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Options of commands that listen on an address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["listening_options"]

F = TypeVar("F", bound=Callable[..., Any])


def listening_options(port: int, condition: str = "") -> Callable[[F], F]:
    """`--host`, `--port`, `--token-file` and `--allow-host`.

    Args:
        port: the default port.
        condition: beginning of each help text, such as "With --http: "; "" for none.
    """

    def text(words: str) -> str:
        return condition + (words[0].lower() + words[1:] if condition else words)

    address = click.option(
        "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
        help=text("Address to listen on. Any other than loopback needs a token."),
    )  # fmt: skip
    number = click.option(
        "--port", metavar="PORT", type=click.IntRange(0, 65535), default=port, show_default=True,
        help=text("Port to listen on; 0 for any free one."),
    )  # fmt: skip
    token = click.option(
        "--token-file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help=text(
            "File with the token that clients must send.  [default: the variable "
            "CODESCAN_SERVE_TOKEN, or no token on loopback]"
        ),
    )  # fmt: skip
    further = click.option(
        "--allow-host", multiple=True, metavar="NAME",
        help=text("Additional host name that clients may use; repeat for several."),
    )  # fmt: skip

    def decorate(command: F) -> F:
        return address(number(token(further(command))))

    return decorate
