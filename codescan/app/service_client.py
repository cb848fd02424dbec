# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Connect to a running service of the same user over its Unix socket.

This module imports little, to keep `codescan hook` fast.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

__all__ = ["SOCKET_VARIABLE", "connect", "default_socket"]

SOCKET_VARIABLE = "CODESCAN_SOCKET"
_NAME = "serve.sock"


def default_socket() -> str:
    """Path of the socket: from the environment, else in the user's runtime folder."""
    chosen = os.environ.get(SOCKET_VARIABLE)
    if chosen:
        return chosen
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and runtime.startswith("/"):
        return f"{runtime}/codescan/{_NAME}"
    return f"{os.path.expanduser('~')}/.cache/codescan/run/{_NAME}"  # noqa: PTH111  no pathlib here


def connect(path: str, seconds: float) -> socket.socket | None:
    """A connection to the service; None if none runs, or if another user could imitate it.

    Args:
        path: path of its socket.
        seconds: timeout of each step of the connection.
    """
    try:
        folder, entry = os.stat(os.path.dirname(path)), os.lstat(path)  # noqa: PTH116, PTH120
    except OSError:
        return None
    if not hasattr(os, "getuid"):  # without Unix sockets, or owners to check them by
        return None
    own = os.getuid()
    if folder.st_uid != own or folder.st_mode & 0o022 or entry.st_uid != own:
        return None
    if not stat.S_ISSOCK(entry.st_mode):
        return None
    import socket

    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(seconds)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        return None
    return connection
