# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Describes the files of a new shard, and compares the files with the manifest when opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import IndexFormatError
from codescan.index.catalogue_rows import SUMS
from codescan.index.manifest import FileEntry, ShardEntry
from codescan.index.regular_files import REBUILD, RegularFile

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CATALOGUE", "SKETCH_CATALOGUE", "STORE", "check_names", "describe_files", "open_arrays"]

STORE = "store"
CATALOGUE = "catalogue.db"
SKETCH_CATALOGUE = "sketch.catalogue"


def describe_files(folder: Path) -> dict[str, FileEntry]:
    """Size and checksum of every file of a finished shard, which are made durable.

    Raises:
        OSError: they cannot be written to disk.
    """
    files: dict[str, FileEntry] = {}
    for path in sorted(folder.iterdir()):
        file = RegularFile(path)
        if path.name in (STORE, CATALOGUE, SKETCH_CATALOGUE):
            file.sync()
            checksum = file.sha256()
        else:
            checksum = f"{_native.array_checksum(str(path)):016x}"
        files[path.name] = FileEntry(file.size, checksum)
        file.close()
    return files


def open_arrays(shards: Path, entry: ShardEntry) -> _native.Shard:
    """The arrays of a shard, after their checksums were compared with the manifest.

    Args:
        shards: the folder of all shards.
        entry: the shard, as the manifest describes it.

    Raises:
        IndexFormatError: a file is missing, damaged, or of another shard.
        FileError: the system does not open a file.
    """
    absent = {STORE, CATALOGUE, *SUMS.values()} - entry.files.keys()
    if absent:
        raise IndexFormatError(f"the manifest does not describe {min(absent)}", REBUILD)
    shard = _native.Shard(str(shards / entry.id))
    for name, checksum in shard.checksums().items():
        expected = entry.files.get(name)
        if expected is None or expected.checksum != f"{checksum:016x}":
            raise IndexFormatError(
                f"{shards / entry.id / name} is not the file that the manifest describes", REBUILD
            )
    if len(shard) != entry.contents or shard.tokens != entry.tokens:
        raise IndexFormatError(
            f"shard {entry.id} holds {len(shard)} contents of {shard.tokens} tokens, the manifest "
            f"says {entry.contents} of {entry.tokens}",
            REBUILD,
        )
    return shard


def check_names(folder: Path, entry: ShardEntry) -> None:
    """Check that a shard has the files that the manifest describes, and no others.

    Hidden files of the system are not part of it.

    Raises:
        IndexFormatError: a file is missing, has another size, or does not belong to the shard.
    """
    try:
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    except OSError as error:
        raise IndexFormatError(f"{folder} cannot be read: {error.strerror}", REBUILD) from error
    if foreign := sorted(names - entry.files.keys()):
        raise IndexFormatError(
            f"{folder / foreign[0]} does not belong to the index",
            "remove the file if you know where it is from; else rebuild the index",
        )
    for name, expected in entry.files.items():
        path = folder / name
        try:
            file = RegularFile(path)
        except (FileNotFoundError, NotADirectoryError):
            raise IndexFormatError(f"{path} is missing", REBUILD) from None
        size = file.size
        file.close()
        if size != expected.bytes:
            raise IndexFormatError(
                f"{path} has {size} bytes, the manifest says {expected.bytes}", REBUILD
            )
