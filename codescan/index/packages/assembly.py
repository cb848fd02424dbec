# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Puts the files of a package together beside the shards of an index, and installs them.

The folder `.pull` of an index holds files of their final sizes, in which parts are filled in. What
lies there is never believed: a later pull tests each part again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError, OutputError, PackageError
from codescan.index.packages.cutting import read_part
from codescan.index.packages.statement import (
    MANIFEST,
    MAX_ENVELOPE_BYTES,
    Package,
    PackageFile,
    Part,
    unverified_package,
)
from codescan.index.regular_files import RegularFile, read_regular
from codescan.system.files import open_file, write_at
from codescan.system.folders import open_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["STAGING", "Assembly", "Places"]

STAGING = ".pull"
"""Folder of unfinished pulls in the folder of an index."""

Places = dict[Part, list[tuple[str, int]]]
"""File and offset of each occurrence of a part."""


class Assembly:
    """The files of a package, partly in place.

    Args:
        out: folder of the index; its lock is held.
        package: the package.
        envelope_name: file name of the statement in the folder of a pulled index.

    Raises:
        OutputError: something else is in the way.
    """

    def __init__(self, out: Path, package: Package, envelope_name: str) -> None:
        self.folder = out / STAGING
        self._out = out
        self._package = package
        self._envelope_name = envelope_name
        self._present = _present_parts(out / envelope_name)
        self._complete: set[str] = set()
        """Shards of the present index that belong to the package too."""
        if self.folder.is_symlink():
            raise OutputError(f"{self.folder} is a symbolic link", "remove it")
        self.folder.mkdir(exist_ok=True)
        self._remove_foreign()

    def missing_parts(self, on_bytes: Callable[[int], None]) -> Places:
        """The parts that must be fetched; all others are put in place.

        Args:
            on_bytes: called with the bytes tested so far.
        """
        missing: Places = {}
        shards: dict[str, list[PackageFile]] = {}
        for file in self._package.files:
            shards.setdefault(_shard(file.path), []).append(file)
        tested = 0
        for shard, files in shards.items():
            if shard and self._is_complete(shard, files):
                self._complete.add(shard)
                tested += sum(file.bytes for file in files)
                on_bytes(tested)
                continue
            for file in files:
                self._prepare(file)
                for part, offset in _offsets(file):
                    if not self._fill(file.path, part, offset):
                        missing.setdefault(part, []).append((file.path, offset))
                    else:
                        tested += part.bytes
                        on_bytes(tested)
        return missing

    def write(self, path: str, offset: int, content: bytes) -> None:
        """Put a verified part in place.

        Raises:
            OSError: it cannot be written.
        """
        with self._opened(path) as descriptor:
            view = memoryview(content)
            while view:
                count = write_at(descriptor, view, offset)
                offset += count
                view = view[count:]

    def sha256(self, file: PackageFile) -> str:
        """SHA-256 of a file as it lies on the disk.

        Raises:
            PackageError: it cannot be read.
        """
        base = self._out if _shard(file.path) in self._complete else self.folder
        try:
            opened = RegularFile(base / file.path)
            try:
                return opened.sha256()
            finally:
                opened.close()
        except (OSError, IndexFormatError) as error:
            raise PackageError(f"{base / file.path} cannot be read: {error}", "pull again") from (
                error
            )

    def install(self, envelope: bytes) -> None:
        """Make the files the index: shards first, then the statement, then the manifest.

        Args:
            envelope: the statement.

        Raises:
            OSError: something cannot be written.
        """
        shards = {_shard(file.path) for file in self._package.files} - self._complete - {""}
        for file in self._package.files:
            if _shard(file.path) not in self._complete:
                with self._opened(file.path) as descriptor:
                    os.fsync(descriptor)
        for shard in sorted(shards):
            target = self._out / shard
            if target.is_symlink() or target.exists():  # damaged: `_is_complete` refused it
                target.rename(self.folder / f"damaged-{target.name}")
            (self.folder / shard).rename(target)
        _sync_folder(self._out / "shards")
        aside = self.folder / self._envelope_name
        aside.write_bytes(envelope)
        aside.replace(self._out / self._envelope_name)
        (self.folder / MANIFEST).replace(self._out / MANIFEST)
        _sync_folder(self._out)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _remove_foreign(self) -> None:
        """Remove what an earlier pull of another package left in the staging folder."""
        package_paths = {self.folder / file.path for file in self._package.files}
        folders = {folder for path in package_paths for folder in path.parents}
        for path in sorted(self.folder.rglob("*"), reverse=True):
            if path in package_paths and path.is_file() and not path.is_symlink():
                continue
            if path.is_dir() and not path.is_symlink():
                if path not in folders:
                    path.rmdir()
            else:
                path.unlink()

    def _is_complete(self, shard: str, files: list[PackageFile]) -> bool:
        """Whether a shard of the present index is the package's, byte for byte."""
        folder = self._out / shard
        if folder.is_symlink() or not folder.is_dir():
            return False
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        if names != {file.path.rpartition("/")[2] for file in files}:
            return False
        return all(
            self._read(self._out, file.path, part, offset) is not None
            for file in files
            for part, offset in _offsets(file)
        ) and all((self._out / file.path).lstat().st_size == file.bytes for file in files)

    def _prepare(self, file: PackageFile) -> None:
        """Give the unfinished file its final size."""
        (self.folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        with self._opened(file.path) as descriptor:
            os.ftruncate(descriptor, file.bytes)

    def _fill(self, path: str, part: Part, offset: int) -> bool:
        """Whether a part is in place, or was copied from the present index."""
        if self._read(self.folder, path, part, offset) is not None:
            return True
        places = [(path, offset)]
        if part.sha256 in self._present:
            places.append(self._present[part.sha256])
        for present_path, present_offset in places:
            content = self._read(self._out, present_path, part, present_offset)
            if content is not None:
                self.write(path, offset, content)
                return True
        return False

    def _read(self, base: Path, path: str, part: Part, offset: int) -> bytes | None:
        try:
            file = RegularFile(base / path)
        except (FileNotFoundError, NotADirectoryError, IndexFormatError):
            return None
        try:
            return read_part(file, part, offset)
        except IndexFormatError:
            return None
        finally:
            file.close()

    @contextlib.contextmanager
    def _opened(self, path: str) -> Iterator[int]:
        descriptor = open_file(self.folder / path, os.O_RDWR | os.O_CREAT)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _present_parts(envelope: Path) -> dict[str, tuple[str, int]]:
    """The paths in the index at which the parts of the last pulled package should be.

    Its statement is not verified: a part that is taken is tested by its own hash.
    """
    try:
        package = unverified_package(read_regular(envelope, MAX_ENVELOPE_BYTES))
    except (OSError, IndexFormatError, PackageError):
        return {}
    return {
        part.sha256: (file.path, offset)
        for file in package.files
        for part, offset in _offsets(file)
    }


def _offsets(file: PackageFile) -> Iterator[tuple[Part, int]]:
    offset = 0
    for part in file.parts:
        yield part, offset
        offset += part.bytes


def _shard(path: str) -> str:
    """The folder of the shard that a file is of; "" for the manifest."""
    return path.rpartition("/")[0]


def _sync_folder(folder: Path) -> None:
    opened = open_folder(folder)
    try:
        opened.sync()
    finally:
        opened.close()
