# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the service: its sockets, and uvicorn on them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from typing import TYPE_CHECKING

from codescan.errors import OutputError
from codescan.serve.application import application
from codescan.serve.local_socket import bind_local_socket
from codescan.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import uvicorn

    from codescan.app.shared_index import SharedIndex
    from codescan.serve.settings import ServeSettings

__all__ = ["make_server", "run_server"]

_KEEP_ALIVE_SECONDS = 30
_GRACE_SECONDS = 5


def run_server(
    settings: ServeSettings,
    index: SharedIndex,
    *,
    socket_path: Path | None,
    on_ready: Callable[[str], None],
) -> None:
    """Serve until the process is interrupted.

    Args:
        settings: of the service.
        index: that answers.
        socket_path: of the Unix socket; None for none.
        on_ready: called with the address as soon as clients can connect.

    Raises:
        OutputError: the address is in use, or may not be used.
        UsageError: the Unix socket may not be used.
    """
    service = Service(settings, index)
    listening = [_bind(settings.host, settings.port)]
    try:
        if socket_path is not None:
            listening.append(bind_local_socket(socket_path))
        host, port = listening[0].getsockname()[:2]
        on_ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        server = make_server(service)
        with contextlib.suppress(KeyboardInterrupt):  # the ordinary end of a service
            asyncio.run(server.serve(sockets=listening))
    finally:
        for each in listening:
            each.close()
        if socket_path is not None and len(listening) > 1:
            socket_path.unlink(missing_ok=True)
        service.admission.close()


def make_server(service: Service) -> uvicorn.Server:
    """The HTTP server of a service, not yet running."""
    import uvicorn

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    return uvicorn.Server(
        uvicorn.Config(
            application(service),
            access_log=False,
            log_config=None,
            lifespan="off",
            limit_concurrency=service.settings.max_connections,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            server_header=False,
        )
    )


def _bind(host: str, port: int) -> socket.socket:
    name = host.strip("[]")
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((name, port))
    except OSError as error:
        listening.close()
        raise OutputError(
            f"cannot listen on {host}:{port}: {error.strerror or error}", "give another --port"
        ) from error
    return listening
