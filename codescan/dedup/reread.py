# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads single documents of a training set again, to show them."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from typing import TYPE_CHECKING

from codescan.dedup.folder_input import MAX_BYTES
from codescan.dedup.row_input import numbered_lines, opened_rows, parquet_library
from codescan.errors import CodescanError
from codescan.index.reader import Index
from codescan.sources.regular_files import read_bounded
from codescan.text.decoding import decode_text

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.dedup.documents import InputDocument
    from codescan.dedup.inputs import TrainingSet

__all__ = ["text_of"]

_LARGEST_PART = 1 << 30
"""Bytes of a file of rows that is searched for one row."""


def text_of(data: TrainingSet, document: InputDocument) -> str | None:
    """The text of a document as it is now; None where it changed, or takes long to find.

    Args:
        data: the training set.
        document: one of its documents.
    """
    try:
        content = _content(data, document)
    except (OSError, ValueError, LookupError, CodescanError):
        return None
    if content is None:
        return None
    if hashlib.sha256(content).hexdigest() != document.document.origin.sha256:
        return None
    decoded = decode_text(content)
    return (content if decoded.reason else decoded.content).decode("utf-8", "replace")


def _content(data: TrainingSet, document: InputDocument) -> bytes | None:
    if data.kind == "folder":
        content = read_bounded(data.paths[0] / document.part, MAX_BYTES)
        return content if isinstance(content, bytes) else None
    if data.kind == "index":
        with closing(Index.open(data.paths[0])) as index:
            number = index.content_at(document.package.purl, document.path)
            return None if number is None else index.content(number)
    path = data.file_of(document.part)
    if path is None or path.stat().st_size > _LARGEST_PART:
        return None
    column = data.columns_of(path, document.part).content
    if path.name.endswith((".parquet", ".pq")):
        value = _table_value(path, column, document.row)
    else:
        value = _json_value(path, column, document.row)
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else None


def _json_value(path: Path, column: str, row: int) -> object:
    with opened_rows(path) as stream:
        for number, line in numbered_lines(stream, 1):
            if number == row:
                return json.loads(line or b"{}").get(column)
    return None


def _table_value(path: Path, column: str, row: int) -> object:
    first = 1
    with parquet_library().ParquetFile(path) as file:
        for group in range(file.metadata.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if row < first + rows:
                return file.read_row_group(group, columns=[column])[column][row - first].as_py()
            first += rows
    return None
