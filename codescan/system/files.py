# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Open, read and write files with the flags that a system has."""

from __future__ import annotations

import errno
import os
import stat

__all__ = ["BINARY", "is_link", "open_file", "read_at", "sync_file", "write_at"]

BINARY: int = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""Flags of every file: bytes as they are, and not for the processes that this one starts."""
_NO_LINK: int = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)


def open_file(
    path: str | os.PathLike[str],
    flags: int = os.O_RDONLY,
    mode: int = 0o666,
    *,
    follow_links: bool = False,
    wait: bool = False,
) -> int:
    """Open a file and return its descriptor, which the caller closes.

    Args:
        path: of the file.
        flags: as for `os.open`.
        mode: permissions of a new file.
        follow_links: whether a link at the end of the path is followed.
        wait: for the other end of a pipe.

    Raises:
        OSError: as `os.open`; ELOOP for a link that is not followed.
    """
    flags |= BINARY | (0 if wait else _NO_WAIT)
    if follow_links:
        return os.open(path, flags, mode)
    if not _NO_LINK and is_link(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    return os.open(path, flags | _NO_LINK, mode)


def is_link(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a link, or a junction of Windows."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or bool(getattr(status, "st_reparse_tag", 0))


def read_at(descriptor: int, count: int, offset: int) -> bytes:
    """Up to `count` bytes from `offset` on.

    Raises:
        OSError: they cannot be read.
        OverflowError: the system has no such offset.
    """
    if hasattr(os, "pread"):
        return os.pread(descriptor, count, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.read(descriptor, count)


def write_at(descriptor: int, content: bytes | memoryview, offset: int) -> int:
    """Write at `offset`; returns how many bytes were written.

    Raises:
        OSError: they cannot be written.
    """
    if hasattr(os, "pwrite"):
        return os.pwrite(descriptor, content, offset)
    os.lseek(descriptor, offset, os.SEEK_SET)
    return os.write(descriptor, content)


def sync_file(path: str | os.PathLike[str], descriptor: int) -> None:
    """Make durable what was written to a file that is open for reading.

    Raises:
        OSError: it cannot be made durable.
    """
    if os.name != "nt":
        os.fsync(descriptor)
        return
    writable = open_file(path, os.O_RDWR)  # Windows asks for the right to write
    try:
        os.fsync(writable)
    finally:
        os.close(writable)
