# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opens the files of an index: only regular files, with bounded size, so that nothing can block."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError, UsageError
from codescan.system.files import open_file, read_at, sync_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["REBUILD", "RegularFile", "check_index_path", "open_regular", "read_regular"]

REBUILD = "rebuild it with: codescan index build"
"""Hint for a damaged index."""

_CHUNK_BYTES = 1024 * 1024
_HINTS = {
    errno.EMFILE: "merge its shards with: codescan index merge DIR; or raise `ulimit -n`",
    errno.ENFILE: "close other programs, and run the command again",
    errno.EACCES: "check the permissions of the index",
    errno.EPERM: "check the permissions of the index",
    errno.EIO: "check the disk",
}
"""Hints for errors of the system, where the index is not damaged."""


def check_index_path(path: Path) -> None:
    """Check that the native core can name the files of an index.

    Raises:
        UsageError: the path is not UTF-8.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"the path of the index, {str(path)!a}, is not UTF-8", "rename its folder"
        ) from None


def open_regular(path: Path) -> int:
    """Open a regular file for reading and return its descriptor, which the caller closes.

    Raises:
        FileNotFoundError, NotADirectoryError: there is none.
        IndexFormatError: `path` is a link, a pipe, a device or a folder, or cannot be opened.
    """
    try:
        # No link is followed, and a pipe without a writer does not block.
        descriptor = open_file(path)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise IndexFormatError(
                f"{path} is a symbolic link, not a file of an index", REBUILD
            ) from None
        raise IndexFormatError(
            f"{path} cannot be read: {error.strerror}", _HINTS.get(error.errno or 0, REBUILD)
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IndexFormatError(f"{path} is not a regular file", REBUILD)
    return descriptor


def read_regular(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes.

    Raises:
        FileNotFoundError, NotADirectoryError: there is none.
        IndexFormatError: as for `open_regular`; or the file is longer.
    """
    file = RegularFile(path)
    try:
        content = b"".join(file.chunks(limit + 1))
    finally:
        file.close()
    if len(content) > limit:
        raise IndexFormatError(f"{path} is longer than {limit:,} bytes", REBUILD)
    return content


class RegularFile:
    """A regular file that stays open for reading, even if it is renamed or removed.

    Args:
        path: the file.

    Raises:
        FileNotFoundError, NotADirectoryError: there is none.
        IndexFormatError: as for `open_regular`.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = -1
        self.path = path
        self._descriptor = open_regular(path)

    def __del__(self) -> None:
        """Close the file."""
        self.close()

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return os.fstat(self._descriptor).st_size

    def read(self, count: int, offset: int) -> bytes:
        """Up to `count` bytes, starting at `offset`; fewer at the end of the file.

        Raises:
            IndexFormatError: they cannot be read.
        """
        try:
            return read_at(self._descriptor, count, offset)
        except (OSError, OverflowError) as error:
            raise IndexFormatError(f"{self.path} cannot be read: {error}", REBUILD) from error

    def chunks(self, limit: int | None = None) -> Iterator[bytes]:
        """Yield the file in pieces, at most `limit` bytes of it.

        Raises:
            IndexFormatError: it cannot be read.
        """
        offset = 0
        while limit is None or offset < limit:
            count = _CHUNK_BYTES if limit is None else min(_CHUNK_BYTES, limit - offset)
            chunk = self.read(count, offset)
            if not chunk:
                return
            yield chunk
            offset += len(chunk)

    def sha256(self) -> str:
        """SHA-256 of the whole file, in hexadecimal.

        Raises:
            IndexFormatError: it cannot be read.
        """
        from hashlib import sha256  # only here: it loads OpenSSL

        digest = sha256()
        for chunk in self.chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def sync(self) -> None:
        """Make the file durable."""
        sync_file(self.path, self._descriptor)

    def close(self) -> None:
        """Close the file. Can be called again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
