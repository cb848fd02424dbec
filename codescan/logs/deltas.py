# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Joins the deltas of a streamed message into the message that the service would have sent whole.

Works on any fields, like `accumulate_delta` of OpenAI's client (package `openai`,
lib/streaming/_deltas.py): texts are appended, elements of lists are matched by their index, and
objects are joined field by field. Services that send parts or calls without an index are read as
well: a text goes to the last element of its kind. Time is linear in the length of the stream.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["JoinedDeltas"]

_LABELS = frozenset({"role", "type", "id", "name", "index", "format", "object", "status"})
"""Fields that name something: services send them once, or again with each delta."""
_DEEPEST = 12


class JoinedDeltas:
    """One message under way."""

    def __init__(self) -> None:
        self._fields: dict[str, object] = {}

    def add(self, delta: Mapping[str, object]) -> None:
        """Take in the part of the message that one event holds."""
        _add_fields(self._fields, delta, 0)

    def message(self) -> dict[str, object]:
        """The message so far; {} before its first field."""
        return {name: _whole(value) for name, value in self._fields.items()}


class _Text(list[str]):
    """Pieces of a text."""


def _add_fields(fields: dict[str, object], delta: Mapping[str, object], depth: int) -> None:
    for name, value in delta.items():
        earlier = fields.get(name)
        if name in _LABELS and isinstance(value, (str, int)):
            fields[name] = value if earlier in (None, "") else earlier
        elif isinstance(value, str):
            if not isinstance(earlier, _Text):
                # A service that sends a list or an object first, and a text later: keep both.
                fields[name] = _Text() if earlier is None else earlier
            _append(fields, name, value)
        elif isinstance(value, list):
            if not isinstance(earlier, list) or isinstance(earlier, _Text):
                earlier = [] if earlier is None else [earlier]
            fields[name] = earlier
            for item in value:
                _add_item(earlier, item, depth + 1)
        elif isinstance(value, Mapping) and depth < _DEEPEST:
            if isinstance(earlier, list):
                _add_item(earlier, value, depth + 1)
                continue
            if not isinstance(earlier, dict):
                earlier = {}
            fields[name] = earlier
            _add_fields(earlier, value, depth + 1)
        elif value is not None and not isinstance(earlier, (list, dict)):
            fields[name] = value


def _append(fields: dict[str, object], name: str, text: str) -> None:
    earlier = fields[name]
    if isinstance(earlier, _Text):
        earlier.append(text)
    elif isinstance(earlier, list):
        _add_item(earlier, text, 1)
    else:
        fields[name] = [earlier, _Text([text])]


def _add_item(items: list[object], item: object, depth: int) -> None:
    """Join an element with the one that it continues, or append it."""
    last = items[-1] if items else None
    if isinstance(item, str):
        if isinstance(last, _Text):
            last.append(item)
        else:
            items.append(_Text([item]))
    elif isinstance(item, Mapping) and depth < _DEEPEST:
        continued = _continued(items, item)
        if continued is None:
            continued = {}
            items.append(continued)
        _add_fields(continued, item, depth + 1)
    else:
        items.append(item)


def _continued(items: list[object], item: Mapping[str, object]) -> dict[str, object] | None:
    """The element that an element continues: of its index, else the last one if they agree."""
    index = item.get("index")
    if isinstance(index, int):
        named = (e for e in reversed(items) if isinstance(e, dict) and e.get("index") == index)
        return next(named, None)
    last = items[-1] if items else None
    if not isinstance(last, dict):
        return None
    labels = ("id", "type")
    is_other = any(
        item.get(label) and last.get(label) and item[label] != last[label] for label in labels
    )
    return None if is_other else last


def _whole(value: object) -> object:
    if isinstance(value, _Text):
        return "".join(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    return value
