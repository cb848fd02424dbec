# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The Unix socket for commands of the same user."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from pathlib import Path

from codescan.app.service_client import default_socket
from codescan.errors import OutputError, UsageError

__all__ = ["bind_local_socket", "chosen_socket"]

_LONGEST = 100
"""Maximum bytes of a path; the system allows 107 on Linux, 103 on macOS."""


def chosen_socket(path: Path | None, *, is_off: bool) -> Path | None:
    """The socket to listen on: the named one, or the default one; None for none.

    Raises:
        UsageError: a socket is both named and turned off, or the system does not support Unix
            sockets.
    """
    if is_off and path is not None:
        raise UsageError("--no-socket cannot be combined with --socket", "give one of them")
    if not hasattr(socket, "AF_UNIX"):
        if path is not None:
            raise UsageError("this system has no Unix sockets", "leave out --socket")
        return None
    return None if is_off else path or Path(default_socket())


def bind_local_socket(path: Path) -> socket.socket:
    """Listen on a socket that only this user can reach.

    A socket without a listener is replaced.

    Raises:
        UsageError: the path is too long, another service uses it, it is another kind of file, or
            other users can write to its folder.
        OutputError: the socket cannot be created.
    """
    if len(os.fsencode(path)) > _LONGEST:
        raise UsageError(f"the socket's path is too long: {path}", "give a shorter --socket PATH")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = path.parent.stat()
    except OSError as error:
        raise OutputError(f"cannot use {path.parent}: {error.strerror}", "give --socket") from error
    if folder.st_uid != os.getuid() or folder.st_mode & 0o022:
        raise UsageError(
            f"other users may write to {path.parent}", f"chmod 700 {path.parent}, or give --socket"
        )
    _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise OutputError(f"cannot listen on {path}: {error.strerror}", "give --socket") from error
    finally:
        os.umask(mask)
    listening.listen(128)
    return listening


def _remove_stale(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(mode):
        raise UsageError(f"{path} is not a socket", "remove it, or give --socket PATH")
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise UsageError(
        f"another service listens on {path}", "stop it, or give --socket PATH or --no-socket"
    )
