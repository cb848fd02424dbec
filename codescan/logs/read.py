# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a whole log: each row by the first reader that recognizes its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codescan.logs.bodies import unreadable_events
from codescan.logs.conversation import Conversations
from codescan.logs.log_file import is_markdown_history, open_text, rows
from codescan.logs.reader import NO_LABEL
from codescan.logs.readers.aider import AiderReader
from codescan.logs.records import Exchange, Row, Unchecked
from codescan.logs.rendered import exchanges_of
from codescan.registry import load, names

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.logs.reader import Item, LogReader

__all__ = ["LogEntry", "read_log"]

_PLACES = 5  # rows of one unknown shape that are named
_KEYS = 12  # keys of an unknown shape that are named
_SHAPES = 1000  # unknown shapes that are counted separately
_GUESSING = "heuristic"
"""Name of the reader that recognizes rows by guess."""
_EVENTS = "events of a stream that are not JSON, or have a name with two values"
_HOSTILE = (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An exchange and the reader that found it."""

    exchange: Exchange
    format: str
    """The reader's name; "(unverified)" follows where its shape has no documented source."""
    place: str = ""
    """The row that completed the exchange: "line 3"; "" for one that the end of the log did."""


@dataclass(slots=True)
class _Shape:
    count: int = 0
    places: list[str] = field(default_factory=list)


def read_log(path: Path) -> Iterator[LogEntry | Unchecked]:
    """Yield every exchange of a log in order, then what was not read, by shape and count.

    Args:
        path: a file; see `codescan.logs.log_file` for the formats.

    Raises:
        ModelError: the file cannot be read.
        MissingExtraError: a library for its format is not installed.
    """
    if is_markdown_history(path):
        with open_text(path) as stream:
            yield from _entries(AiderReader, AiderReader.read_lines(iter(stream.readline, "")))
        return
    conversations = Conversations()
    readers: list[LogReader] = [load("logs", name)(conversations) for name in names("logs")]
    unknown: dict[str, _Shape] = {}
    for row in rows(path):
        if isinstance(row, Unchecked):
            yield row
            continue
        try:
            reader = _reader_of(readers, row)
            if reader is not None:
                fields = row.value if isinstance(row.value, Mapping) else {}
                entries = _grouped(list(_entries(reader, reader.read(row, fields), row.place)))
                yield from entries
                unreadable = unreadable_events(row.value)
                if unreadable:
                    yield Unchecked(row.place, "unreadable", _EVENTS, unreadable)
                # A row that was read by guess and gave nothing is not read.
                if entries or reader.name != _GUESSING:
                    continue
        except _HOSTILE as error:
            yield Unchecked(row.place, "unreadable", f"{type(error).__name__}: {error}"[:200])
            continue
        name = _shape(row.value)
        if name not in unknown and len(unknown) >= _SHAPES:
            name = "further shapes"
        shape = unknown.setdefault(name, _Shape())
        shape.count += 1
        if len(shape.places) < _PLACES:
            shape.places.append(row.place)
    for reader in readers:
        yield from _entries(reader, reader.finish())
    for words, shape in unknown.items():
        more = ", ..." if shape.count > len(shape.places) else ""
        counted = "1 row has" if shape.count == 1 else f"{shape.count:,} rows have"
        places = ", ".join(shape.places) + more
        yield Unchecked(places, "unknown-shape", f"{counted} {words}", shape.count)


def _reader_of(readers: list[LogReader], row: Row) -> LogReader | None:
    """The first reader that recognizes a row; rows of other shapes have none."""
    fields = row.value
    if not isinstance(fields, Mapping):
        return None
    return next((reader for reader in readers if reader.recognizes(fields)), None)


def _entries(
    reader: LogReader | type[AiderReader], items: Iterator[Item], place: str = ""
) -> Iterator[LogEntry | Unchecked]:
    label = reader.name if reader.source else f"{reader.name} (unverified)"
    for item in items:
        if isinstance(item, Exchange):
            for turn in exchanges_of(item, place):
                yield LogEntry(turn, label, place) if isinstance(turn, Exchange) else turn
        else:
            yield item


def _grouped(entries: list[LogEntry | Unchecked]) -> list[LogEntry | Unchecked]:
    """The entries of a row: several turns without a name of their own are one conversation."""
    turns = [entry for entry in entries if isinstance(entry, LogEntry)]
    if len(turns) < 2 or any(e.exchange.group not in ("", NO_LABEL) for e in turns):  # noqa: PLR2004
        return entries
    return [
        replace(entry, exchange=replace(entry.exchange, group=entry.place))
        if isinstance(entry, LogEntry)
        else entry
        for entry in entries
    ]


def _shape(value: object) -> str:
    """A row's shape in words: "keys a, b, c"."""
    if not isinstance(value, Mapping):
        return f"type {type(value).__name__} instead of an object"
    keys = sorted(map(str, value))
    more = f" and {len(keys) - _KEYS} more" if len(keys) > _KEYS else ""
    return f"keys {', '.join(key[:40] for key in keys[:_KEYS])}{more}"
