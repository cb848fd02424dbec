# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A file of an index that the manifest describes by its size and checksum."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError
from codescan.index.regular_files import REBUILD, RegularFile

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.index.manifest import FileEntry

__all__ = ["DescribedFile"]


class DescribedFile(RegularFile):
    """A regular file that is open for reading. Safe to share between threads.

    Args:
        path: path of the file.
        entry: size and checksum in the manifest.
        noun: name of the file in messages, such as "catalogue".

    Raises:
        IndexFormatError: it is missing, is not a regular file, or has another size.
    """

    def __init__(self, path: Path, entry: FileEntry, noun: str) -> None:
        self._noun = noun
        self._entry = entry
        self._is_tested = False
        self._test_lock = Lock()
        try:
            super().__init__(path)
        except (FileNotFoundError, NotADirectoryError):
            raise self.damaged("it is missing") from None
        if self.size != entry.bytes:
            self.close()
            raise self.damaged("it has the wrong size")

    def damaged(self, reason: str) -> IndexFormatError:
        """The error with the reason why this file cannot be used."""
        return IndexFormatError(f"the {self._noun} {self.path} is damaged: {reason}", REBUILD)

    def test(self, *, again: bool = False) -> None:
        """Compare the whole file with its checksum, once or `again`.

        Raises:
            IndexFormatError: it is not the file that the manifest describes.
        """
        with self._test_lock:
            if self._is_tested and not again:
                return
            if self.sha256() != self._entry.checksum:
                raise self.damaged("its checksum is wrong")
            self._is_tested = True
