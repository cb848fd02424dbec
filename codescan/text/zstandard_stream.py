# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Zstandard frames as a stream that reports a truncated frame.

The reader of the library ends silently if the last frame is truncated: half a file would count as
a whole one.
"""

from __future__ import annotations

from typing import Any, BinaryIO

import zstandard

from codescan.text.unpacked_stream import UnpackedStream

__all__ = ["ZstandardStream"]

_STEP = 1024
"""Compressed bytes unpacked at a time: each byte may become very many."""
_WINDOW = 1 << 27
"""128 MiB, the largest window that the format asks decoders to accept (`zstd --long=27`)."""


class ZstandardStream(UnpackedStream):
    """The content of consecutive Zstandard frames."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._frame: Any = None

    def unpack_part(self) -> bytes | None:
        """Unpack the next `_STEP` compressed bytes."""
        self._packed = self._packed or self._stream.read(_STEP)
        if not self._packed:
            if self._frame is not None:
                raise EOFError("the last Zstandard frame is not complete")
            return None
        if self._frame is None:
            self._frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        part: bytes = self._frame.decompress(self._packed)
        self._packed = b""
        if self._frame.eof:
            self._packed, self._frame = self._frame.unused_data, None
        return part
