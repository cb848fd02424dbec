# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files and folders in the making: a killed process leaves none for good.

Each has a random name and a lock, which ends with the processes that write it. The first write of a
process to a folder removes those without a lock. What is complete is renamed to its real name.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["remove_unfinished", "replacing", "replacing_in_folder", "scratch_folder"]

_NAME_BYTES = 8
_OPEN = os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_cleared: set[tuple[int, int]] = set()
"""Device and inode of the folders that this process or its parent has cleared."""


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Write a file that gets its name, durably, when the block ends without an error.

    Args:
        path: the file; missing folders are made.
        private: whether only the user may read it.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, _FOLDER)
    try:
        with replacing_in_folder(folder, path.name, private=private) as stream:
            yield stream
    finally:
        os.close(folder)


@contextlib.contextmanager
def replacing_in_folder(
    folder: int, name: str, *, mode: int | None = None, private: bool = False
) -> Iterator[IO[bytes]]:
    """`replacing` in an opened folder.

    Args:
        folder: its descriptor.
        name: of the file.
        mode: its permissions; None: those of a new file.
        private: whether only the user may read a new file.

    Raises:
        OSError: it cannot be written.
    """
    _clear_once(folder)
    while True:
        aside = _random_name()
        descriptor = os.open(
            aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _OPEN, 0o600 if private else 0o666,
            dir_fd=folder,
        )  # fmt: skip
        if _is_locked(descriptor):
            break
        os.close(descriptor)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            if mode is not None:
                os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
            os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside, dir_fd=folder)
        raise


@contextlib.contextmanager
def scratch_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new folder; it is removed when the block ends, unless the block renamed it.

    Args:
        parent: the folder around it, made if need be; None: the system's for temporary files, where
            only the user may read it.

    Raises:
        OSError: it cannot be made.
    """
    import shutil
    import tempfile

    mode = 0o700 if parent is None else 0o777
    if parent is None:
        parent = Path(tempfile.gettempdir())
    else:
        parent.mkdir(parents=True, exist_ok=True)
    around = os.open(parent, _FOLDER)
    try:
        _clear_once(around)
    finally:
        os.close(around)
    while True:
        folder = parent / _random_name()
        folder.mkdir(mode=mode)
        try:
            descriptor = os.open(folder, _FOLDER)
        except FileNotFoundError:  # cleared by another process before it was locked
            continue
        if _is_locked(descriptor):
            break
        os.close(descriptor)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes of this user left in a folder.

    Raises:
        OSError: the folder cannot be read.
    """
    descriptor = os.open(folder, _FOLDER)
    try:
        _remove_all_unlocked(descriptor)
    finally:
        os.close(descriptor)


def _remove_all_unlocked(folder: int) -> None:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if _is_unfinished(entry.name)]
    for name in names:
        with contextlib.suppress(OSError):  # completed or removed meanwhile
            _remove_unlocked(folder, name)


def _clear_once(folder: int) -> None:
    status = os.fstat(folder)
    key = (status.st_dev, status.st_ino)
    if key not in _cleared:
        _cleared.add(key)
        with contextlib.suppress(OSError):  # a folder may be written that cannot be listed
            _remove_all_unlocked(folder)


def _remove_unlocked(folder: int, name: str) -> None:
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    is_folder = stat.S_ISDIR(status.st_mode)
    if status.st_uid != os.geteuid() or not (is_folder or stat.S_ISREG(status.st_mode)):
        return
    descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _OPEN, dir_fd=folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_folder:
            import shutil

            shutil.rmtree(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int) -> bool:
    """Lock a new file or folder; False if another process removed it before."""
    with contextlib.suppress(OSError):  # without locks nothing is ever removed
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    return os.fstat(descriptor).st_nlink > 0


def _random_name() -> str:
    return f".codescan-{os.urandom(_NAME_BYTES).hex()}.partial"


def _is_unfinished(name: str) -> bool:
    return re.fullmatch(rf"\.codescan-[0-9a-f]{{{2 * _NAME_BYTES}}}\.partial", name) is not None
