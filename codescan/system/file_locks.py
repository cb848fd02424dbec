# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Locks on open files, which the system releases when the process ends."""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt
else:
    try:
        import fcntl
    except ImportError:  # a system without locks
        fcntl = None  # type: ignore[assignment]

__all__ = ["lock_file"]

_LOCKED_BYTE = 1 << 30
"""Windows locks bytes and refuses to read them; none of our locked files is as long as this."""


def lock_file(descriptor: int, *, wait: bool = False, shared: bool = False) -> None:
    """Lock an open file; closing it releases the lock. A system without locks does nothing.

    Args:
        descriptor: of the file.
        wait: until another process releases its lock.
        shared: only exclusive locks are in the way. Windows has exclusive ones only.

    Raises:
        BlockingIOError: another process holds a lock, and `wait` is not set.
        OSError: the file system has no locks.
    """
    if sys.platform == "win32":
        _lock_byte(descriptor, wait=wait)
    elif fcntl is not None:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)


if sys.platform == "win32":

    def _lock_byte(descriptor: int, *, wait: bool) -> None:
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        try:
            while True:
                os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
                try:
                    # LK_LOCK gives up after ten seconds.
                    msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                except OSError as error:
                    if not wait:
                        raise BlockingIOError(error.errno, error.strerror) from error
                else:
                    return
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)
