# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes Arrow tables of JSON lines.

From Python lists, pyarrow would import pandas if that is installed, which takes longer than writing
a table of several thousand rows.
"""

from __future__ import annotations

import io
from typing import Any

__all__ = ["arrow_table"]


def arrow_table(lines: bytes, schema: Any) -> Any:
    """A `pyarrow.Table` of JSON objects, one per line.

    Args:
        lines: at least one line; each object has exactly the fields of the schema.
        schema: a `pyarrow.Schema`.
    """
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    table = read_json(
        io.BytesIO(lines),
        ReadOptions(use_threads=False, block_size=len(lines) + 1),
        ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )
    return table.cast(schema)
