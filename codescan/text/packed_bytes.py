# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Unpacks compressed data that is encoded in a text: gzip, zlib, bzip2, xz and LZMA.

Compressed files are read by `codescan.text.packed_streams`.
"""

from __future__ import annotations

__all__ = ["is_packed", "unpacked_bytes"]

_GZIP, _BZIP2, _XZ, _LZMA = b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\0\0"
_ZLIB, _ZLIB_CHECK = 0x78, 31
"""First byte of zlib data, and the divisor of its first two bytes as a number (RFC 1950)."""
_ANY_HEADER = 47
"""Window bits with which zlib reads its own header or that of gzip."""


def is_packed(data: bytes) -> bool:
    """Whether data begins as compressed data does."""
    return data.startswith((_GZIP, _BZIP2, _XZ, _LZMA)) or _is_zlib(data)


def _is_zlib(data: bytes) -> bool:
    return data[:1] == bytes([_ZLIB]) and int.from_bytes(data[:2]) % _ZLIB_CHECK == 0


def unpacked_bytes(data: bytes, most: int) -> bytes:
    """The data, unpacked if it is compressed; the same object if it is not, or damaged.

    Args:
        data: whole or cut off.
        most: maximum number of unpacked bytes; the rest is not unpacked.
    """
    if not is_packed(data):
        return data
    import bz2
    import lzma
    import zlib

    try:
        if data.startswith(_GZIP) or _is_zlib(data):
            return zlib.decompressobj(_ANY_HEADER).decompress(data, most)
        if data.startswith(_BZIP2):
            return bz2.BZ2Decompressor().decompress(data, most)
        return lzma.LZMADecompressor().decompress(data, most)
    except (ValueError, EOFError, OSError, zlib.error, lzma.LZMAError):
        return data
