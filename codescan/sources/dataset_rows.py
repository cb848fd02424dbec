# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads rows of JSONL and Parquet files and of hub datasets, piece by piece."""

from __future__ import annotations

import gzip
import io
import json
import lzma
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

import zstandard

from codescan.errors import MissingExtraError, SourceError
from codescan.records.json_decode import unique_names
from codescan.text.packed_streams import xz_stream
from codescan.text.zstandard_stream import ZstandardStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FilePiece", "HubPiece", "Piece", "Row", "hub_pieces", "parquet_columns", "pieces"]

Row = "Mapping[str, object] | str"
"""A row, or the reason why it cannot be read ("bad-json", "too-large")."""

_MAX_LINE = 64 << 20
_BATCH = 64
_ROW_GROUPS = 8
_BROKEN = (OSError, EOFError, ValueError, zstandard.ZstdError, lzma.LZMAError)


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A JSONL file, or some row groups of a Parquet file."""

    path: str
    groups: tuple[int, ...] = ()
    first: int = 0
    """Number of the first row in the file, from 0."""

    @property
    def label(self) -> str:
        """Name for messages and for rows without a path."""
        return Path(self.path).name

    def rows(self, columns: tuple[str, ...]) -> Iterator[Mapping[str, object] | str]:
        """Yield rows with (at least) these columns, or a reason word for a bad row.

        Raises:
            SourceError: the file is damaged or lacks a column.
        """
        reader = _parquet(self, columns) if _is_parquet(self.path) else _lines(Path(self.path))
        try:
            yield from reader
        except _BROKEN as error:
            raise SourceError(
                f"{self.path} cannot be read to its end: {error}", "fetch or make it again"
            ) from error


@dataclass(frozen=True, slots=True)
class HubPiece:
    """A shard of a dataset of the Hugging Face hub, or of a folder that `datasets` can load."""

    hub: str
    config: str
    split: str
    revision: str
    shard: int
    shards: int
    first: int = 0

    @property
    def label(self) -> str:
        """Name for messages and for rows without a path."""
        return f"{self.hub}-{self.shard}" if self.shards > 1 else self.hub

    def rows(self, columns: tuple[str, ...]) -> Iterator[Mapping[str, object] | str]:
        """Yield rows with (at least) these columns.

        Raises:
            SourceError: the dataset cannot be read.
        """
        dataset = _hub_dataset(self.hub, self.config, self.split, self.revision)
        if self.shards > 1:
            dataset = dataset.shard(num_shards=self.shards, index=self.shard)
        known = dataset.column_names
        missing = sorted(set(columns) - set(known)) if known else []
        if missing:
            raise _lacks(self.hub, missing, known)
        if known:
            dataset = dataset.select_columns(list(columns))
        try:
            yield from dataset
        except Exception as error:
            raise _unreachable(self.hub, error) from error


Piece = FilePiece | HubPiece


def pieces(path: Path) -> Iterator[FilePiece]:
    """Yield independent pieces of a file; Parquet by 8 row groups at a time.

    Raises:
        SourceError: it is not a file, or damaged.
        MissingExtraError: pyarrow is needed and not installed.
    """
    if not path.is_file():
        raise SourceError(f"there is no dataset file {path}", "check `path` in the recipe")
    if not _is_parquet(str(path)):
        yield FilePiece(str(path))
        return
    with _open_parquet(path) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    for start in range(0, len(sizes), _ROW_GROUPS):
        groups = tuple(range(start, min(start + _ROW_GROUPS, len(sizes))))
        yield FilePiece(str(path), groups, sum(sizes[:start]))


def parquet_columns(path: Path) -> tuple[str, ...]:
    """Names of the columns of a Parquet file.

    Raises:
        SourceError: it is damaged.
        MissingExtraError: pyarrow is not installed.
    """
    with _open_parquet(path) as file:
        return tuple(file.schema_arrow.names)


def hub_pieces(hub: str, config: str, split: str, revision: str) -> Iterator[HubPiece]:
    """Yield the shards of a hub dataset.

    Raises:
        SourceError: it cannot be reached.
        MissingExtraError: `datasets` is not installed.
    """
    dataset = _hub_dataset(hub, config, split, revision)
    shards = int(getattr(dataset, "num_shards", 1) or 1)
    for shard in range(shards):
        yield HubPiece(hub, config, split, revision, shard, shards)


def _hub_dataset(hub: str, config: str, split: str, revision: str) -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("reading datasets of the hub", "models") from error
    try:
        return datasets.load_dataset(
            hub, config or None, split=split, revision=revision or None, streaming=True
        )
    except Exception as error:  # three libraries raise many different classes
        raise _unreachable(hub, error) from error


def _unreachable(hub: str, error: Exception) -> SourceError:
    first = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return SourceError(
        f"the dataset {hub} cannot be read: {first[:300]}",
        "log in with `hf auth login` and accept its terms, or download it and give a folder of "
        "Parquet or JSONL files as `path`",
    )


def _lacks(where: str, missing: list[str], known: list[str]) -> SourceError:
    return SourceError(
        f"{where} has no column {', '.join(missing)}", f"its columns are {', '.join(known[:30])}"
    )


def _is_parquet(path: str) -> bool:
    return path.endswith((".parquet", ".pq"))


@contextmanager
def _open_parquet(path: Path) -> Iterator[Any]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("reading Parquet files", "parquet") from error
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (pa.ArrowException, OSError) as error:
        message = f"{path} is not a valid Parquet file: {error}"
        raise SourceError(message, "fetch it again") from error


def _parquet(piece: FilePiece, columns: tuple[str, ...]) -> Iterator[Mapping[str, object]]:
    with _open_parquet(Path(piece.path)) as file:
        known = list(file.schema_arrow.names)
        missing = sorted(set(columns) - set(known))
        if missing:
            raise _lacks(piece.path, missing, known)
        for batch in file.iter_batches(
            batch_size=_BATCH, row_groups=list(piece.groups), columns=list(columns)
        ):
            yield from batch.to_pylist()


def _lines(path: Path) -> Iterator[Mapping[str, object] | str]:
    with path.open("rb") as raw, _unpacked(raw, path.name) as file:
        while line := file.readline(_MAX_LINE):
            if not line.endswith(b"\n") and len(line) == _MAX_LINE:
                while (remainder := file.readline(_MAX_LINE)) and not remainder.endswith(b"\n"):
                    pass
                yield "too-large"
                continue
            if not line.strip():
                continue
            try:
                row = json.loads(line, object_pairs_hook=unique_names)
            except (ValueError, RecursionError):
                row = None
            yield row if isinstance(row, dict) else "bad-json"


def _unpacked(raw: IO[bytes], name: str) -> IO[bytes]:
    if name.endswith(".gz"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    if name.endswith(".xz"):
        return io.BufferedReader(xz_stream(cast("BinaryIO", raw)))
    if name.endswith(".zst"):
        return io.BufferedReader(ZstandardStream(cast("BinaryIO", raw)))
    return cast("IO[bytes]", io.BufferedReader(cast("io.RawIOBase", raw)))
