# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Base class of decompressing streams: a part is unpacked, then read to its end."""

from __future__ import annotations

import io
import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO

import zstandard

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["UnpackedStream"]


_DAMAGED = (zlib.error, lzma.LZMAError, zstandard.ZstdError)


class UnpackedStream(io.RawIOBase):
    """The decompressed content of a stream.

    Args:
        stream: compressed bytes, at their start. It is read, never closed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._packed = b""
        """Bytes that were read but not yet unpacked."""
        self._unpacked = b""
        self._at = 0

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer; 0 bytes at the end.

        Raises:
            EOFError: the compressed stream is not complete.
            OSError: it is damaged, whatever its compression.
        """
        view = memoryview(buffer).cast("B")
        while self._at == len(self._unpacked):
            try:
                part = self.unpack_part()
            except _DAMAGED as error:
                raise OSError(f"the compressed data is damaged: {error}") from error
            if part is None:
                return 0
            self._unpacked, self._at = part, 0
        data = self._unpacked[self._at : self._at + len(view)]
        self._at += len(data)
        view[: len(data)] = data
        return len(data)

    def unpack_part(self) -> bytes | None:
        """The next part, possibly empty; None at the end."""
        raise NotImplementedError
