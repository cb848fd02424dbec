# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lets a running service answer an event, before anything else of codescan is loaded.

Imports only modules that Python loads at its start, or that load fast.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING

from codescan.app.service_client import connect, default_socket

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["plain_options", "quick_answer"]

_SECONDS = 60.0
_MAX_BYTES = 64 << 20
_OPTIONS = ("--agent", "--index", "--corpus", "--config")
_OK = b"HTTP/1.1 200 "


def quick_answer(arguments: list[str]) -> int | None:
    """The exit code of `codescan hook`, answered by a running service.

    Args:
        arguments: after "hook".

    Returns:
        None where the ordinary way must answer: no service runs, it has another index, or the
        arguments ask for something else. The event can be read from `sys.stdin` again.
    """
    options = plain_options(arguments)
    if options is None or os.environ.get("GIT_DIR") or os.environ.get("GIT_WORK_TREE"):
        return None
    connection = connect(default_socket(), _SECONDS)
    if connection is None:
        return None
    data = sys.stdin.buffer.read(_MAX_BYTES + 1)
    reply = None
    with connection:
        if len(data) <= _MAX_BYTES:
            try:
                connection.sendall(_request(options, data))
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
                head, _, body = answer.partition(b"\r\n\r\n")
                reply = json.loads(body) if head.startswith(_OK) else None
            except (OSError, ValueError):
                reply = None
    if not isinstance(reply, dict) or type(reply.get("exit_code")) is not int:
        sys.stdin = io.TextIOWrapper(io.BytesIO(data))  # the ordinary way reads it again
        return None
    sys.stdout.write(str(reply.get("stdout", "")))
    sys.stdout.flush()
    sys.stderr.write(str(reply.get("stderr", "")))
    return int(reply["exit_code"])


def plain_options(arguments: Sequence[str]) -> dict[str, str] | None:
    """The values of the options that installed settings have; None for anything else."""
    options: dict[str, str] = {}
    remaining = list(arguments)
    while remaining:
        name, _, value = remaining.pop(0).partition("=")
        if name not in _OPTIONS:
            return None
        if not value:
            if not remaining:
                return None
            value = remaining.pop(0)
        if not value or value.startswith("-"):
            return None
        options[name.removeprefix("--")] = value
    return options


def _request(options: dict[str, str], data: bytes) -> bytes:
    head = {**options, "folder": os.getcwd(), "event": data.decode("utf-8", "surrogateescape")}  # noqa: PTH109  no pathlib
    body = json.dumps(head).encode("ascii")
    lines = (
        b"POST /local/hook HTTP/1.1", b"Host: codescan", b"Connection: close",
        b"Content-Type: application/json", b"Content-Length: " + str(len(body)).encode(),
    )  # fmt: skip
    return b"\r\n".join((*lines, b"", body))
