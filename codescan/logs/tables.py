# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows of tables and archives: CSV, TSV, Parquet, and inspect_ai's `.eval`."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError, ModelError
from codescan.logs.json_rows import UNDECODED
from codescan.logs.records import Row, Unchecked
from codescan.records.json_decode import unique_names

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["archive_rows", "csv_rows", "is_csv", "parquet_rows"]

_LONGEST_FIELD = 32 << 20
_BATCH = 64
_JSON = ("{", "[")
_TABLE_NAME = re.compile(r"\.[ct]sv(\.(gz|zst|xz|bz2))?\Z", re.IGNORECASE)


def is_csv(name: str, head: str) -> bool:
    """Whether a text is a table: by its name, or by a header without any JSON."""
    if _TABLE_NAME.search(name):
        return True
    first = head.lstrip("\ufeff").partition("\n")[0]
    fields = first.rstrip("\r").split("," if "," in first else "\t")
    return len(fields) > 1 and all(field.strip('" ').replace("_", "").isalnum() for field in fields)


def csv_rows(stream: io.TextIOBase) -> Iterator[Row | Unchecked]:
    """Yield the rows of a table with a header; a field that holds JSON is decoded."""
    csv.field_size_limit(_LONGEST_FIELD)
    head = stream.readline(1 << 16)
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    names = next(csv.reader([head], delimiter=delimiter), [])
    reader = csv.reader(stream, delimiter=delimiter)
    number = 1
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unchecked(f"row {number}", "bad-row", str(error)[:200])
            continue
        if values:
            yield _csv_row(f"row {number}", names, values)


def _csv_row(place: str, names: list[str], values: list[str]) -> Row | Unchecked:
    if len(values) > len(names):
        detail = f"{len(values)} fields under {len(names)} names"
        return Unchecked(place, "bad-row", detail)
    if any(not value.isascii() and UNDECODED.search(value) for value in values):
        return Unchecked(place, "undecodable", "not UTF-8")
    try:
        pairs = [(name, _decoded(value)) for name, value in zip(names, values, strict=False)]
        return Row(place, unique_names(pairs))
    except ValueError as error:
        return Unchecked(place, "bad-row", str(error))


def parquet_rows(path: Path) -> Iterator[Row | Unchecked]:
    """Yield the rows of a Parquet file.

    Raises:
        MissingExtraError: pyarrow is not installed.
        ModelError: the file is damaged.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError("reading logs in Parquet", "parquet") from error
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            columns = file.schema_arrow.names
            if len(set(columns)) < len(columns):
                yield Unchecked(path.name, "unreadable", "two columns have one name")
                return
            for batch in file.iter_batches(batch_size=_BATCH):
                for fields in batch.to_pylist():
                    number += 1
                    yield Row(f"row {number}", {n: _decoded(v) for n, v in fields.items()})
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ModelError(f"{path} is not a sound Parquet file: {error}", "export it again") from (
            error
        )


def archive_rows(path: Path) -> Iterator[Row | Unchecked]:
    """Yield the samples of an archive of JSON files, in the order of their names."""
    try:
        with zipfile.ZipFile(path) as archive:
            # By entry: of several with one name, the name alone opens the last one.
            entries = sorted(archive.infolist(), key=lambda entry: entry.filename)
            entries = [entry for entry in entries if not entry.is_dir()]
            samples = [entry for entry in entries if entry.filename.startswith("samples/")]
            for entry in samples or entries:
                if entry.filename.endswith(".json"):
                    yield _entry(archive, entry)
                else:
                    yield Unchecked(entry.filename[:200], "unknown-shape", "not a JSON file")
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        yield Unchecked(path.name, "unreadable", str(error)[:300])


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Row | Unchecked:
    name = entry.filename
    try:
        with archive.open(entry) as stream:
            data = stream.read(_LONGEST_FIELD + 1)
        if len(data) > _LONGEST_FIELD:
            return Unchecked(name, "too-large", f"over {_LONGEST_FIELD >> 20} MiB")
        return Row(name, json.loads(data, object_pairs_hook=unique_names))
    except Exception as error:  # noqa: BLE001 - archives have many ways to be damaged
        return Unchecked(name, "unreadable", f"{type(error).__name__}: {error}"[:300])


def _decoded(value: Any) -> object:
    """The value of a field; JSON text in parsed form."""
    if isinstance(value, str) and value.lstrip().startswith(_JSON):
        try:
            document = json.loads(value, object_pairs_hook=unique_names)
        except (ValueError, RecursionError):
            return value
        return document if isinstance(document, (dict, list)) else value
    return value
