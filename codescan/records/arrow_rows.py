# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Makes Arrow tables of JSON lines.

Arrays of Python lists would do, too, but pyarrow then imports pandas where it is installed, which
takes longer than writing a table of some thousand rows.
"""

from __future__ import annotations

import io
from typing import Any

__all__ = ["arrow_table"]


def arrow_table(lines: bytes, schema: Any) -> Any:
    """A `pyarrow.Table` of JSON objects, one to a line.

    Args:
        lines: at least one, with the fields of the schema and no others.
        schema: a `pyarrow.Schema`.
    """
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    table = read_json(
        io.BytesIO(lines),
        ReadOptions(use_threads=False, block_size=len(lines) + 1),
        ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )
    return table.cast(schema)
