# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads tar and zip archives entry by entry, into memory, without trusting them.

Nothing is extracted to disk, links are never followed, and every quantity an archive can lie
about (size, count, ratio, header length) has a limit. A damaged or hostile archive ends early
with an `Unread` entry; what was read before stays.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING, Self, cast

import zstandard

from codescan.sources.assemble import Unread
from codescan.sources.eligibility import MAX_BYTES, check_path
from codescan.sources.paths import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from codescan.sources.assemble import Entry

__all__ = ["ArchiveLimits", "entries", "without_root"]

_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,  # zip methods this Python lacks
    OverflowError,
    RuntimeError,  # zipfile: encrypted
)
_DAMAGE: tuple[type[Exception], ...] = (
    tarfile.InvalidHeaderError,  # type: ignore[attr-defined]
    tarfile.TruncatedHeaderError,  # type: ignore[attr-defined]
)
_HEADER_BYTES = 1 << 20
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may amount to before it is taken for a bomb."""

    entry_bytes: int = MAX_BYTES
    """A longer entry is passed over as "too-large"."""
    total_bytes: int = 8 << 30
    ratio: int = 250
    """Unpacked bytes for each packed one, once more than `free_bytes` are unpacked."""
    free_bytes: int = 64 << 20
    count: int = 500_000

    def check(self, unpacked: int, packed: int) -> None:
        """Raise _BombError if the sizes are out of proportion."""
        if unpacked > self.total_bytes:
            raise _BombError(f"unpacks to more than {self.total_bytes} bytes")
        if unpacked > self.free_bytes and unpacked > packed * self.ratio:
            raise _BombError(f"unpacks to more than {self.ratio} times its size")


class _BombError(ValueError):
    """An archive is out of proportion."""


class _DamagedError(ValueError):
    """A header makes no sense."""


def entries(path: Path, limits: ArchiveLimits | None = None) -> Iterator[Entry]:
    """Yield every file of an archive in its own order; folders are left out.

    The format is told by content, not by name: zip (wheel, egg), tar plain or packed with gzip,
    bzip2, xz or Zstandard. Never raises for what the archive holds.

    Args:
        path: the archive.
        limits: what to take for a bomb.
    """
    limits = limits or ArchiveLimits()
    try:
        with path.open("rb") as file:
            magic = file.read(6)
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
    """Entries of an archive without the folder that all of it lies in, as its first file names it.

    An entry elsewhere keeps its whole path.
    """
    root = None
    for entry in entries:
        path = entry.path if isinstance(entry, Unread) else entry[0]
        unsafe = isinstance(entry, Unread) and entry.reason == "unsafe-path"
        if root is None and path and not unsafe:
            root = path.partition("/")[0] + "/"
        if root and path.startswith(root):
            path = path[len(root) :]
        yield replace(entry, path=path) if isinstance(entry, Unread) else (path, entry[1])


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
    bounded = _BoundedReader(_unpacker(file, magic), limits, packed)
    count = 0
    with tarfile.open(
        fileobj=cast("IO[bytes]", bounded),
        mode="r|",
        tarinfo=_BoundedHeader,
        errors="surrogateescape",
    ) as archive:
        for info in archive:
            # A stream is read once; keeping every header would not be bounded.
            archive.members = []  # type: ignore[attr-defined]
            count += 1
            if count > limits.count:
                raise _BombError(f"has more than {limits.count} entries")
            if info.isdir():
                continue
            name = normalize(info.name)
            regular = info.isreg() and not info.issparse()
            refused = _refusal(name, info.size, limits, regular=regular)
            if name is None or refused is not None:
                yield Unread(name or _shown(info.name), refused or "unsafe-path")
                continue
            member = archive.extractfile(info)
            content = member.read(limits.entry_bytes + 1) if member else b""
            if len(content) < info.size:
                raise EOFError("ends inside an entry")
            yield _whole(name, content, limits)


def _refusal(name: str | None, size: int, limits: ArchiveLimits, *, regular: bool) -> str | None:
    if name is None:
        return "unsafe-path"
    if not regular:
        return "not-a-file"
    return "too-large" if size > limits.entry_bytes else check_path(name)


def _whole(name: str, content: bytes, limits: ArchiveLimits) -> Entry:
    too_large = len(content) > limits.entry_bytes  # the directory of a zip file can lie
    return Unread(name, "too-large") if too_large else (name, content)


def _shown(name: str) -> str:
    """An unsafe name, made harmless for a report."""
    return ascii(name)[1:-1][:200]


def _unpacker(file: IO[bytes], magic: bytes) -> IO[bytes]:
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    if magic.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if magic.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile(file)
    if magic.startswith(b"\x28\xb5\x2f\xfd"):
        window = 1 << 27  # 128 MiB, the largest window the format asks decoders to accept
        unpacker = zstandard.ZstdDecompressor(max_window_size=window)
        return cast("IO[bytes]", unpacker.stream_reader(file, read_across_frames=True))
    return file


class _BoundedReader:
    """Counts unpacked bytes and stops a bomb; all that tarfile's stream mode asks for."""

    def __init__(self, raw: IO[bytes], limits: ArchiveLimits, packed: int) -> None:
        self._raw = raw
        self._limits = limits
        self._packed = packed
        self._unpacked = 0

    def read(self, size: int) -> bytes:
        block = self._raw.read(size)
        self._unpacked += len(block)
        self._limits.check(self._unpacked, self._packed)
        return block


class _BoundedHeader(tarfile.TarInfo):
    """Refuses extension headers of absurd length, which tarfile would read into memory whole."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            info = super().frombuf(buf, encoding, errors)
        except _DAMAGE as error:
            # tarfile would take a damaged header in the middle for the end of the archive.
            raise _DamagedError(str(error)) from error
        long = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
        pax = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
        if info.type in (*long, *pax) and info.size > _HEADER_BYTES:
            raise _BombError("has an extension header of more than 1 MiB")
        return info
