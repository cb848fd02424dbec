# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts to search: plain ones, and rows of tables as lines of names and values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codescan.text.decoding import decode_text

__all__ = ["FieldText", "Pairs", "PrivateText", "row_text", "searchable"]

_DEEPEST = 48
"""Levels of a row that are named; what lies deeper is searched under the name above it."""


@dataclass(frozen=True, slots=True)
class FieldText:
    """The offset of a field's value in the text of its row."""

    start: int
    """Offset in characters, of the name before it."""
    path: tuple[str, ...]
    """Names of objects and numbers of lists, from the outermost in."""
    label: int = 0
    """Characters of the name before the value."""


@dataclass(frozen=True, slots=True)
class PrivateText:
    """A text to search for private data."""

    name: str
    """Of the file, row, completion or content."""
    text: str = field(repr=False)
    fields: tuple[FieldText, ...] = field(default=(), repr=False)
    """Of a row, in their order; empty for a plain text."""
    size: int = 0
    """Bytes read for it."""
    place: str = ""
    """Path of the file in its folder, archive or package; "" for others and for rows."""
    first_line: int = 1
    """Of the text in its file, where the text is a part of it."""

    def field_at(self, offset: int) -> FieldText | None:
        """The field that an offset lies in; None for a plain text."""
        place = bisect_right(self.fields, offset, key=lambda each: each.start)
        return self.fields[place - 1] if place else None


def row_text(name: str, row: object, size: int = 0) -> PrivateText:
    """A row as text: a line "name: value" for each value, so that names are context.

    Args:
        name: of the row.
        row: a JSON value. A list of pairs stands for an object, to keep names that occur twice.
        size: bytes of the row.
    """
    parts: list[str] = []
    fields: list[FieldText] = []
    length = 0
    waiting: list[tuple[tuple[str, ...], str, object, int]] = [((), "", row, 0)]
    while waiting:
        path, label, value, depth = waiting.pop()
        inner = _inner(path, label, value) if depth < _DEEPEST else None
        if inner is not None:
            waiting += [(*entry, depth + 1) for entry in reversed(inner)]
            continue
        head = f"{label}: " if label else ""
        shown = _shown(value)
        fields.append(FieldText(length, path, len(head)))
        parts += [head, shown, "\n"]
        length += len(head) + len(shown) + 1
    return PrivateText(name, "".join(parts), tuple(fields), size)


class Pairs(list[tuple[str, object]]):
    """The names and values of a JSON object, in their order."""


def _inner(
    path: tuple[str, ...], label: str, value: object
) -> list[tuple[tuple[str, ...], str, object]] | None:
    """(path, label, value) of the values inside a value; None for a plain value."""
    if isinstance(value, Mapping):
        value = Pairs((str(key), item) for key, item in value.items())
    if isinstance(value, Pairs):
        return [((*path, key), key, item) for key, item in value]
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [((*path, f"[{number}]"), label, item) for number, item in enumerate(value)]
    return None


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


def searchable(content: bytes) -> str:
    """The text of bytes that are not binary data, whatever their encoding.

    Text that is neither UTF-8 nor of wide code units is read as Latin-1: private values are of
    ASCII characters, but for names.
    """
    decoded = decode_text(content)
    if decoded.reason:
        return content.decode("latin-1")
    return decoded.content.decode("utf-8", "replace")
