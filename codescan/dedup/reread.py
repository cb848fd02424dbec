# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads single documents of a training set again, to show them."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from codescan.dedup.folder_input import MAX_BYTES
from codescan.dedup.row_input import numbered_lines, opened_rows, parquet_library
from codescan.errors import CodescanError
from codescan.index.reader import Index
from codescan.sources.regular_files import read_bounded
from codescan.text.decoding import decode_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from codescan.dedup.documents import InputDocument
    from codescan.dedup.inputs import TrainingSet

__all__ = ["texts_of"]

_LARGEST_PART = 1 << 30
"""Bytes of a file of rows that is searched for single rows."""
_UNREADABLE = (OSError, ValueError, LookupError, CodescanError)


def texts_of(data: TrainingSet, documents: Iterable[InputDocument]) -> dict[str, str]:
    """The texts of documents as they are now, by the hash that they had.

    Documents that changed, that cannot be read, or that take long to find are left out. Each file
    of rows is read once.

    Args:
        data: the training set.
        documents: some of its documents.
    """
    by_part: dict[str, list[InputDocument]] = {}
    for document in documents:
        by_part.setdefault(document.part, []).append(document)
    texts: dict[str, str] = {}
    for part, members in by_part.items():
        contents: dict[int, bytes] = {}
        with suppress(*_UNREADABLE):
            contents = _contents(data, part, members)
        for place, content in contents.items():
            digest = hashlib.sha256(content).hexdigest()
            if digest == members[place].document.origin.sha256:
                decoded = decode_text(content)
                text = content if decoded.reason else decoded.content
                texts[digest] = text.decode("utf-8", "replace")
    return texts


def _contents(data: TrainingSet, part: str, documents: Sequence[InputDocument]) -> dict[int, bytes]:
    """The bytes of documents of one part, by their places among them."""
    if data.kind == "folder":
        content = read_bounded(data.paths[0] / part, MAX_BYTES)
        return dict.fromkeys(range(len(documents)), content) if isinstance(content, bytes) else {}
    if data.kind == "index":
        with closing(Index.open(data.paths[0])) as index:
            numbers = [index.content_at(each.package.purl, each.path) for each in documents]
            return {
                place: index.content(number)
                for place, number in enumerate(numbers)
                if number is not None
            }
    path = data.file_of(part)
    if path is None or path.stat().st_size > _LARGEST_PART:
        return {}
    column = data.columns_of(path, part).content
    read = _table_values if path.name.endswith((".parquet", ".pq")) else _json_values
    values = read(path, column, {document.row for document in documents})
    return {
        place: value.encode("utf-8", "surrogatepass")
        for place, document in enumerate(documents)
        if isinstance(value := values.get(document.row), str)
    }


def _json_values(path: Path, column: str, rows: set[int]) -> dict[int, object]:
    """The values of a column in some rows of a JSON Lines file."""
    values: dict[int, object] = {}
    with opened_rows(path) as stream:
        for number, line in numbered_lines(stream, 1):
            if number in rows:
                values[number] = json.loads(line or b"{}").get(column)
                if len(values) == len(rows):
                    break
    return values


def _table_values(path: Path, column: str, rows: set[int]) -> dict[int, object]:
    """The values of a column in some rows of a Parquet file."""
    texts: dict[int, object] = {}
    first = 1
    with parquet_library().ParquetFile(path) as file:
        for group in range(file.metadata.num_row_groups):
            count = file.metadata.row_group(group).num_rows
            rows_of_part = [row for row in rows if first <= row < first + count]
            if rows_of_part:
                values = file.read_row_group(group, columns=[column])[column]
                texts |= {row: values[row - first].as_py() for row in rows_of_part}
            first += count
    return texts
