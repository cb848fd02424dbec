# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads JSON Lines and Parquet files as a training set, each row a document.

An uncompressed JSON Lines file is divided by bytes and a Parquet file by row groups, so that one
large file is read by many processes.
"""

from __future__ import annotations

import io
import json
import re
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from codescan.dedup.columns import RowColumns, choose_columns
from codescan.dedup.texts import TextReader
from codescan.errors import MissingExtraError, SourceError
from codescan.records import Skipped
from codescan.records.json_decode import unique_names
from codescan.sources.dataset import package_of_row
from codescan.sources.paths import normalize
from codescan.text.lone_surrogates import valid_text
from codescan.text.packed_streams import GzipStream, xz_stream
from codescan.text.zstandard_stream import ZstandardStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.dedup.documents import InputText

__all__ = ["MAX_LINE", "RowPart", "is_row_file", "opened_rows", "row_parts"]

MAX_LINE = 256 << 20
_DATASET = "dataset"
"""Package of rows without a repository, whichever file holds them."""
_RANGE = 64 << 20
"""Bytes of one part of an uncompressed file."""
_GROUP_ROWS = 20_000
"""Rows of one part of a Parquet file, in whole row groups."""
_BATCH = 64
_SUFFIXES = (".jsonl", ".ndjson")
_PACKED = ("", ".gz", ".zst", ".xz")
_TABLES = (".parquet", ".pq")
_ROW_FILES = (*_TABLES, *(suffix + packed for suffix in _SUFFIXES for packed in _PACKED))
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BROKEN = (OSError, EOFError, ValueError)


def is_row_file(name: str) -> bool:
    """Whether a file holds rows, by its name."""
    return name.endswith(_ROW_FILES)


class RowPart(Struct, frozen=True):
    """Some rows of a file.

    Args:
        path: the file.
        label: its path relative to the training set.
        columns: what its columns hold.
        stamp: its size and time of change.
        start: first byte of a JSON Lines file.
        end: byte after the last; -1: to its end, as of every compressed file.
        groups: row groups of a Parquet file.
        first: number of the first line or row, from 1.
    """

    path: str
    label: str
    columns: RowColumns
    stamp: tuple[int, int]
    start: int = 0
    end: int = -1
    groups: tuple[int, ...] = ()
    first: int = 1

    def texts(self) -> Iterator[InputText | Skipped]:
        """Yield every row as a document, or the reason why it is skipped."""
        reader = TextReader()
        rows = self._table_rows() if self.path.endswith(_TABLES) else self._json_rows()
        try:
            for number, row in rows:
                yield self._text(reader, number, row)
        except _BROKEN as error:
            yield Skipped(
                self.label, "read", "corrupt-archive", f"cannot be read to its end: {error}"[:300]
            )

    def _text(
        self, reader: TextReader, number: int, row: Mapping[str, object] | str
    ) -> InputText | Skipped:
        place = f"{self.label}:{number}"
        if isinstance(row, str):
            return Skipped(place, "read", row)
        columns = self.columns
        row = {
            name: value if name == columns.content else _valid(value) for name, value in row.items()
        }
        if columns.content not in row:
            return Skipped(place, "read", "bad-row", f"no column {columns.content}")
        value = row[columns.content]
        if value is None:
            return Skipped(place, "read", "empty")
        if isinstance(value, str):
            value = value.encode("utf-8", "surrogatepass")
        if not isinstance(value, bytes):
            detail = f"column {columns.content} holds no text"
            return Skipped(place, "read", "bad-row", detail)
        identifier = row.get(columns.id) if columns.id else None
        has_name = isinstance(identifier, str | int) and str(identifier) != ""
        stated = row.get(columns.path) if columns.path else None
        path = normalize(str(stated).lstrip("/")) if stated else None
        language = row.get(columns.language) if columns.language else None
        name = str(identifier) if has_name else place
        return reader.read(
            name,
            self.label,
            number,
            value,
            (self._package(row), path or name),
            language=language if isinstance(language, str) and not path else "",
        )

    def _package(self, row: Mapping[str, object]) -> Any:
        columns = self.columns
        package = package_of_row(
            row, repo=columns.repo, license_column=columns.license, revision=columns.revision,
            dataset=_DATASET,
        )  # fmt: skip
        if package.family.startswith("dataset/"):
            package = replace(package, family="")  # nobody knows the owner
        date = _DATE.match(str(row.get(columns.date) or "")) if columns.date else None
        return replace(package, released=date[0]) if date else package

    def _json_rows(self) -> Iterator[tuple[int, Mapping[str, object] | str]]:
        with opened_rows(Path(self.path)) as stream:
            if self.start:
                stream.seek(self.start)
            bytes_left = self.end - self.start if self.end >= 0 else None
            for number, line in numbered_lines(stream, self.first):
                if line is None or line.strip():
                    yield number, "too-large" if line is None else _row(line)
                if bytes_left is not None and stream.tell() - self.start >= bytes_left:
                    return

    def _table_rows(self) -> Iterator[tuple[int, Mapping[str, object]]]:
        pq = parquet_library()
        number = self.first
        with pq.ParquetFile(self.path) as file:
            known = set(file.schema_arrow.names)
            batches = file.iter_batches(
                batch_size=_BATCH,
                row_groups=list(self.groups),
                columns=[name for name in self.columns.named() if name in known],
            )
            for batch in batches:
                for row in batch.to_pylist():
                    yield number, row
                    number += 1


def row_parts(
    files: list[tuple[Path, str]], chosen: Mapping[str, str]
) -> Iterator[RowPart | Skipped]:
    """Yield parts of the files that can be read by independent processes.

    Args:
        files: path and label of each file.
        chosen: column by role, as the user names them.

    Raises:
        UsageError: a column does not exist.
        MissingExtraError: pyarrow is needed and not installed.
    """
    for path, label in files:
        try:
            status = path.stat()
            stamp = status.st_size, status.st_mtime_ns
            if path.name.endswith(_TABLES):
                yield from _table_parts(path, label, stamp, chosen)
            else:
                yield from _json_parts(path, label, stamp, chosen)
        except _BROKEN as error:
            yield Skipped(label, "read", "corrupt-archive", str(error)[:300])


def _json_parts(
    path: Path, label: str, stamp: tuple[int, int], chosen: Mapping[str, str]
) -> Iterator[RowPart | Skipped]:
    with opened_rows(path) as stream:
        known = _first_columns(stream)
    if known is None:
        if stamp[0] == 0:
            yield Skipped(label, "read", "empty")
        else:
            yield Skipped(label, "read", "bad-json", "its first rows are not JSON objects")
        return
    part = RowPart(str(path), label, choose_columns(known, chosen, label), stamp)
    if path.name.endswith(_PACKED[1:]) or stamp[0] <= _RANGE:
        yield part
        return
    start, line = 0, 1
    with path.open("rb") as raw:
        while start < stamp[0]:
            end, lines = _range_end(raw, start)
            yield replace(part, start=start, end=end, first=line)
            start, line = end, line + lines


def _range_end(raw: IO[bytes], start: int) -> tuple[int, int]:
    """The end of the lines that begin in a range, and their number."""
    raw.seek(start)
    lines = 0
    bytes_left = _RANGE
    while bytes_left > 0 and (block := raw.read(min(bytes_left, 1 << 20))):
        lines += block.count(b"\n")
        bytes_left -= len(block)
    if bytes_left > 0:
        return raw.tell(), lines
    while block := raw.read(1 << 16):
        at = block.find(b"\n")
        if at >= 0:
            return raw.tell() - len(block) + at + 1, lines + 1
    return raw.tell(), lines


def _first_columns(stream: IO[bytes]) -> list[str] | None:
    """Every name that one of the first 100 rows has; None where none is an object."""
    names: dict[str, None] = {}
    has_rows = False
    for number, line in numbered_lines(stream, 1):
        row = _row(line) if line is not None else "too-large"
        if not isinstance(row, str):
            has_rows = True
            names |= dict.fromkeys(row)
        if number >= 100:  # noqa: PLR2004
            break
    return list(names) if has_rows else None


def _table_parts(
    path: Path, label: str, stamp: tuple[int, int], chosen: Mapping[str, str]
) -> Iterator[RowPart]:
    pq = parquet_library()
    with pq.ParquetFile(path) as file:
        known = list(file.schema_arrow.names)
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    part = RowPart(str(path), label, choose_columns(known, chosen, label), stamp)
    groups: list[int] = []
    first = rows = 0
    for number, size in enumerate(sizes):
        groups.append(number)
        rows += size
        if rows >= _GROUP_ROWS or number == len(sizes) - 1:
            yield replace(part, groups=tuple(groups), first=first + 1)
            groups, first, rows = [], first + rows, 0


def parquet_library() -> Any:
    """Pyarrow's Parquet module.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("reading and writing Parquet files", "parquet") from error
    return pq


@contextmanager
def opened_rows(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a JSON Lines file, unpacked.

    Raises:
        SourceError: it cannot be opened.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}", "check its permissions"
        ) from error
    with raw:
        if path.name.endswith(".gz"):
            yield io.BufferedReader(GzipStream(raw))
        elif path.name.endswith(".xz"):
            yield io.BufferedReader(xz_stream(raw))
        elif path.name.endswith(".zst"):
            yield io.BufferedReader(ZstandardStream(raw))
        else:
            yield raw


def _valid(value: object) -> object:
    """A value of which each text is UTF-8: lone surrogates are written as escapes."""
    if isinstance(value, str):
        return valid_text(value)
    return [_valid(item) for item in value] if isinstance(value, list) else value


def numbered_lines(stream: IO[bytes], first: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield number and bytes of each line; None for one above the size limit."""
    number = first
    while line := stream.readline(MAX_LINE):
        if not line.endswith(b"\n") and len(line) == MAX_LINE:
            while (more := stream.readline(MAX_LINE)) and not more.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line
        number += 1


def _row(line: bytes) -> Mapping[str, object] | str:
    try:
        value = json.loads(line, object_pairs_hook=unique_names)
    except (ValueError, RecursionError):
        return "bad-json"
    return value if isinstance(value, dict) else "bad-json"
