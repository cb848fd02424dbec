# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a JSON object of any size piece by piece: the elements of its arrays, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.text.json_reader import JsonReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

__all__ = ["MAX_ELEMENT", "elements"]

MAX_ELEMENT = 32 << 20
"""Maximum characters of one element."""


def elements(stream: TextIO) -> Iterator[tuple[str, Any]]:
    """Yield (key, element) for every element of every array of a JSON object, in order.

    Values that are not an array are yielded whole. Memory is bounded by the largest element.

    Args:
        stream: the text, opened without translation of line ends.

    Raises:
        ValueError: it is not JSON, not an object, or has an element of more than 32 MiB.
    """
    reader = JsonReader(stream, MAX_ELEMENT)
    reader.expect("{")
    if reader.accept("}"):
        return
    while True:
        key = reader.value()
        if not isinstance(key, str):
            raise ValueError(f"an object's key is {key!r}")  # noqa: TRY004 - a wrong value, not type
        reader.expect(":")
        if reader.accept("["):
            if not reader.accept("]"):
                while True:
                    yield key, reader.value()
                    if not reader.accept(","):
                        break
                reader.expect("]")
        else:
            yield key, reader.value()
        if not reader.accept(","):
            break
    reader.expect("}")
