# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads tar and zip archives entry by entry, into memory, without trusting them.

Nothing is extracted to disk, links are never followed, and every quantity that an archive states
(size, count, ratio, header length) has a limit. A damaged or malicious archive ends early with an
`Unread` entry; the entries before it are valid.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import zstandard
from isal import isal_zlib

from codescan.sources.assemble import Unread
from codescan.sources.eligibility import MAX_BYTES, check_path
from codescan.sources.paths import normalize
from codescan.sources.tar_stream import ExtensionTooLongError, TarStream
from codescan.text.packed_streams import HEAD_BYTES, STREAMS, compression_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from codescan.sources.assemble import Entry
    from codescan.sources.tar_stream import Readable

__all__ = ["ArchiveLimits", "entries", "without_root"]

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,  # in a zip
    cast("type[Exception]", isal_zlib.error),  # its stub declares an instance
    lzma.LZMAError,
    zstandard.ZstdError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,  # zip methods this Python lacks
    OverflowError,
    RuntimeError,  # zipfile: encrypted
)
_GZIP = 31
"""zlib's wbits for the gzip format (RFC 1952), checksum included."""
_STEP = 64 << 10
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Limits of an archive; an archive above them is treated as a decompression bomb."""

    entry_bytes: int = MAX_BYTES
    """Maximum bytes of an entry; a longer one is skipped as "too-large"."""
    total_bytes: int = 8 << 30
    ratio: int = 250
    """Maximum ratio of unpacked to packed bytes, after more than `free_bytes` are unpacked."""
    free_bytes: int = 64 << 20
    count: int = 500_000
    reads_all: bool = False
    """Whether to read also files that an index leaves out because of their names."""

    def check(self, unpacked: int, packed: int) -> None:
        """Raise _BombError if the ratio of the sizes is too high."""
        if unpacked > self.total_bytes:
            raise _BombError(f"unpacks to more than {self.total_bytes} bytes")
        if unpacked > self.free_bytes and unpacked > packed * self.ratio:
            raise _BombError(f"unpacks to more than {self.ratio} times its size")


class _BombError(ValueError):
    """An archive exceeds its limits."""


def entries(path: Path, limits: ArchiveLimits | None = None) -> Iterator[Entry]:
    """Yield every file of an archive in its own order; folders are left out.

    The format is detected by content, not by name: zip (wheel, egg), tar plain or packed with gzip,
    bzip2, xz or Zstandard. Never raises for what the archive holds.

    Args:
        path: the archive.
        limits: limits against decompression bombs.
    """
    limits = limits or ArchiveLimits()
    is_empty = True
    for entry in _entries(path, limits):
        is_empty = False
        yield entry
    if is_empty:
        yield Unread("", "empty-archive", f"{path.name} holds no files")


def _entries(path: Path, limits: ArchiveLimits) -> Iterator[Entry]:
    try:
        with path.open("rb") as file:
            magic = file.read(HEAD_BYTES)
            file.seek(0)
            if magic.startswith(b"PK"):
                yield from _zip(file, limits)
            else:
                yield from _tar(file, magic, limits, path.stat().st_size)
    except _BombError as error:
        yield Unread("", "archive-bomb", f"{path.name} {error}")
    except _BROKEN as error:
        yield Unread("", "corrupt-archive", f"{path.name}: {error or type(error).__name__}")


def without_root(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries of an archive, with paths relative to its root folder, the one of its first file.

    An entry elsewhere keeps its whole path.
    """
    root = ""
    for entry in entries:
        if not isinstance(entry, Unread):
            path, content = entry
            root = root or path.partition("/")[0] + "/"
            yield path.removeprefix(root), content
        else:
            if not root and entry.path and entry.reason != "unsafe-path":
                root = entry.path.partition("/")[0] + "/"
            yield replace(entry, path=entry.path.removeprefix(root))


def _zip(file: IO[bytes], limits: ArchiveLimits) -> Iterator[Entry]:
    packed = file.seek(0, io.SEEK_END)
    unpacked = 0
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        if len(infos) > limits.count:
            raise _BombError(f"has more than {limits.count} entries")
        for info in infos:
            if info.is_dir():
                continue
            mode = info.external_attr >> 16
            kind = stat.S_IFMT(mode)
            name = normalize(info.filename)
            refused = _refusal(name, info.file_size, limits, regular=kind in (0, stat.S_IFREG))
            if refused is None and info.flag_bits & _ENCRYPTED:
                refused = "encrypted"
            if name is None or refused is not None:
                yield Unread(name or _shown(info.filename), refused or "unsafe-path")
                continue
            with archive.open(info) as member:
                content = member.read(limits.entry_bytes + 1)
            unpacked += len(content)
            limits.check(unpacked, packed)
            yield _whole(name, content, limits)


def _tar(file: IO[bytes], magic: bytes, limits: ArchiveLimits, packed: int) -> Iterator[Entry]:
    archive = TarStream(_BoundedReader(_unpacker(file, magic), limits, packed))
    try:
        for count, entry in enumerate(archive, 1):
            if count > limits.count:
                raise _BombError(f"has more than {limits.count} entries")
            if entry.is_folder:
                continue
            name = normalize(entry.name)
            refused = _refusal(name, entry.size, limits, regular=entry.is_regular)
            if name is None or refused is not None:
                yield Unread(name or _shown(entry.name), refused or "unsafe-path")
                continue
            yield name, archive.content()
    except ExtensionTooLongError as error:
        raise _BombError(str(error)) from error


def _refusal(name: str | None, size: int, limits: ArchiveLimits, *, regular: bool) -> str | None:
    if name is None:
        return "unsafe-path"
    if not regular:
        return "not-a-file"
    if size > limits.entry_bytes:
        return "too-large"
    return None if limits.reads_all else check_path(name)


def _whole(name: str, content: bytes, limits: ArchiveLimits) -> Entry:
    too_large = len(content) > limits.entry_bytes  # the directory of a zip file may be wrong
    return Unread(name, "too-large") if too_large else (name, content)


def _shown(name: str) -> str:
    """An unsafe name in a form that is safe in a report."""
    return ascii(name)[1:-1][:200]


def _unpacker(file: IO[bytes], magic: bytes) -> Readable:
    compression = compression_of(magic)
    if compression == "gzip":
        return _Gunzip(file)
    if not compression:
        return file
    return cast("Readable", STREAMS[compression](cast("BinaryIO", file)))


class _Gunzip:
    """Unpacks gzip members, with Intel's ISA-L: twice as fast as zlib."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._member = isal_zlib.decompressobj(_GZIP)
        self._packed = b""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end.

        Raises:
            EOFError: the stream ends inside a member.
            isal.isal_zlib.error: it is damaged.
        """
        while True:
            if self._member.eof:
                # RFC 1952 allows several members; tar pads what it writes to tapes with zeros.
                self._packed = (self._member.unused_data or self._read()).lstrip(b"\0")
                while not self._packed and (block := self._read()):
                    self._packed = block.lstrip(b"\0")
                if not self._packed:
                    return b""
                self._member = isal_zlib.decompressobj(_GZIP)
            packed = self._packed or self._read()
            block = self._member.decompress(packed, size)
            self._packed = self._member.unconsumed_tail
            if block:
                return block
            if not packed and not self._member.eof:
                raise EOFError("ends before its end-of-stream mark")

    def _read(self) -> bytes:
        return self._file.read(_STEP)


class _BoundedReader:
    """Counts unpacked bytes and stops a bomb."""

    def __init__(self, raw: Readable, limits: ArchiveLimits, packed: int) -> None:
        self._raw = raw
        self._limits = limits
        self._packed = packed
        self._unpacked = 0

    def read(self, size: int) -> bytes:
        """At most `size` bytes of the archive."""
        block = self._raw.read(size)
        self._unpacked += len(block)
        self._limits.check(self._unpacked, self._packed)
        return block
