# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads server-sent events (HTML standard, section 9.2.6), from whole texts and from streams.

Only CR, LF or both end a line: JSON may hold U+2028 and similar characters unescaped.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EventSplitter", "data_texts", "event_data", "is_event_stream"]

_LINE_END = re.compile(r"\r\n|\n|\r")
_LINE_END_BYTES = re.compile(_LINE_END.pattern.encode())
_EVENT_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\r\n\n|\n\r\n")
_START = re.compile(r"[\ufeff\s]*(?:(?:data|event|id|retry)[ \t]*:|:)")
_DONE = "[DONE]"


def is_event_stream(text: str) -> bool:
    """Whether a text begins with a field of an event, or with a comment."""
    return _START.match(text) is not None


def data_texts(text: str) -> Iterator[str]:
    """Yield the data of each event; empty ones and OpenAI's "[DONE]" are left out.

    Several lines of data make one event. Some services leave out the blank line between events: if
    the lines together are not JSON, each line is an event.
    """
    lines: list[str] = []
    for line in _LINE_END.split(text.removeprefix("\ufeff")):
        name, _, value = line.partition(":")
        if name.strip() == "data":
            lines.append(value.strip())
        elif not line:
            yield from _joined(lines)
            lines = []
    yield from _joined(lines)


def _joined(lines: list[str]) -> Iterator[str]:
    lines = [line for line in lines if line not in ("", _DONE)]
    if len(lines) > 1:
        whole = "\n".join(lines)
        try:
            json.loads(whole, strict=False)
        except (ValueError, RecursionError):
            yield from lines
        else:
            yield whole
    else:
        yield from lines


class EventSplitter:
    """Collects bytes and returns whole events, with all their bytes unchanged.

    Args:
        max_bytes: maximum bytes of one event.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = bytearray()
        self._looked = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The events that these bytes complete.

        Raises:
            ValueError: an event is too large.
        """
        self._held += data
        events = []
        while True:
            end = _EVENT_END.search(self._held, max(0, self._looked - 3))
            # A line feed that follows may belong to the same line end.
            if end is None or (end.end() == len(self._held) and end[0].endswith(b"\r")):
                break
            events.append(bytes(self._held[: end.end()]))
            del self._held[: end.end()]
            self._looked = 0
        self._looked = len(self._held)
        if len(self._held) > self._max_bytes:
            raise ValueError("an event of the stream is too large")
        return events

    def remainder(self) -> bytes:
        """The bytes after the last whole event."""
        held = bytes(self._held)
        self._held.clear()
        self._looked = 0
        return held


def event_data(event: bytes) -> bytes:
    """The data of an event: its "data" lines, joined."""
    lines = []
    for line in _LINE_END_BYTES.split(event):
        name, _, value = line.partition(b":")
        if name == b"data":
            lines.append(value.removeprefix(b" "))
    return b"\n".join(lines)
