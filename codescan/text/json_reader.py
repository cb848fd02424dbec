# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads JSON of any size value by value, with bounded memory.

It uses the standard library's decoder: streaming parsers (ijson) do not limit the size of a value,
and one value of an untrusted file must not fill the memory.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from codescan.records.json_decode import unique_names

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["MAX_VALUE", "JsonReader"]

MAX_VALUE = 32 << 20
"""Maximum characters of one value."""
_CHUNK = 1 << 20
_SPACE = " \t\n\r"
_ENDS = _SPACE + ",]}"


class JsonReader:
    """A JSON text of which only the current part is in memory.

    Args:
        stream: the text, opened without translation of line ends.
        max_value: maximum characters of one value.
    """

    def __init__(self, stream: TextIO, max_value: int = MAX_VALUE) -> None:
        self._stream = stream
        self._max_value = max_value
        self._buffer = ""
        self._at = 0
        self._ended = False
        self._decode = json.JSONDecoder(object_pairs_hook=unique_names).raw_decode

    def expect(self, mark: str) -> None:
        """Skip a mark.

        Raises:
            ValueError: the next text is not this mark.
        """
        if not self.accept(mark):
            actual = self._buffer[self._at : self._at + 20] or "the end of the file"
            raise ValueError(f"{mark!r} expected, {actual!r} found")

    def accept(self, mark: str) -> bool:
        """Skip white space, and skip the mark if it is next; return whether it was next."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer) or not self._more(_CHUNK):
                break
        if not self._buffer.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True

    @property
    def is_too_long(self) -> bool:
        """Whether the text read so far shows that the next value is longer than the maximum."""
        return len(self._buffer) - self._at > self._max_value

    def at_end(self) -> bool:
        """Whether only white space is left."""
        return not self.accept("") or (self._ended and self._at >= len(self._buffer))

    def value(self) -> Any:
        """The next JSON value.

        Raises:
            ValueError: it is not JSON, nested too deeply, longer than `max_value`, or has an
                object in which a name has two values.
        """
        self.accept("")
        size = _CHUNK
        while True:
            try:
                value, end = self._decode(self._buffer, self._at)
            except RecursionError:
                raise ValueError("its values are nested too deeply") from None
            except ValueError:
                if len(self._buffer) - self._at > self._max_value:
                    raise ValueError(
                        f"one element has more than {self._max_value >> 20} MiB"
                    ) from None
                if not self._more(size):
                    raise
                size *= 2  # each attempt parses all again: doubling keeps the total linear
                continue
            # A number may continue after the part that was read: "1" of "1.5e3".
            whole = self._buffer[end : end + 1] in _ENDS or not isinstance(value, int | float)
            if (end < len(self._buffer) and whole) or not self._more(_CHUNK):
                self._at = end
                return value

    def _more(self, count: int) -> bool:
        """Read further and drop the text already used; False at the end of the text."""
        if self._ended:
            return False
        piece = self._stream.read(count)
        self._ended = not piece
        self._buffer = self._buffer[self._at :] + piece
        self._at = 0
        return bool(piece)
