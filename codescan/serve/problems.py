# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Errors of the service as JSON: {"error": {"kind": ..., "message": ..., "hint": ...}}."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from starlette.types import Send

__all__ = ["RequestError", "problem_bytes", "send_problem"]


class RequestError(Exception):
    """A rejected request.

    Args:
        status: HTTP status.
        kind: a stable word.
        message: the problem, without text of the request.
        hint: the next step.
        headers: further response headers.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        hint: str = "",
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.message, self.hint = status, kind, message, hint
        self.headers = headers


def problem_bytes(error: RequestError) -> bytes:
    """The body of the response."""
    content = {"kind": error.kind, "message": error.message}
    if error.hint:
        content["hint"] = error.hint
    return msgspec.json.encode({"error": content})


async def send_problem(send: Send, error: RequestError) -> None:
    """Send an error response without reading the rest of the request."""
    body = problem_bytes(error)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *error.headers,
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
