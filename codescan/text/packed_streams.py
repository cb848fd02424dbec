# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compressed files as streams that hide nothing: told by their first bytes, read to their last one.

The standard library's readers of bzip2 and xz end silently where something else follows the last
stream, so that what a shard holds behind it would pass for read.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from codescan.text.zstandard_stream import ZstandardStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer

__all__ = ["HEAD_BYTES", "MemberStream", "bzip2_stream", "unpacked", "xz_stream"]

HEAD_BYTES = 6
"""Bytes that tell the format."""
_STEP = 64 << 10
_MOST_UNPACKED = 1 << 20
_XZ_MEMORY = 256 << 20
"""Four times what `xz -9` asks for."""
_SKIPPABLE = (b"\x2a\x4d\x18", range(0x50, 0x60))
"""A Zstandard frame without content, which parallel and seekable writers put first."""


class MemberStream(io.RawIOBase):
    """The content of compressed streams one behind the other, with zeros between and after them.

    Args:
        stream: packed bytes, at their start. It is read, never closed.
        start: makes a decompressor of one stream, such as `bz2.BZ2Decompressor`.
    """

    def __init__(self, stream: BinaryIO, start: Callable[[], Any]) -> None:
        self._stream = stream
        self._start = start
        self._member: Any = None
        self._packed = self._unpacked = b""
        self._at = 0

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read into a buffer; 0 bytes at the end of the last stream.

        Raises:
            EOFError: the last stream is not complete.
            OSError: a stream is damaged, or something else follows it; of xz, an LZMAError.
        """
        view = memoryview(buffer).cast("B")
        while self._at == len(self._unpacked):
            if not self._unpack():
                return 0
        data = self._unpacked[self._at : self._at + len(view)]
        self._at += len(data)
        view[: len(data)] = data
        return len(data)

    def _unpack(self) -> bool:
        """Unpack a part; False at the end."""
        if self._member is None:
            while not (packed := self._packed.lstrip(b"\0")):
                self._packed = self._stream.read(_STEP)
                if not self._packed:
                    return False
            self._packed, self._member = packed, self._start()
        if self._member.needs_input and not self._packed:
            self._packed = self._stream.read(_STEP)
            if not self._packed:
                raise EOFError("the last compressed stream is not complete")
        self._unpacked = self._member.decompress(self._packed, _MOST_UNPACKED)
        self._packed, self._at = b"", 0
        if self._member.eof:
            self._packed, self._member = self._member.unused_data, None
        return True


def bzip2_stream(stream: BinaryIO) -> MemberStream:
    """The content of a bzip2 file."""
    return MemberStream(stream, bz2.BZ2Decompressor)


def xz_stream(stream: BinaryIO) -> MemberStream:
    """The content of an xz file. A dictionary above 256 MiB is refused."""
    return MemberStream(stream, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))


def unpacked(stream: BinaryIO, head: bytes) -> io.BufferedReader | None:
    """The content of a file compressed with gzip, zstd, xz or bzip2; None for any other file.

    Args:
        stream: at its start. It is read, never closed.
        head: its first `HEAD_BYTES` bytes.
    """
    inner: object
    if head.startswith(b"\x1f\x8b"):
        inner = gzip.GzipFile(fileobj=stream)
    elif head.startswith(b"\x28\xb5\x2f\xfd") or _is_skippable(head):
        inner = ZstandardStream(stream)
    elif head.startswith(b"\xfd7zXZ\x00"):
        inner = xz_stream(stream)
    elif head.startswith(b"BZh"):
        inner = bzip2_stream(stream)
    else:
        return None
    return io.BufferedReader(cast("io.RawIOBase", inner))


def _is_skippable(head: bytes) -> bool:
    magic, first = _SKIPPABLE
    return head[1:4] == magic and head[0] in first
