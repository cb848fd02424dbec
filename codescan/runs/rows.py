# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records to rows of the run database and back, without loss.

A table has one column for each field of its record, of the field's type; tuples are JSON.
"""

from __future__ import annotations

import json
import math
import sqlite3
import struct
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, get_origin, get_type_hints

import msgspec
from msgspec.structs import astuple

from codescan.records import (
    Completion,
    Decoding,
    Prompt,
    SampledLogprob,
    Score,
    Skipped,
    TokenStatistics,
)
from codescan.records.json_decode import decode_json
from codescan.records.json_form import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TABLES", "create_tables", "record_of", "row_of", "table_of"]

_T = TypeVar("_T")

TABLES: dict[type, tuple[str, tuple[str, ...]]] = {
    Prompt: ("prompts", ("id",)),
    Completion: ("completions", ("prompt_id", "number")),
    Score: ("scores", ("prompt_id",)),
    Skipped: ("skipped", ("item", "stage", "reason")),
}
"""Table and primary key of each kind of record."""
_FIELDS = {kind: tuple(get_type_hints(kind).items()) for kind in TABLES}
"""Name and type of each field."""
_COLUMNS = {"index": "number"}
"""Fields whose column has another name: `index` is a word of SQL."""
_STATISTICS_BYTES = 16


def create_tables(db: Any) -> None:
    """Create the tables of a run in a `sqlite_utils.Database`."""
    for name, key in (("settings", "key"), ("progress", "name"), ("notes", "key")):
        texts = {key: str} if name == "progress" else {key: str, "value": str}
        db[name].create(texts, pk=key, if_not_exists=True)
    for kind, (table, primary_key) in TABLES.items():
        columns = {_COLUMNS.get(name, name): _column_type(hint) for name, hint in _FIELDS[kind]}
        if kind is Prompt:
            columns["number"] = int
        key_columns = primary_key[0] if len(primary_key) == 1 else primary_key
        db[table].create(columns, pk=key_columns, if_not_exists=True)
    db["prompts"].create_index(["number"], if_not_exists=True)


def table_of(record: object) -> str:
    """The table of a record."""
    return TABLES[type(record)][0]


def row_of(record: object) -> dict[str, object]:
    """The row of a record."""
    return {
        _COLUMNS.get(name, name): _stored(getattr(record, name))
        for name, _ in _FIELDS[type(record)]
    }


def record_of(kind: type[_T], row: Mapping[str, Any]) -> _T:
    """The record of a row.

    Raises:
        sqlite3.DatabaseError: a value is not one that `row_of` wrote.
    """
    try:
        values = {
            name: _loaded(row[_COLUMNS.get(name, name)], hint) for name, hint in _FIELDS[kind]
        }
        return msgspec.convert(values, kind)
    except (KeyError, TypeError, ValueError, struct.error, RecursionError) as error:
        raise sqlite3.DatabaseError(f"a row of {TABLES[kind][0]} is damaged: {error}") from error


def _column_type(hint: Any) -> type:
    if hint == TokenStatistics | None:
        return bytes
    return hint if hint in (str, int, bool, float) else str


def _stored(value: object) -> object:
    """The value as SQLite takes it: lone surrogates, which no UTF-8 text can hold, become "?"."""
    if isinstance(value, TokenStatistics):
        return _packed(value)
    if isinstance(value, tuple):
        return json.dumps([_plain(item) for item in value])
    return encode(value) if isinstance(value, str | Enum) else value


def _plain(item: object) -> object:
    if not isinstance(item, SampledLogprob):
        return item
    return [*astuple(item.decoding), item.logprob if math.isfinite(item.logprob) else None]


def _loaded(value: Any, hint: Any) -> Any:
    """The value of a column as `msgspec.convert` takes it."""
    if hint == tuple[SampledLogprob, ...]:
        return tuple(
            SampledLogprob(Decoding(*decoding), -math.inf if logprob is None else logprob)
            for *decoding, logprob in decode_json(value, list[list[Any]])
        )
    if hint == TokenStatistics | None:
        return None if value is None else _unpacked(value)
    if hint is float:
        return math.nan if value is None else value  # SQLite keeps NaN as NULL
    if hint is bool:
        return bool(value)
    return decode_json(value, hint) if get_origin(hint) is tuple else value


def _packed(statistics: TokenStatistics) -> bytes:
    """Four columns of little-endian float32, one after the other: 16 bytes a token."""
    columns = (
        statistics.logprobs, statistics.ranks, statistics.entropies, statistics.deviations
    )  # fmt: skip
    values = [float(value) for column in columns for value in column]
    return struct.pack(f"<{len(values)}f", *values)


def _unpacked(blob: bytes) -> TokenStatistics:
    count = len(blob) // _STATISTICS_BYTES
    values = struct.unpack(f"<{4 * count}f", blob)
    logprobs, ranks, entropies, deviations = (
        values[column * count : (column + 1) * count] for column in range(4)
    )
    return TokenStatistics(logprobs, tuple(int(rank) for rank in ranks), entropies, deviations)
