# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the tables of an audit of logs, as JSON Lines and, where pyarrow is installed, Parquet."""

from __future__ import annotations

import dataclasses
from itertools import islice
from typing import TYPE_CHECKING, get_type_hints

from codescan.records.arrow_rows import arrow_table
from codescan.records.log_audit import LogFinding

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    with (
        pq.ParquetWriter(folder / FINDINGS_PARQUET, schema, compression="zstd") as writer,
        table.open("rb") as stream,
    ):
        while lines := b"".join(islice(stream, _ROWS)):
            writer.write_table(arrow_table(lines, schema))
    return FINDINGS_TABLE, FINDINGS_PARQUET
