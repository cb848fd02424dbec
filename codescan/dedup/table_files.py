# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of duplicates as JSON Lines and, where pyarrow is installed, as Parquet."""

from __future__ import annotations

import dataclasses
from typing import IO, TYPE_CHECKING, Any, Self

import msgspec

from codescan.records.arrow_rows import arrow_table
from codescan.records.duplicates import DuplicateRow

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

__all__ = ["JSON_TABLE", "PARQUET_TABLE", "TableWriter", "has_parquet"]

JSON_TABLE = "duplicates.jsonl"
PARQUET_TABLE = "duplicates.parquet"
_BATCH = 1 << 14
"""Rows of a row group."""
_COLUMNS = tuple(field.name for field in dataclasses.fields(DuplicateRow))
_NUMBERS = {"start_line": "int64", "end_line": "int64", "tokens": "int64", "similarity": "double"}


def has_parquet() -> bool:
    """Whether Parquet files can be written."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        return False
    return True


class TableWriter:
    """Writes rows to both files of a folder. Lone surrogates become "?".

    Args:
        folder: where the files are made.
    """

    def __init__(self, folder: Path) -> None:
        self._encoder = msgspec.json.Encoder()
        self._json: IO[bytes] = (folder / JSON_TABLE).open("wb")
        self._rows: list[DuplicateRow] = []
        self._table: Any = None
        if has_parquet():
            import pyarrow as pa
            import pyarrow.parquet as pq

            kinds = {"int64": pa.int64(), "double": pa.float64()}
            self._schema = pa.schema(
                [(name, kinds.get(_NUMBERS.get(name, ""), pa.string())) for name in _COLUMNS],
                metadata={"codescan_schema_version": "1"},
            )
            self._table = pq.ParquetWriter(folder / PARQUET_TABLE, self._schema, compression="zstd")

    def __enter__(self) -> Self:
        """Close the files at the end of a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Write the last rows, unless something went wrong, and close."""
        if kind is None:
            self._flush()
        self._json.close()
        if self._table is not None:
            self._table.close()

    def add(self, row: DuplicateRow) -> None:
        """Write a row."""
        self._rows.append(_valid(row))
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        lines = b"".join(self._encoder.encode(row) + b"\n" for row in self._rows)
        self._json.write(lines)
        if self._table is not None and self._rows:
            self._table.write_table(arrow_table(lines, self._schema))
        self._rows.clear()


def _valid(row: DuplicateRow) -> DuplicateRow:
    texts = row.document, row.license, row.family
    if all(text.isascii() for text in texts):
        return row
    document, expression, family = (text.encode("utf-8", "replace").decode() for text in texts)
    return dataclasses.replace(row, document=document, license=expression, family=family)
