# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Count and log each request: route, status, time; never its text, query or headers."""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import TYPE_CHECKING

from codescan.serve.problems import RequestError, send_problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from codescan.serve.metrics import Metrics

__all__ = ["LOGGER", "RequestLog"]

LOGGER = logging.getLogger("codescan.serve")
_UNKNOWN_ROUTE = "other"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


class RequestLog:
    """ASGI middleware that counts requests, and returns 500 for an unexpected error.

    The log states the class and code location of such an error, but not its message, which may hold
    text of a request.

    Args:
        app: the application.
        metrics: metrics of the service.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Process a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status, is_whole = 0, False

        async def watch(message: Message) -> None:
            nonlocal status, is_whole
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                is_whole = True

        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001  the boundary of a request
            place = traceback.extract_tb(error.__traceback__)[-1]
            module = place.filename.rpartition("codescan/")[2]
            entry = {
                "event": "error",
                "kind": type(error).__name__,
                "place": f"{module}:{place.lineno}",
            }
            # Not `exception`: a traceback may hold text of the request.
            LOGGER.error("%s", json.dumps(entry))  # noqa: TRY400
            if status and not is_whole:
                raise ConnectionAbortedError("the answer was cut off") from None
            if not status:
                problem = RequestError(500, "unexpected", "unexpected error; see the log")
                await send_problem(watch, problem)
        finally:
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", _UNKNOWN_ROUTE)
            self._metrics.note_request(route, status, seconds)
            if LOGGER.isEnabledFor(logging.INFO):
                line: dict[str, object] = {
                    "event": "request",
                    "method": scope["method"][:10],
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1e3, 2),
                }
                LOGGER.info("%s", json.dumps(line))
