# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of an audit of logs, as JSON Lines and, where pyarrow is installed, Parquet."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, get_type_hints

from codescan.records.json_decode import decode_json
from codescan.records.log_audit import LogFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["FINDINGS_PARQUET", "FINDINGS_TABLE", "write_findings"]

FINDINGS_TABLE = "findings.jsonl"
FINDINGS_PARQUET = "findings.parquet"
_ROWS = 1 << 14
"""Rows of a row group."""


def write_findings(parts: Iterable[Path], folder: Path) -> tuple[str, ...]:
    """Join the findings of all tasks, in their order.

    Args:
        parts: JSON Lines files.
        folder: where the tables are made.

    Returns:
        Names of the files.
    """
    table = folder / FINDINGS_TABLE
    with table.open("wb") as out:
        for part in parts:
            with part.open("rb") as stream:
                out.writelines(stream)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return (FINDINGS_TABLE,)
    kinds = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    types = get_type_hints(LogFinding)
    names = [field.name for field in dataclasses.fields(LogFinding)]
    schema = pa.schema(
        [(name, kinds[types[name]]) for name in names], metadata={"codescan_schema_version": "1"}
    )
    with pq.ParquetWriter(folder / FINDINGS_PARQUET, schema, compression="zstd") as writer:
        for rows in _batches(table):
            columns = [
                pa.array([row[field.name] for row in rows], type=field.type) for field in schema
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
    return FINDINGS_TABLE, FINDINGS_PARQUET


def _batches(table: Path) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    with table.open("rb") as stream:
        for line in stream:
            rows.append(decode_json(line, dict[str, Any]))
            if len(rows) >= _ROWS:
                yield rows
                rows = []
    if rows:
        yield rows
