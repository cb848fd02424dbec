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

from codescan.records import (
    Completion,
    Decoding,
    Prompt,
    SampledLogprob,
    Score,
    Skipped,
    TokenStatistics,
)

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
_SCALARS: dict[type, type] = {str: str, int: int, bool: int, float: float}
_STATISTICS_BYTES = 16


def create_tables(db: Any) -> None:
    """Create the tables of a run in a `sqlite_utils.Database`."""
    for name, key in (("settings", "key"), ("progress", "name"), ("notes", "key")):
        texts = {key: str} if name == "progress" else {key: str, "value": str}
        db[name].create(texts, pk=key, if_not_exists=True)
    for kind, (table, primary_key) in TABLES.items():
        columns = {_COLUMNS.get(name, name): _column_type(hint) for name, hint in _fields(kind)}
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
        for name, _hint in _fields(type(record))
    }


def record_of(kind: type[_T], row: Mapping[str, Any]) -> _T:
    """The record of a row.

    Raises:
        sqlite3.DatabaseError: a value is not one that `row_of` wrote.
    """
    try:
        values = {
            name: _loaded(row[_COLUMNS.get(name, name)], hint) for name, hint in _fields(kind)
        }
        return kind(**values)
    except (KeyError, TypeError, ValueError, struct.error, RecursionError) as error:
        raise sqlite3.DatabaseError(f"a row of {TABLES[kind][0]} is damaged: {error}") from error


def _fields(kind: type) -> tuple[tuple[str, Any], ...]:
    """Name and type of each field of a record."""
    return _FIELDS[kind]


def _column_type(hint: Any) -> type:
    if hint == TokenStatistics | None:
        return bytes
    return _SCALARS.get(hint, str)


def _stored(value: object) -> object:
    """The value as SQLite takes it: lone surrogates, which no UTF-8 text can hold, become "?"."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, TokenStatistics):
        return _packed(value)
    if isinstance(value, tuple):
        return json.dumps([_plain(item) for item in value])
    return value


def _plain(item: object) -> object:
    if not isinstance(item, SampledLogprob):
        return item
    decoding = item.decoding
    logprob = item.logprob if math.isfinite(item.logprob) else None
    return [decoding.temperature, decoding.top_k, decoding.top_p, logprob]


def _loaded(value: Any, hint: Any) -> Any:
    """The value of a field from that of its column."""
    if hint == tuple[SampledLogprob, ...]:
        return tuple(_sampled(*item) for item in json.loads(value))
    if hint == TokenStatistics | None:
        return None if value is None else _unpacked(value)
    if hint is float:
        return math.nan if value is None else float(value)  # SQLite keeps NaN as NULL
    if hint in (str, int):
        if not isinstance(value, hint):
            raise TypeError(f"{value!r} is not {hint.__name__}")
        return value
    return tuple(json.loads(value)) if get_origin(hint) is tuple else hint(value)


def _sampled(temperature: float, top_k: int, top_p: float, logprob: float | None) -> SampledLogprob:
    decoding = Decoding(temperature, top_k, top_p)
    return SampledLogprob(decoding, -math.inf if logprob is None else logprob)


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
