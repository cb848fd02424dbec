# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decompress bodies that a service compressed although the request accepts plain ones only.

gzip may come in several members (RFC 1952, section 2.2). "deflate" means the zlib format (RFC 9110,
section 8.4.1.2), but some servers send the bare stream.
"""

from __future__ import annotations

import http.client
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Unpacker", "unpacker_for"]

_PIECE = 256 << 10  # bytes of unpacked text at a time, however well it was packed
_EITHER_HEADER = zlib.MAX_WBITS | 32
_ENCODINGS = frozenset({"gzip", "x-gzip", "deflate"})


class Unpacker:
    """Unpacks one body, block by block."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_EITHER_HEADER)
        self._begun = False

    @property
    def is_whole(self) -> bool:
        """Whether the body is complete here."""
        return self._member.eof or not self._begun

    def pieces(self, block: bytes) -> Iterator[bytes]:
        """Decompress a block of the body; yields up to 256 KiB at a time.

        Raises:
            http.client.HTTPException: the body is damaged.
        """
        while block:
            if self._member.eof:
                block = block.lstrip(b"\0")  # padding between members
                if not block:
                    return
                self._member = zlib.decompressobj(_EITHER_HEADER)
            try:
                piece = self._unpacked(block)
            except zlib.error as error:
                raise http.client.HTTPException(f"the body is damaged: {error}") from error
            self._begun = True
            block = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            yield piece

    def _unpacked(self, block: bytes) -> bytes:
        try:
            return self._member.decompress(block, _PIECE)
        except zlib.error:
            if self._begun:
                raise
            self._member = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._member.decompress(block, _PIECE)


def unpacker_for(encoding: str) -> Unpacker | None:
    """The unpacker for a content encoding; None for plain bytes.

    Raises:
        http.client.HTTPException: the encoding is not supported.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name in _ENCODINGS:
        return Unpacker()
    raise http.client.HTTPException(f"the content encoding {name[:40]!r} was not asked for")
