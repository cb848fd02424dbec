# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Segments: some exchanges of a log in a compressed file, the input of one matching task."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import msgspec
import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SegmentWriter", "StoredExchange", "read_segment"]

_MOST_BYTES = 8 << 20
_MOST_EXCHANGES = 4096
_LEVEL = 1
_LENGTH = struct.Struct("<I")


class StoredExchange(msgspec.Struct, array_like=True, frozen=True):
    """An exchange of a log, as matching needs it."""

    number: int
    """Of the exchange in its file, from 0."""
    row: str
    stratum: str
    key: bytes
    """The key of its conversation; see `Unit`."""
    model: str
    language: str
    prompt: str
    """The model's input; text that repeats it is not a copy."""
    user_text: str
    """The part of it that is matched as the user's text; "" if this is not requested."""
    responses: tuple[str, ...]


class SegmentWriter:
    """Writes segments of bounded size, named 00000000.zst and so on.

    Args:
        folder: where they are made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._records: list[bytes] = []
        self._bytes = 0
        self.count = 0
        """Segments written."""

    def add(self, exchange: StoredExchange) -> None:
        """Write an exchange."""
        record = msgspec.msgpack.encode(exchange)
        self._records.append(record)
        self._bytes += len(record)
        if self._bytes >= _MOST_BYTES or len(self._records) >= _MOST_EXCHANGES:
            self.flush()

    def flush(self) -> None:
        """End the segment that is open."""
        if not self._records:
            return
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with (
            (self._folder / f"{self.count:08d}.zst").open("wb") as raw,
            compressor.stream_writer(raw) as stream,
        ):
            for record in self._records:
                stream.write(_LENGTH.pack(len(record)))
                stream.write(record)
        self.count += 1
        self._records.clear()
        self._bytes = 0


def read_segment(path: Path) -> Iterator[StoredExchange]:
    """Yield the exchanges of a segment."""
    decoder = msgspec.msgpack.Decoder(StoredExchange)
    with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
        while head := stream.read(_LENGTH.size):
            yield decoder.decode(stream.read(_LENGTH.unpack(head)[0]))
