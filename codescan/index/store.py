# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The content store: texts in zstd blocks, any of them back in a fraction of a millisecond.

Small files share a block of 128 KiB, which compresses them together and costs about 0.1 ms to
open; a larger file is a block of its own. Each block carries zstd's own checksum (RFC 8878).
"""

from __future__ import annotations

import os
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import zstandard

from codescan.errors import IndexFormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BLOCK_BYTES", "StoreReader", "StoreWriter"]

BLOCK_BYTES = 128 * 1024
_LEVEL = 3
_CACHED_BLOCKS = 64


class StoreWriter:
    """Appends texts to a store file. Holds one block in memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._compressor = zstandard.ZstdCompressor(
            level=_LEVEL, write_checksum=True, write_content_size=True
        )
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._written = 0
        self.blocks: list[tuple[int, int, int]] = []
        """(offset in the file, compressed bytes, raw bytes) of each block written."""

    def place(self, size: int) -> tuple[int, int]:
        """Where the next text of `size` bytes will lie: (block, offset in the raw block)."""
        if self._pending and self._pending_bytes + size > BLOCK_BYTES:
            self._flush()
        return len(self.blocks), self._pending_bytes

    def append(self, text: bytes) -> None:
        """Append the text that `place` was asked about."""
        self._pending.append(text)
        self._pending_bytes += len(text)

    def close(self) -> None:
        """Write what is pending and make it durable."""
        if self._pending:
            self._flush()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _flush(self) -> None:
        packed = self._compressor.compress(b"".join(self._pending))
        self._file.write(packed)
        self.blocks.append((self._written, len(packed), self._pending_bytes))
        self._written += len(packed)
        self._pending.clear()
        self._pending_bytes = 0


class StoreReader:
    """Reads texts of a store file; keeps the last blocks. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise IndexFormatError(
                f"the content store {path} cannot be read: {error.strerror}",
                "rebuild the index",
            ) from error
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._lock = Lock()

    def read(self, block: tuple[int, int, int], offset: int, size: int) -> bytes:
        """The `size` bytes at `offset` of a block given as (file offset, bytes, raw bytes).

        Raises:
            IndexFormatError: the store is truncated or damaged.
        """
        start, packed_size, raw_size = block
        with self._lock:
            raw = self._cache.get(start)
            if raw is not None:
                self._cache.move_to_end(start)
        if raw is None:
            raw = self._open(start, packed_size, raw_size)
            with self._lock:
                self._cache[start] = raw
                if len(self._cache) > _CACHED_BLOCKS:
                    self._cache.popitem(last=False)
        if offset + size > len(raw):
            raise self._damaged("a text lies outside of its block")
        return raw[offset : offset + size]

    def _open(self, start: int, packed_size: int, raw_size: int) -> bytes:
        packed = os.pread(self._file.fileno(), packed_size, start)
        if len(packed) != packed_size:
            raise self._damaged("it is truncated")
        try:
            # The frame states its size; a damaged one must not make us allocate more.
            if zstandard.frame_content_size(packed) != raw_size:
                raise self._damaged("a block has the wrong size")
            return zstandard.ZstdDecompressor().decompress(packed)
        except zstandard.ZstdError as error:
            raise self._damaged(str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _damaged(self, what: str) -> IndexFormatError:
        return IndexFormatError(
            f"the content store {self._path} is damaged: {what}", "rebuild the index"
        )
