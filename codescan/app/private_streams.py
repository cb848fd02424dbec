# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decompress streams for `codescan private`, with a limit on the total size."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, cast

from codescan.text.packed_streams import HEAD_BYTES, STREAMS, compression_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["BROKEN", "BombError", "head_of", "unpacked"]

BROKEN = (OSError, EOFError, ValueError)
"""Errors raised by damaged streams."""
_FREE_BYTES = 64 << 20
_RATIO = 250
"""Maximum ratio of unpacked to packed bytes, beyond `_FREE_BYTES` unpacked bytes."""


class BombError(Exception):
    """A stream decompresses to far more than its size."""


def unpacked(stream: BinaryIO) -> io.BufferedReader | None:
    """The decompressed content of a stream; None if its first bytes show no compression.

    Args:
        stream: stream at its start, with a working `peek` or `seek`.
    """
    compression = compression_of(head_of(stream, HEAD_BYTES))
    if not compression:
        return None
    counted = _Counted(stream)
    inner = STREAMS[compression](cast("BinaryIO", counted))
    return io.BufferedReader(_Limited(cast("BinaryIO", inner), counted))


def head_of(stream: BinaryIO, size: int) -> bytes:
    """The next bytes of a stream, without consuming them.

    Args:
        stream: stream with a working `peek` or `seek`.
        size: a small number of bytes.
    """
    peek = getattr(stream, "peek", None)
    if peek is not None:
        return bytes(peek(size)[:size])
    head = stream.read(size)
    stream.seek(-len(head), io.SEEK_CUR)
    return head


class _Counted(io.RawIOBase):
    """A stream that counts the bytes read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Read and count."""
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def seekable(self) -> bool:
        """False."""
        return False


class _Limited(io.RawIOBase):
    """The decompressed bytes of a stream, up to a multiple of its size."""

    def __init__(self, inner: BinaryIO, packed: _Counted) -> None:
        self._inner = inner
        self._packed = packed
        self._count = 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer.

        Raises:
            BombError: the stream exceeds the limit.
        """
        view = memoryview(buffer).cast("B")
        data = self._inner.read(len(view))
        view[: len(data)] = data
        self._count += len(data)
        if self._count > _FREE_BYTES and self._count > self._packed.count * _RATIO:
            raise BombError(f"unpacks to more than {_RATIO} times its size")
        return len(data)
