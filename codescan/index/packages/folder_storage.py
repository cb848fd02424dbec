# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Packages in a folder: regular files only, written aside and renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError, PackageError
from codescan.index.packages.storage import MissingObjectError
from codescan.index.regular_files import RegularFile
from codescan.tasks.unfinished import replacing

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FolderStorage"]


class FolderStorage:
    """Packages in a folder.

    Args:
        folder: made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def url(self) -> str:
        """The path of the folder."""
        return str(self._folder)

    def read(self, path: str, limit: int) -> bytes:
        """The file at `path`, of at most `limit` bytes."""
        file = self._open(path)
        if file is None:
            raise MissingObjectError(f"there is no {path} in {self._folder}", "check the folder")
        try:
            content = b"".join(file.chunks(limit + 1))
        except IndexFormatError as error:
            raise PackageError(error.message, "check the disk") from error
        finally:
            file.close()
        if len(content) > limit:
            raise PackageError(
                f"{self._folder / path} is longer than {limit:,} bytes",
                "the file was altered: get the package again",
            )
        return content

    def size(self, path: str) -> int | None:
        """Bytes of the file at `path`; None where there is none."""
        file = self._open(path)
        if file is None:
            return None
        size = file.size
        file.close()
        return size

    def write(self, path: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        target = self._folder / path
        try:
            with replacing(target) as file:
                file.write(content)
        except OSError as error:
            raise PackageError(
                f"{target} cannot be written: {error.strerror}",
                "check the free space and the permissions of the folder",
            ) from error

    def _open(self, path: str) -> RegularFile | None:
        try:
            return RegularFile(self._folder / path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except IndexFormatError as error:
            raise PackageError(error.message, "check the folder") from error
