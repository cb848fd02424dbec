# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run the service: its sockets, and uvicorn on them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from codescan.serve.application import application
from codescan.serve.listening import listen
from codescan.serve.local_socket import bind_local_socket
from codescan.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import uvicorn

    from codescan.app.shared_index import SharedIndex
    from codescan.serve.gateway import Gateway
    from codescan.serve.settings import ServeSettings

__all__ = ["make_server", "run_server"]

_KEEP_ALIVE_SECONDS = 30
_GRACE_SECONDS = 5


def run_server(
    settings: ServeSettings,
    index: SharedIndex,
    *,
    gateway: Gateway | None = None,
    socket_path: Path | None,
    on_ready: Callable[[str], None],
) -> None:
    """Serve until the process is interrupted.

    Args:
        settings: settings of the service.
        index: the index.
        gateway: handling of model completions; None for none.
        socket_path: path of the Unix socket; None for none.
        on_ready: called with the address when clients can connect.

    Raises:
        OutputError: the address is in use or not permitted.
        UsageError: the Unix socket cannot be used.
    """
    service = Service(settings, index)
    tcp, url = listen(settings.host, settings.port)
    listening = [tcp]
    try:
        if socket_path is not None:
            listening.append(bind_local_socket(socket_path))
        on_ready(url)
        server = make_server(service, gateway)
        with contextlib.suppress(KeyboardInterrupt):  # the ordinary end of a service
            asyncio.run(server.serve(sockets=listening))
    finally:
        for each in listening:
            each.close()
        if socket_path is not None and len(listening) > 1:
            socket_path.unlink(missing_ok=True)
        service.admission.close()
        if gateway is not None:
            gateway.report.write()


def _is_unexpected(record: logging.LogRecord) -> bool:
    """Return whether a log record is not of an answer that was cut off, which has an entry."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, ConnectionAbortedError)


def make_server(service: Service, gateway: Gateway | None = None) -> uvicorn.Server:
    """The HTTP server of a service, not yet running."""
    import uvicorn

    logger = logging.getLogger("uvicorn.error")
    logger.setLevel(logging.ERROR)
    logger.addFilter(_is_unexpected)
    return uvicorn.Server(
        uvicorn.Config(
            application(service, gateway),
            access_log=False,
            log_config=None,
            lifespan="off",
            limit_concurrency=service.settings.max_connections,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            server_header=False,
        )
    )
