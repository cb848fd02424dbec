# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opens a log and yields its rows, whatever it is packed in.

It reads JSON Lines, a JSON array, one JSON object (also printed over many lines, also several in a
row), server-sent events, CSV, TSV, Parquet and inspect_ai's `.eval` archive. Each may be compressed
with gzip, zstd, xz or bzip2. Memory is bounded by the largest row; longer rows are unchecked.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

from codescan.errors import ModelError
from codescan.logs import tables
from codescan.logs.json_rows import json_rows
from codescan.logs.readers.aider import AiderReader
from codescan.logs.records import Row, Unchecked
from codescan.text.packed_streams import HEAD_BYTES, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["is_markdown_history", "open_text", "rows"]

_HEAD = 64 << 10
_NEVER_EMPTY = (".gz", ".zst", ".xz", ".bz2", ".parquet", ".eval")
"""Suffixes of formats in which a file has at least a header."""
_BROKEN = (OSError, EOFError, ValueError)


def rows(path: Path) -> Iterator[Row | Unchecked]:
    """Yield every row of a log in order; what cannot be read as Unchecked.

    Raises:
        ModelError: the file cannot be read at all.
        MissingExtraError: it is Parquet and pyarrow is not installed.
    """
    head = _head_of(path)
    if not head and path.suffix.lower() in _NEVER_EMPTY:
        yield Unchecked(path.name, "unreadable", f"an empty file is not a {path.suffix} file")
        return
    if head.startswith(b"PAR1"):
        yield from tables.parquet_rows(path)
        return
    if head.startswith(b"PK\x03\x04"):
        yield from tables.archive_rows(path)
        return
    try:
        with open_text(path) as stream:
            yield from _text_rows(path, stream)
    except _BROKEN as error:
        yield Unchecked(path.name, "unreadable", f"it cannot be read to its end: {error}"[:300])


def is_markdown_history(path: Path) -> bool:
    """Whether a log is a chat history in Markdown, to be read line by line."""
    try:
        with open_text(path) as stream:
            return AiderReader.is_history(stream.read(4096))
    except _BROKEN:
        return False


@contextmanager
def open_text(path: Path) -> Iterator[io.TextIOBase]:
    """The text of a log: unpacked, and decoded as UTF-8, or as UTF-16 where it has that mark.

    Raises:
        ModelError: the file cannot be opened.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with raw:
        content = unpacked(raw, raw.peek(HEAD_BYTES)[:HEAD_BYTES]) or raw
        mark = content.peek(4)[:4]
        encoding = "utf-8-sig"
        if mark.startswith((b"\xff\xfe", b"\xfe\xff")):
            encoding = "utf-16"
        # A byte that is not UTF-8 stays recognizable, so that its row alone is unchecked.
        yield io.TextIOWrapper(content, encoding, errors="surrogateescape", newline="")


def _text_rows(path: Path, stream: io.TextIOBase) -> Iterator[Row | Unchecked]:
    head = stream.read(_HEAD)
    whole = _Rewound(head, stream)
    if "\0" in head:
        yield Unchecked(
            path.name, "unreadable", "the file is neither text nor in a supported format"
        )
    elif tables.is_csv(path.name, head):
        yield from tables.csv_rows(whole)
    else:
        yield from json_rows(whole, head)


class _Rewound(io.TextIOBase):
    """A stream with the part that was read already put before it."""

    def __init__(self, head: str, stream: io.TextIOBase) -> None:
        self._head = io.StringIO(head, newline="")
        self._stream = stream

    def read(self, size: int | None = -1, /) -> str:
        first = self._head.read(size)
        if size is not None and 0 <= size <= len(first):
            return first
        more = -1 if size is None or size < 0 else size - len(first)
        return first + self._stream.read(more)

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        first = self._head.readline(size)
        if first.endswith("\n") or 0 <= size <= len(first):
            return first
        return first + self._stream.readline(-1 if size < 0 else size - len(first))


def _head_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ModelError:
    return ModelError(
        f"the log {path} cannot be read: {error.strerror or error}",
        "give a file of logged completions: --model replay:FILE",
    )
