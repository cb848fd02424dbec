# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Temporary files and folders that are removed even if their process was killed.

Each has a random name and a lock, which ends with the processes that write it. The first write of a
process to a folder removes those without a lock. A complete file is renamed to its final name.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

from codescan.system.file_locks import lock_file
from codescan.system.folders import Folder, hold_folder, open_folder
from codescan.system.permissions import belongs_to_user

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["remove_unfinished", "replacing", "replacing_in_folder", "scratch_folder"]

_NAME_BYTES = 8
_cleared: set[tuple[object, ...]] = set()
"""Identities of the folders that this process or its parent has cleared."""


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Write a file that durably replaces `path` when the block ends without an error.

    Args:
        path: the file; missing folders are created.
        private: whether only the user may read it.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = open_folder(path.parent)
    try:
        with replacing_in_folder(folder, path.name, private=private) as stream:
            yield stream
    finally:
        folder.close()


@contextlib.contextmanager
def replacing_in_folder(
    folder: Folder, name: str, *, mode: int | None = None, private: bool = False
) -> Iterator[IO[bytes]]:
    """Like `replacing`, in an opened folder.

    Args:
        folder: the folder.
        name: name of the file.
        mode: its permissions; None: the default of a new file.
        private: whether only the user may read a new file.

    Raises:
        OSError: it cannot be written.
    """
    _clear_once(folder)
    while True:
        aside = _random_name()
        descriptor = folder.create(aside, 0o600 if private else 0o666)
        if _is_locked(descriptor):
            break
        os.close(descriptor)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
            folder.replace(stream, aside, name)
    except BaseException:
        with contextlib.suppress(OSError):
            folder.unlink(aside)
        raise


@contextlib.contextmanager
def scratch_folder(parent: Path | None = None) -> Iterator[Path]:
    """A new folder; it is removed when the block ends, unless the block renamed it.

    Args:
        parent: its parent folder, created if necessary; None: the system's folder for temporary
            files, where only the user may read it.

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
    around = open_folder(parent)
    try:
        _clear_once(around)
    finally:
        around.close()
    while True:
        folder = parent / _random_name()
        folder.mkdir(mode=mode)
        try:
            descriptor = hold_folder(folder)
        except FileNotFoundError:  # removed by another process before it was locked
            continue
        if os.fstat(descriptor).st_nlink > 0 and folder.is_dir():
            break
        os.close(descriptor)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def remove_unfinished(folder: Path) -> None:
    """Remove files and folders that killed processes of this user left in a folder.

    Raises:
        OSError: the folder cannot be read.
    """
    opened = open_folder(folder)
    try:
        _remove_all_unlocked(opened)
    finally:
        opened.close()


def _remove_all_unlocked(folder: Folder) -> None:
    for name in filter(_is_unfinished, folder.names()):
        with contextlib.suppress(OSError):  # completed or removed in the meantime
            _remove_unlocked(folder, name)


def _clear_once(folder: Folder) -> None:
    key = folder.identity()
    if key not in _cleared:
        _cleared.add(key)
        with contextlib.suppress(OSError):  # a writable folder may not be listable
            _remove_all_unlocked(folder)


def _remove_unlocked(folder: Folder, name: str) -> None:
    status = folder.status(name)
    is_known_kind = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    if belongs_to_user(status) and is_known_kind:
        folder.remove_abandoned(name)


def _is_locked(descriptor: int) -> bool:
    """Lock a new file; False if another process removed it before."""
    with contextlib.suppress(OSError):  # without locks nothing is ever removed
        lock_file(descriptor, wait=True)
    return os.fstat(descriptor).st_nlink > 0


def _random_name() -> str:
    return f".codescan-{os.urandom(_NAME_BYTES).hex()}.partial"


def _is_unfinished(name: str) -> bool:
    return re.fullmatch(rf"\.codescan-[0-9a-f]{{{2 * _NAME_BYTES}}}\.partial", name) is not None
