# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One row for each finding as Apache Parquet, with typed columns and their meanings."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError
from codescan.reports.finding_rows import COLUMNS, Cell, rows
from codescan.reports.report_layout import SCHEMA_VERSION

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["ParquetReporter"]


class ParquetReporter:
    """Renders findings as a Parquet file; `COLUMNS` lists its columns."""

    name = "parquet"
    media_type = "application/vnd.apache.parquet"
    suffix = ".parquet"

    def render(self, report: Report) -> bytes:
        """The file, strongest evidence first. Lone surrogates become "?".

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise MissingExtraError("the Parquet format", "parquet") from error
        types = {
            "text": pa.string(), "whole": pa.int64(), "number": pa.float64(), "truth": pa.bool_(),
        }  # fmt: skip
        schema = pa.schema(
            [
                pa.field(column.name, types[column.kind], metadata={"meaning": column.meaning})
                for column in COLUMNS
            ],
            metadata={"codescan_schema_version": str(SCHEMA_VERSION)},
        )
        cells: list[tuple[Any, ...]] = [tuple(map(_valid, row)) for row in rows(report)]
        columns = [[row[at] for row in cells] for at in range(len(COLUMNS))]
        arrays = [
            pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)
        ]
        out = io.BytesIO()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
        return out.getvalue()


def _valid(cell: Cell) -> Cell:
    """The cell; what UTF-8 or 64 bits cannot hold is replaced."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode()
    if isinstance(cell, int) and not isinstance(cell, bool):
        return max(-(1 << 63), min(cell, (1 << 63) - 1))
    return cell
