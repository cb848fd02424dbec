# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a cleaned copy of a training set: every document but the dropped ones.

Files of rows keep their name, order, columns and compression; rows that could not be read stay.
"""

from __future__ import annotations

import gzip
import io
import lzma
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import zstandard

from codescan.dedup.row_input import opened_rows, parquet_library
from codescan.errors import UsageError
from codescan.sources.folder_walk import walk_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from codescan.dedup.inputs import TrainingSet

__all__ = ["write_cleaned_copy"]

_NOTHING: frozenset[int] = frozenset()


def write_cleaned_copy(
    data: TrainingSet, dropped: Mapping[str, Collection[int]], folder: Path
) -> None:
    """Copy a training set without the dropped documents.

    Args:
        data: the training set.
        dropped: numbers of the dropped rows by part; for a folder, parts are files.
        folder: where the copy is made; it exists and is empty.

    Raises:
        UsageError: the training set is an index.
        OSError: a file cannot be read or written.
    """
    if data.kind == "index":
        raise UsageError(
            "an index can't be copied without its duplicates", "clean the data it is built from"
        )
    if data.kind == "folder":
        _copy_folder(data.paths[0].resolve(), dropped, folder)
        return
    for path, label in data.row_files():
        target = folder / label
        target.parent.mkdir(parents=True, exist_ok=True)
        numbers = frozenset(dropped.get(label, ()))
        if not numbers:
            shutil.copyfile(path, target)
        elif path.name.endswith((".parquet", ".pq")):
            _copy_table(path, target, numbers)
        else:
            _copy_lines(path, target, numbers)


def _copy_folder(root: Path, dropped: Mapping[str, Collection[int]], folder: Path) -> None:
    for path in _paths_below(root):
        name = path.relative_to(root)
        is_ours = folder in (path, *path.parents)
        if is_ours or name.as_posix() in dropped:
            continue
        target = folder / name
        if path.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(path.readlink())
        elif path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _paths_below(root: Path) -> Iterator[Path]:
    for below, names in walk_folder(root):
        if below != str(root):
            yield Path(below)
        yield from (Path(below, name) for name in names)


def _copy_lines(path: Path, target: Path, dropped: Collection[int]) -> None:
    number = 1
    with opened_rows(path) as source, _packed(target) as out:
        while line := source.readline(1 << 20):
            if number not in dropped:
                out.write(line)
            number += line.endswith(b"\n")


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, compressed as its name says; the same bytes at any time."""
    with path.open("wb") as raw:
        if path.name.endswith(".gz"):
            with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                yield cast("IO[bytes]", packed)
        elif path.name.endswith(".xz"):
            with lzma.LZMAFile(raw, "wb") as xz:
                yield cast("IO[bytes]", xz)
        elif path.name.endswith(".zst"):
            with zstandard.ZstdCompressor().stream_writer(raw, closefd=False) as writer:
                buffered = io.BufferedWriter(cast("io.RawIOBase", writer), 1 << 16)
                yield buffered
                buffered.flush()
                buffered.detach()
        else:
            yield raw


def _copy_table(path: Path, target: Path, dropped: Collection[int]) -> None:
    pq: Any = parquet_library()
    number = 1
    with pq.ParquetFile(path) as source:
        schema = source.schema_arrow
        compression = "zstd"
        if source.metadata.num_row_groups and source.metadata.num_columns:
            compression = source.metadata.row_group(0).column(0).compression.lower()
        compression = {"uncompressed": "none"}.get(compression, compression)
        with pq.ParquetWriter(target, schema, compression=compression) as out:
            for group in range(source.metadata.num_row_groups):
                table = source.read_row_group(group)
                out.write_table(_without_rows(table, number, dropped))
                number += table.num_rows


def _without_rows(table: Any, first: int, dropped: Collection[int]) -> Any:
    """The rows of a table but the dropped ones. Slices suit columns of any type; filters do not.

    Args:
        table: of pyarrow.
        first: number of its first row.
        dropped: numbers of the rows to leave out.
    """
    import pyarrow as pa

    slices, start = [], 0
    for row in range(table.num_rows + 1):
        if row == table.num_rows or first + row in dropped:
            slices.append(table.slice(start, row - start))
            start = row + 1
    return pa.concat_tables(slices)
