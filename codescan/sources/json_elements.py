# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a JSON object of any size piece by piece: the elements of its arrays, one at a time.

Written by hand, on the standard library's decoder: streaming parsers (ijson) bound no element,
and a single one of a file from a stranger must not fill the memory.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

__all__ = ["MAX_ELEMENT", "elements"]

MAX_ELEMENT = 32 << 20
"""Characters that one element may have."""
_CHUNK = 1 << 20
_SPACE = " \t\n\r"
_ENDS = _SPACE + ",]}"


def elements(stream: TextIO) -> Iterator[tuple[str, Any]]:
    """Yield (key, element) for every element of every array of a JSON object, in order.

    Values that are no array are yielded whole. Memory is bounded by the largest element.

    Args:
        stream: the text, opened without translation of line ends.

    Raises:
        ValueError: it is not JSON, not an object, or has an element of more than 32 MiB.
    """
    reader = _Reader(stream)
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


class _Reader:
    """A text of which only the part that is looked at is in memory."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._decode = json.JSONDecoder().raw_decode

    def expect(self, mark: str) -> None:
        if not self.accept(mark):
            found = self._buffer[self._at : self._at + 20] or "the end of the file"
            raise ValueError(f"{mark!r} expected, {found!r} found")

    def accept(self, mark: str) -> bool:
        """Pass over white space, and over the mark if it is next."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer) or not self._more(_CHUNK):
                break
        if not self._buffer.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    def value(self) -> Any:
        """The next JSON value."""
        self.accept("")
        wanted = _CHUNK
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except RecursionError:
                raise ValueError("its values are nested too deeply") from None
            except ValueError:
                if len(self._buffer) - self._at > MAX_ELEMENT:
                    raise ValueError(f"one element has more than {MAX_ELEMENT >> 20} MiB") from None
                if not self._more(wanted):
                    raise
                wanted *= 2  # each try reads all again: doubling keeps the sum linear
                continue
            # A number may go on behind the part that was read: "1" of "1.5e3".
            whole = self._buffer[end : end + 1] in _ENDS or not isinstance(value, int | float)
            if (end < len(self._buffer) and whole) or not self._more(_CHUNK):
                self._at = end
                return value

    def _more(self, count: int) -> bool:
        """Read on, forgetting what is done with; False at the end of the text."""
        if self._ended:
            return False
        piece = self._stream.read(count)
        self._ended = not piece
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)
