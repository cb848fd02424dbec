# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows of tables and archives: CSV, TSV, Parquet, and inspect_ai's `.eval`."""

from __future__ import annotations

import csv
import json
import zipfile
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError, ModelError
from codescan.logs.records import Row, Unchecked

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["archive_rows", "csv_rows", "is_csv", "parquet_rows"]

_LONGEST_FIELD = 32 << 20
_BATCH = 64
_JSON = ("{", "[")


def is_csv(name: str, head: str) -> bool:
    """Whether a text is a table: by its name, or by a header without any JSON."""
    bare = name.lower().removesuffix(".gz").removesuffix(".zst").removesuffix(".xz")
    if bare.endswith((".csv", ".tsv")):
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
            fields = dict(zip(names, map(_decoded, values), strict=False))
            yield Row(f"row {number}", fields)


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
            names = sorted(name for name in archive.namelist() if name.endswith(".json"))
            samples = [name for name in names if name.startswith("samples/")] or names
            for name in samples:
                yield _entry(archive, name)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        yield Unchecked(path.name, "unreadable", str(error)[:300])


def _entry(archive: zipfile.ZipFile, name: str) -> Row | Unchecked:
    try:
        with archive.open(name) as stream:
            data = stream.read(_LONGEST_FIELD + 1)
        if len(data) > _LONGEST_FIELD:
            return Unchecked(name, "too-large", f"over {_LONGEST_FIELD >> 20} MiB")
        return Row(name, json.loads(data))
    except Exception as error:  # noqa: BLE001 - archives have many ways to be damaged
        return Unchecked(name, "unreadable", f"{type(error).__name__}: {error}"[:300])


def _decoded(value: Any) -> object:
    """The value of a field; JSON text as what it says."""
    if isinstance(value, str) and value.lstrip().startswith(_JSON):
        try:
            document = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return document if isinstance(document, (dict, list)) else value
    return value
