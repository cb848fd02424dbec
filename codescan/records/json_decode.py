# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads JSON into records: checks every type, and rejects names with two values.

RFC 8259 does not define which value of a repeated name counts, and programs differ. The text in the
other value would not be checked.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

__all__ = ["DecodingError", "convert", "decode_json", "unique_names"]

_T = TypeVar("_T")

_LONGEST = 80


class DecodingError(ValueError):
    """Data that is not a valid record.

    Args:
        place: position in the data, such as ".findings[0].rule"; "" for its top level.
        problem: description of the error.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place.removeprefix('.')}: {problem}" if place else problem)
        self.place = place
        self.problem = problem


def decode_json(content: bytes | str, kind: type[_T]) -> _T:
    """The value of a type from JSON text in UTF-8, with or without a byte-order mark.

    Raises:
        DecodingError: it is not JSON, a name has two values, or a value is missing or has another
            type.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=unique_names)
    except (ValueError, RecursionError) as error:
        raise DecodingError("", f"not JSON: {error}") from error
    return convert(data, kind)


def convert(data: object, kind: type[_T]) -> _T:
    """The value of a type from plain data.

    Raises:
        DecodingError: a value is missing, or has another type.
    """
    try:
        return msgspec.convert(data, kind)
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        problem, _, place = str(error).partition(" - at `$")
        raise DecodingError(place.rstrip("`"), problem) from error


def unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dict of names and values, for the `object_pairs_hook` of `json.loads`.

    Raises:
        ValueError: a name has two different values.
    """
    fields = dict(pairs)
    if len(fields) != len(pairs):
        for name, value in pairs:
            if fields[name] != value:
                raise ValueError(f"the name {name[:_LONGEST]!r} has two values")
    return fields
