# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the body of a request within limits of size and time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from codescan.serve.problems import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

__all__ = ["read_body", "require_json"]


def require_json(request: Request) -> None:
    """Reject bodies of another type, which browsers send across sites without a preflight request.

    Raises:
        RequestError: 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise RequestError(
            415, "not-json", "the body must be JSON", "send Content-Type: application/json"
        )


async def read_body(
    request: Request, max_bytes: int, seconds: float, on_bytes: Callable[[int], None]
) -> bytes:
    """The body of a request.

    Args:
        request: request with an unread body.
        max_bytes: maximum bytes of the body.
        seconds: maximum time for the body.
        on_bytes: called with the size of each part.

    Raises:
        RequestError: 413 too large, 408 too slow, 400 connection closed.
        QueueFullError: by `on_bytes`.
    """
    too_large = RequestError(
        413, "too-large", f"the body is over {max_bytes:,} bytes", "split it, or raise --max-body"
    )
    stated = request.headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:20]) > max_bytes:
        raise too_large
    parts = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                if len(parts) + len(part) > max_bytes:
                    raise too_large
                on_bytes(len(part))
                parts += part
    except TimeoutError:
        raise RequestError(
            408, "too-slow", f"the request body was not complete after {seconds:g} s"
        ) from None
    except ClientDisconnect:
        raise RequestError(400, "disconnected", "the client closed the connection") from None
    return bytes(parts)
