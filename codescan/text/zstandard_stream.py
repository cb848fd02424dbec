# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Zstandard frames as a stream that tells a truncated one.

The reader of the library ends silently where the last frame is cut, so that half a file would pass
for a whole one.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

import zstandard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["ZstandardStream"]

_STEP = 1024
"""Packed bytes at a time: each may become very many."""
_WINDOW = 1 << 27
"""128 MiB, the largest window that the format asks decoders to accept (`zstd --long=27`)."""


class ZstandardStream(io.RawIOBase):
    """The content of Zstandard frames, one behind the other.

    Args:
        stream: packed bytes, at their start. It is read, never closed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._frame: Any = None
        self._packed = self._unpacked = b""
        self._at = 0

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer; 0 bytes at the end of the last frame.

        Raises:
            EOFError: the last frame is not complete.
            zstandard.ZstdError: it is damaged.
        """
        view = memoryview(buffer).cast("B")
        while self._at == len(self._unpacked):
            self._packed = self._packed or self._stream.read(_STEP)
            if not self._packed:
                if self._frame is not None:
                    raise EOFError("the last Zstandard frame is not complete")
                return 0
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
            self._unpacked, self._at = self._frame.decompress(self._packed), 0
            self._packed = b""
            if self._frame.eof:
                self._packed, self._frame = self._frame.unused_data, None
        data = self._unpacked[self._at : self._at + len(view)]
        self._at += len(data)
        view[: len(data)] = data
        return len(data)
