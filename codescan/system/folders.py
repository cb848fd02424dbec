# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opened folders: what is done in one happens there, even if its path changes later.

Windows cannot name a file from an opened folder; there, the path is used each time.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import IO, TYPE_CHECKING, Protocol

from codescan.system.file_locks import lock_file
from codescan.system.files import BINARY, is_link, open_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Folder", "hold_folder", "open_folder"]

_HAS_DESCRIPTORS = hasattr(os, "O_DIRECTORY") and os.open in os.supports_dir_fd
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_JUST_CLOSED_SECONDS = 60.0


class Folder(Protocol):
    """An opened folder. Names are of entries in it; no link is followed. Errors are OSError."""

    def identity(self) -> tuple[object, ...]:
        """A value that identifies a folder."""

    def names(self) -> list[str]:
        """Its entries."""

    def status(self, name: str) -> os.stat_result:
        """Of an entry."""

    def create(self, name: str, mode: int) -> int:
        """A descriptor of a new file."""

    def below(self, name: str) -> Folder:
        """A folder in it, made if it is missing; ELOOP or ENOTDIR for anything else."""

    def replace(self, stream: IO[bytes], source: str, target: str) -> None:
        """Give an open, complete file its name."""

    def unlink(self, name: str) -> None:
        """Remove a file."""

    def remove_abandoned(self, name: str) -> None:
        """Remove a file or folder that no process holds."""

    def sync(self) -> None:
        """Make the names durable."""

    def close(self) -> None:
        """Close it."""


def open_folder(path: Path) -> Folder:
    """Open a folder; links to it are followed.

    Raises:
        OSError: it cannot be opened.
    """
    return _DescribedFolder.opened(path) if _HAS_DESCRIPTORS else _NamedFolder(path)


def hold_folder(path: Path) -> int:
    """Keep other processes from removing a folder of ours as abandoned.

    Returns:
        A descriptor; closing it ends this, as does the end of the process.

    Raises:
        OSError: it was removed already.
    """
    if _HAS_DESCRIPTORS:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | BINARY)
        with contextlib.suppress(OSError):  # without locks nothing is ever removed
            lock_file(descriptor, wait=True)
        return descriptor
    # The file disappears with its descriptor.
    return os.open(_holder(path), _NEW | BINARY | getattr(os, "O_TEMPORARY", 0), 0o600)


def _holder(path: Path) -> Path:
    return path.with_name(f"{path.name}.held")


class _DescribedFolder:
    """A folder that stays the same one, whatever happens to its path."""

    _FLAGS = getattr(os, "O_DIRECTORY", 0) | os.O_RDONLY | BINARY

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def opened(cls, path: Path) -> _DescribedFolder:
        return cls(os.open(path, cls._FLAGS))

    def identity(self) -> tuple[object, ...]:
        status = os.fstat(self._descriptor)
        return status.st_dev, status.st_ino

    def names(self) -> list[str]:
        with os.scandir(self._descriptor) as entries:
            return [entry.name for entry in entries]

    def status(self, name: str) -> os.stat_result:
        return os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)

    def create(self, name: str, mode: int) -> int:
        return os.open(name, _NEW | os.O_NOFOLLOW | BINARY, mode, dir_fd=self._descriptor)

    def below(self, name: str) -> Folder:
        flags = self._FLAGS | os.O_NOFOLLOW
        try:
            return _DescribedFolder(os.open(name, flags, dir_fd=self._descriptor))
        except FileNotFoundError:
            with contextlib.suppress(FileExistsError):  # made by another process in between
                os.mkdir(name, dir_fd=self._descriptor)
            return _DescribedFolder(os.open(name, flags, dir_fd=self._descriptor))

    def replace(self, stream: IO[bytes], source: str, target: str) -> None:  # noqa: ARG002
        os.replace(source, target, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def unlink(self, name: str) -> None:
        os.unlink(name, dir_fd=self._descriptor)

    def remove_abandoned(self, name: str) -> None:
        flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | BINARY
        descriptor = os.open(name, flags, dir_fd=self._descriptor)
        try:
            lock_file(descriptor)
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                import shutil  # with it come the modules of three compressors

                shutil.rmtree(name, dir_fd=self._descriptor)
            else:
                self.unlink(name)
        finally:
            os.close(descriptor)

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class _NamedFolder:
    """A folder that is found by its path each time, as Windows does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_dir():
            code = errno.ENOTDIR if os.path.lexists(path) else errno.ENOENT
            raise OSError(code, os.strerror(code), str(path))

    def identity(self) -> tuple[object, ...]:
        return (os.path.realpath(self._path),)

    def names(self) -> list[str]:
        return [entry.name for entry in self._path.iterdir()]

    def status(self, name: str) -> os.stat_result:
        return (self._path / name).lstat()

    def create(self, name: str, mode: int) -> int:
        return open_file(self._path / name, _NEW, mode)

    def below(self, name: str) -> Folder:
        place = self._path / name
        with contextlib.suppress(FileExistsError):
            place.mkdir()
        if is_link(place):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(place))
        return _NamedFolder(place)

    def replace(self, stream: IO[bytes], source: str, target: str) -> None:
        stream.close()  # Windows renames no open file
        (self._path / source).replace(self._path / target)

    def unlink(self, name: str) -> None:
        (self._path / name).unlink()

    def remove_abandoned(self, name: str) -> None:
        place, status = self._path / name, self.status(name)
        if stat.S_ISDIR(status.st_mode):
            if not _holder(place).exists():
                import shutil

                shutil.rmtree(place)
        # Windows removes no open file. One that was just closed gets its name at once.
        elif abs(time.time() - status.st_mtime) > _JUST_CLOSED_SECONDS:
            place.unlink()

    def sync(self) -> None:
        """Names are durable once they are made, or the system offers no way."""

    def close(self) -> None:
        """Nothing is open."""
