# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Rows of JSON texts: one value to a line, elements of an array, objects over many lines, events.

A file is JSON Lines if its first line is a whole JSON value. Otherwise it is read value by value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.records import Row, Unchecked
from codescan.records.json_decode import unique_names
from codescan.text.json_reader import JsonReader

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

__all__ = ["LONGEST_ROW", "UNDECODED", "json_rows"]

LONGEST_ROW = 32 << 20
"""Characters of the longest row that is read."""
_CONTENT = ("content", "value", "text", "parts", "message")
_DEEPEST = 16
UNDECODED = re.compile("[\udc80-\udcff]")
"""Bytes that are not UTF-8, as reading with "surrogateescape" leaves them."""
_EVENT_FIELDS = ("event:", "id:", "retry:", ":")


def json_rows(stream: io.TextIOBase, head: str) -> Iterator[Row | Unchecked]:
    """Yield the rows of a text.

    Args:
        stream: the text from its start.
        head: its first characters.
    """
    if _is_lines(head):
        yield from _line_rows(stream)
    else:
        yield from _value_rows(stream)


def _is_lines(head: str) -> bool:
    """Whether the text is line by line: its first line that is not blank is a whole value."""
    bare = head.lstrip("\ufeff \t\r\n")
    line, end, following = bare.partition("\n")
    if line.startswith(("data:", "event:", "id:", ":")):
        return True
    if not line.startswith(("{", "[")):
        return True
    if line.startswith("[") and not following.lstrip().startswith("["):
        return False  # an array of rows, on one line or many
    if not end:
        return len(bare) >= len(head) - 16 and not _is_whole(line)
    return _is_whole(line)


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        # A first line that is broken: it is one of lines if it looks finished.
        return line.rstrip().endswith(("}", "]")) and len(line) > 2  # noqa: PLR2004
    return True


def _line_rows(stream: io.TextIOBase) -> Iterator[Row | Unchecked]:
    number = 0
    while line := stream.readline(LONGEST_ROW + 1):
        number += 1
        place = f"line {number}"
        if len(line) > LONGEST_ROW and not line.endswith("\n"):
            while (remainder := stream.readline(LONGEST_ROW + 1)) and not remainder.endswith("\n"):
                pass
            yield Unchecked(place, "too-large", f"over {LONGEST_ROW >> 20} MiB")
            continue
        text = line.strip()
        if text.startswith("data:"):  # server-sent events
            text = text.removeprefix("data:").strip()
            if text == "[DONE]":
                continue
        elif text.startswith(_EVENT_FIELDS):
            continue
        if text:
            yield from _parsed(place, text)


def _parsed(place: str, text: str) -> Iterator[Row | Unchecked]:
    if not text.isascii() and UNDECODED.search(text):
        yield Unchecked(place, "undecodable", "not UTF-8")
        return
    try:
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=unique_names)
    except (ValueError, RecursionError) as error:
        yield Unchecked(place, "not-json", str(error)[:200])
        return
    yield from _rows(place, value)


def _rows(place: str, value: object) -> Iterator[Row | Unchecked]:
    """The rows of a value: a list holds rows, a conversation, or samples of one task."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield Row(place, {"generations": value})  # BigCode's harness: a list for each task
        return
    if isinstance(value, list) and value and not _is_conversation(value):
        for number, item in enumerate(value, start=1):
            yield Row(f"{place}, element {number}", item)
    elif isinstance(value, list):
        yield Row(place, {"messages": value})
    else:
        yield Row(place, value)


def _is_conversation(values: list[object]) -> bool:
    return all(
        isinstance(item, Mapping)
        and ("role" in item or "from" in item)
        and any(name in item for name in _CONTENT)
        for item in values
    )


def _value_rows(stream: io.TextIOBase) -> Iterator[Row | Unchecked]:
    """Rows of values one after another: arrays element by element, objects whole or in parts."""
    reader = JsonReader(stream, LONGEST_ROW)  # type: ignore[arg-type]
    number = 0
    try:
        while not reader.at_end():
            if reader.accept("["):
                yield from _elements(reader)
                continue
            number += 1
            try:
                yield Row(f"object {number}", reader.value())
            except ValueError:
                if not reader.is_too_long or not reader.accept("{"):
                    raise
                yield from _object_parts(reader, {}, 0)
            reader.accept(",")
    except ValueError as error:
        yield Unchecked(f"object {number + 1}", "not-json", str(error)[:200])


def _object_parts(
    reader: JsonReader, siblings: dict[str, object], depth: int
) -> Iterator[Row | Unchecked]:
    """The elements of the arrays inside an object that is too long to be read whole."""
    while not reader.accept("}"):
        name = str(reader.value())
        reader.expect(":")
        if reader.accept("["):
            number = 0
            while not reader.accept("]"):
                number += 1
                yield Row(f"{name} {number}", reader.value(), siblings)
                reader.accept(",")
        else:
            try:
                siblings = {**siblings, name: reader.value()}
            except ValueError:
                too_deep = depth > _DEEPEST or not reader.is_too_long
                if too_deep or not reader.accept("{"):
                    raise
                yield from _object_parts(reader, siblings, depth + 1)
        reader.accept(",")


def _elements(reader: JsonReader) -> Iterator[Row | Unchecked]:
    """The elements of an array; of one that is a conversation, one row for all."""
    number = 0
    conversation: list[object] = []
    while not reader.accept("]"):
        number += 1
        value = reader.value()
        reader.accept(",")
        if _is_conversation([value]) and len(conversation) == number - 1:
            conversation.append(value)
            continue
        for at, earlier in enumerate(conversation, start=1):
            yield Row(f"element {at}", earlier)
        conversation.clear()
        yield from _rows(f"element {number}", value)
    if conversation:
        yield Row("elements", {"messages": conversation})
