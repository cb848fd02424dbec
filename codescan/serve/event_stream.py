# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Splits a stream of server-sent events into events, however its bytes are cut (HTML, 9.2)."""

from __future__ import annotations

import re

__all__ = ["EventSplitter", "event_data"]

_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\r\n\n|\n\r\n")
_LINE = re.compile(rb"\r\n|\n|\r")


class EventSplitter:
    """Collects bytes, and gives back whole events with the bytes that they came in.

    Args:
        max_bytes: of one event.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._held = bytearray()
        self._looked = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The events that end with these bytes.

        Raises:
            ValueError: an event is too large.
        """
        self._held += data
        events = []
        while True:
            end = _END.search(self._held, max(0, self._looked - 3))
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

    def rest(self) -> bytes:
        """What came after the last whole event."""
        held = bytes(self._held)
        self._held.clear()
        self._looked = 0
        return held


def event_data(event: bytes) -> bytes:
    """The data of an event: its "data" lines, joined."""
    lines = []
    for line in _LINE.split(event):
        name, _, value = line.partition(b":")
        if name == b"data":
            lines.append(value.removeprefix(b" "))
    return b"\n".join(lines)
