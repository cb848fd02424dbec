# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tables for `codescan private`: JSON Lines, JSON, CSV, TSV and Parquet, one text per row."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, BinaryIO

from codescan.app import text_files
from codescan.errors import MissingExtraError
from codescan.private_data.texts import Pairs, PrivateText, row_text, searchable
from codescan.records import Skipped
from codescan.text.decoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["parquet_texts", "table_kind", "table_texts"]

_KINDS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".ipynb": "json", ".csv": "csv",
    ".tsv": "tsv",
}  # fmt: skip
_BATCH = 64
_WIDEST_FIELD = 1 << 30


def table_kind(name: str) -> str:
    """The kind of table, by file name: "jsonl", "json", "csv", "tsv" or ""."""
    lowered = name.lower()
    return next((kind for suffix, kind in _KINDS.items() if lowered.endswith(suffix)), "")


def table_texts(name: str, kind: str, stream: BinaryIO) -> Iterator[PrivateText | Skipped]:
    """Yield the rows of a table; other parts are searched as plain text.

    Args:
        name: name of the file.
        kind: kind from `table_kind`.
        stream: its decompressed bytes.
    """
    if kind == "jsonl":
        yield from _json_lines(name, stream)
    elif kind == "json":
        yield from _json_file(name, stream)
    else:
        yield from _csv_rows(name, stream, "\t" if kind == "tsv" else ",")


def parquet_texts(path: Path) -> Iterator[PrivateText | Skipped]:
    """Yield the rows of a Parquet file, with all columns.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("reading Parquet files", "parquet") from error
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist(maps_as_pydicts=None):
                    number += 1
                    text = row_text(f"{path.as_posix()}:{number}", row)
                    yield PrivateText(text.name, text.text, text.fields, len(text.text))
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        # The library's message may quote a value.
        reason = f"reading stopped after row {number}: {type(error).__name__}"
        yield Skipped(path.as_posix(), "read", "unreadable", reason)
        return
    if not number:
        yield Skipped(path.as_posix(), "read", "empty")


def _json_lines(name: str, stream: BinaryIO) -> Iterator[PrivateText | Skipped]:
    for item in text_files.read_lines(name, stream, b"\xef\xbb\xbf \t\r\n\0"):
        yield item if isinstance(item, Skipped) else _row(*item)


def _row(where: str, line: bytes) -> PrivateText | Skipped:
    value = _parsed(line)
    if value is not None:
        return row_text(where, value, len(line))
    return _plain(where, line)


def _plain(name: str, content: bytes) -> PrivateText | Skipped:
    reason = decode_text(content).reason
    if reason in ("empty", "binary"):
        return Skipped(name, "read", reason)
    return PrivateText(name, searchable(content), size=len(content))


def _parsed(content: bytes) -> object:
    """The value of a JSON text, keeping duplicate names in objects; None if it is not JSON."""
    try:
        return json.loads(content.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        return None


def _json_file(name: str, stream: BinaryIO) -> Iterator[PrivateText | Skipped]:
    content = stream.read(text_files.MAX_BYTES + 1)
    if len(content) > text_files.MAX_BYTES:
        yield Skipped(name, "read", "too-large", f"over {text_files.MAX_BYTES >> 20} MiB")
        return
    value = _parsed(content) if content.strip() else None
    if value is None:
        yield _plain(name, content)
    elif isinstance(value, list) and not isinstance(value, Pairs) and value:
        for number, row in enumerate(value, start=1):
            yield row_text(f"{name}[{number}]", row, len(content) // len(value))
    else:
        yield row_text(name, value, len(content))


def _csv_rows(name: str, stream: BinaryIO, delimiter: str) -> Iterator[PrivateText | Skipped]:
    csv.field_size_limit(_WIDEST_FIELD)
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")
    reader = csv.reader(text, delimiter=delimiter)
    header: list[str] = []
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if "\0" in "".join(row[:1]):
                yield Skipped(name, "read", "undecodable")
                return
            header = header or row
            names = [*header[: len(row)], *("" for _ in row[len(header) :])]
            pairs = Pairs(zip(names, row, strict=True)) if number > 1 else row
            yield row_text(f"{name}:{number}", pairs, sum(map(len, row)) + len(row))
    except csv.Error as error:
        yield Skipped(f"{name}:{number + 1}", "read", "bad-row", str(error))
    finally:
        text.detach()
    if not number:
        yield Skipped(name, "read", "empty")
