# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Zstandard frames as a stream that tells a truncated one.

The reader of the library ends silently where the last frame is cut, so that half a file would pass
for a whole one.
"""

from __future__ import annotations

from typing import Any, BinaryIO

import zstandard

from codescan.text.unpacked_stream import UnpackedStream

__all__ = ["ZstandardStream"]

_STEP = 1024
"""Packed bytes at a time: each may become very many."""
_WINDOW = 1 << 27
"""128 MiB, the largest window that the format asks decoders to accept (`zstd --long=27`)."""


class ZstandardStream(UnpackedStream):
    """The content of Zstandard frames, one after the other.

    Damage raises a zstandard.ZstdError.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._frame: Any = None

    def unpack_part(self) -> bytes | None:
        """Unpack what one step of packed bytes gives."""
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
