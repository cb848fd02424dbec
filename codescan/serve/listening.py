# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Open the TCP socket of a service."""

from __future__ import annotations

import socket

from codescan.errors import OutputError

__all__ = ["listen"]

_BACKLOG = 1024


def listen(host: str, port: int) -> tuple[socket.socket, str]:
    """A listening socket, and its address for clients.

    Args:
        host: an address, or a name of this machine.
        port: 0 for any free one.

    Raises:
        OutputError: the address is in use or not permitted.
    """
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((name, port))
        listening.listen(_BACKLOG)  # from now on clients may connect, and wait for the server
    except OSError as error:
        listening.close()
        raise OutputError(
            f"cannot listen on {host}:{port}: {error.strerror or error}", "give another --port"
        ) from error
    address, bound = listening.getsockname()[:2]
    return (
        listening,
        f"http://[{address}]:{bound}" if ":" in address else f"http://{address}:{bound}",
    )
