# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compressed files as streams: recognized by their first bytes and read to their last byte.

The standard library's readers of bzip2 and xz stop silently if other bytes follow the last stream.
The rest of a shard would then count as read although it was not.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import TYPE_CHECKING, Any, BinaryIO

from codescan.text.unpacked_stream import UnpackedStream
from codescan.text.zstandard_stream import ZstandardStream

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "HEAD_BYTES",
    "STREAMS",
    "GzipStream",
    "MemberStream",
    "bzip2_stream",
    "compression_of",
    "unpacked",
    "xz_stream",
]

HEAD_BYTES = 6
"""First bytes of a file that are examined to detect its format."""
_STEP = 64 << 10
_MOST_UNPACKED = 1 << 20
_XZ_MEMORY = 256 << 20
"""Memory limit: four times the memory that `xz -9` needs."""
_SKIPPABLE = (b"\x2a\x4d\x18", range(0x50, 0x60))
"""Start of a Zstandard frame without content, which parallel and seekable writers put first."""


class MemberStream(UnpackedStream):
    """The content of consecutive compressed streams, with zeros between and after them.

    Any other bytes after them raise an OSError.

    Args:
        stream: compressed bytes, at their start. It is read, never closed.
        start: makes a decompressor for one stream, such as `bz2.BZ2Decompressor`.
    """

    def __init__(self, stream: BinaryIO, start: Callable[[], Any]) -> None:
        super().__init__(stream)
        self._start = start
        self._member: Any = None

    def unpack_part(self) -> bytes | None:
        """Unpack at most 1 MiB."""
        if self._member is None:
            while not (packed := self._packed.lstrip(b"\0")):
                self._packed = self._stream.read(_STEP)
                if not self._packed:
                    return None
            self._packed, self._member = packed, self._start()
        if self._member.needs_input and not self._packed:
            self._packed = self._stream.read(_STEP)
            if not self._packed:
                raise EOFError("the last compressed stream is not complete")
        part: bytes = self._member.decompress(self._packed, _MOST_UNPACKED)
        self._packed = b""
        if self._member.eof:
            self._packed, self._member = self._member.unused_data, None
        return part


def bzip2_stream(stream: BinaryIO) -> MemberStream:
    """The content of a bzip2 file."""
    return MemberStream(stream, bz2.BZ2Decompressor)


def xz_stream(stream: BinaryIO) -> MemberStream:
    """The content of an xz file. A dictionary above 256 MiB is refused."""
    return MemberStream(stream, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))


class GzipStream(UnpackedStream):
    """The content of a gzip file, of any number of members."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream)
        self._file = gzip.GzipFile(fileobj=stream)

    def unpack_part(self) -> bytes | None:
        """Unpack at most 1 MiB."""
        return self._file.read1(_MOST_UNPACKED) or None


STREAMS: dict[str, Callable[[BinaryIO], io.RawIOBase]] = {
    "gzip": GzipStream,
    "zstd": ZstandardStream,
    "xz": xz_stream,
    "bzip2": bzip2_stream,
}
"""Functions that open a compressed stream for reading, by format (`compression_of`)."""


def compression_of(head: bytes) -> str:
    """The format of a file by its first `HEAD_BYTES` bytes, a key of `STREAMS`; "" for others."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"\x28\xb5\x2f\xfd") or _is_skippable(head):
        return "zstd"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    return "bzip2" if head.startswith(b"BZh") else ""


def unpacked(stream: BinaryIO, head: bytes) -> io.BufferedReader | None:
    """The content of a compressed file; None for any other file.

    Args:
        stream: at its start. It is read, never closed.
        head: its first `HEAD_BYTES` bytes.
    """
    compression = compression_of(head)
    return io.BufferedReader(STREAMS[compression](stream)) if compression else None


def _is_skippable(head: bytes) -> bool:
    magic, first = _SKIPPABLE
    return head[1:4] == magic and head[0] in first
