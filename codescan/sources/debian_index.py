# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds source packages in Debian archives, starting from the machine's apt sources.

PyPI has no usable package of apt_pkg or python-debian. Only three small formats are needed:
sources.list(5) in both styles, the Sources index (deb822), and the order of versions (Debian policy
5.6.12).
"""

from __future__ import annotations

import email
import gzip
import io
import lzma
import re
from dataclasses import dataclass
from functools import total_ordering
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from codescan.sources.downloads import Checksum, TransferError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from codescan.sources.transfer import Client

__all__ = ["Archive", "SourceFile", "SourceRelease", "Version", "apt_archives", "releases"]

_DEFAULT = "https://deb.debian.org/debian"
_DAY = 86_400.0
_BLOCK = 1 << 20
_MAX_INDEX = 4 << 30
_ONE_LINE = re.compile(r"deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)((?:\s+\S+)*)\s*$")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+~_-]*")


@dataclass(frozen=True, slots=True)
class Archive:
    """One suite of a Debian archive."""

    uri: str
    suite: str
    components: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source package."""

    name: str
    checksum: Checksum


@dataclass(frozen=True, slots=True)
class SourceRelease:
    """A version of a source package in a Sources index."""

    name: str
    version: str
    folder: str
    """URL of the folder that holds the files."""
    files: tuple[SourceFile, ...]
    homepage: str = ""


@total_ordering
class Version:
    """A Debian version, ordered as dpkg orders them."""

    def __init__(self, text: str) -> None:
        epoch, colon, remainder = text.partition(":")
        upstream, _, revision = (remainder if colon else text).rpartition("-")
        number = int(epoch) if colon and epoch.isdecimal() else 0
        parts = (upstream, revision) if upstream else (revision, "0")
        self._key = (number, _order(parts[0]), _order(parts[1]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key == other._key

    def __lt__(self, other: Version) -> bool:
        return self._key < other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _order(text: str) -> list[tuple[list[int], int]]:
    """Alternating non-digits and numbers; "~" before the end, letters before the rest."""
    weights = {"~": -1}
    return [
        (
            [weights.get(c, ord(c) if c.isalpha() else ord(c) + 256) for c in letters] + [0],
            int(digits or 0),
        )
        for letters, digits in re.findall(r"(\D*)(\d*)", text)
        if letters or digits
    ] + [([0], 0)]


def apt_archives(
    root: Path = Path("/etc/apt"), *, mirror: str = "", suite: str = ""
) -> tuple[Archive, ...]:
    """Archives that may hold sources; entries for binary packages count, since both share archives.

    Args:
        root: apt's configuration folder.
        mirror: use this archive, whatever apt says.
        suite: use this suite, whatever apt says; with no apt sources, "stable".
    """
    if mirror:
        return (Archive(mirror.rstrip("/"), suite or "stable", ("main",)),)
    archives: list[Archive] = []
    for path in (root / "sources.list", *sorted((root / "sources.list.d").glob("*"))):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if path.suffix == ".list":
            archives += _one_line(text)
        elif path.suffix == ".sources":
            archives += _deb822(text)
    usable = (
        Archive(archive.uri.rstrip("/"), suite or archive.suite, archive.components)
        for archive in archives or [Archive(_DEFAULT, suite or "stable", ("main",))]
        if archive.uri.startswith(("http://", "https://", "file:"))
    )
    return tuple(dict.fromkeys(usable))


def _one_line(text: str) -> Iterator[Archive]:
    for line in text.splitlines():
        match = _ONE_LINE.match(line.partition("#")[0].strip())
        if match and match[3].strip():
            yield Archive(match[1], match[2], tuple(match[3].split()))


def _deb822(text: str) -> Iterator[Archive]:
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields = email.message_from_string(stanza.strip() + "\n\n")
        if (fields["Enabled"] or "yes").strip().lower() in {"no", "false", "0"}:
            continue
        components = tuple((fields["Components"] or "").split())
        for uri in (fields["URIs"] or "").split():
            for suite in (fields["Suites"] or "").split():
                if components:
                    yield Archive(uri, suite, components)


def releases(
    client: Client, archives: Iterable[Archive], names: Collection[str]
) -> dict[str, list[SourceRelease]]:
    """Every version of the named source packages, from one pass over each index.

    Indexes are cached for a day. An archive without sources is ignored.

    Args:
        client: downloads from the archives.
        archives: the archives to search.
        names: source package names.

    Raises:
        TransferError: no archive has an index of sources, or none can be reached.
    """
    by_name: dict[str, list[SourceRelease]] = {name: [] for name in names}
    failure: TransferError | None = None
    read = 0
    for archive in archives:
        for component in archive.components:
            url = f"{archive.uri}/dists/{archive.suite}/{component}/source/Sources"
            try:
                stream = _index(client, url)
            except TransferError as error:
                failure = failure if failure and failure.reason == "unreachable" else error
                continue
            read += 1
            for stanza in _stanzas(stream, url):
                name = stanza[9 : stanza.find(b"\n")].decode(errors="replace").strip()
                if name in by_name and stanza.startswith(b"Package: "):
                    by_name[name].append(_release(name, stanza, archive.uri))
    if not read:
        raise failure or TransferError("not-found", "apt names no archive with sources")
    return by_name


def _index(client: Client, url: str) -> IO[bytes]:
    try:
        page = client.page(url + ".xz", max_age=_DAY)
        return lzma.LZMAFile(io.BytesIO(page.content))
    except TransferError as error:
        if error.reason != "not-found":
            raise
    page = client.page(url + ".gz", max_age=_DAY)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(page.content)))


def _stanzas(stream: IO[bytes], url: str) -> Iterator[bytes]:
    partial = b""
    total = 0
    try:
        while block := stream.read(_BLOCK):
            total += len(block)
            *whole, partial = (partial + block).split(b"\n\n")
            yield from whole
            if total > _MAX_INDEX or len(partial) > 64 * _BLOCK:
                raise TransferError("too-large", f"{url} is too large for a source index")
    except (EOFError, OSError, lzma.LZMAError) as error:
        raise TransferError("refused", f"{url} is damaged: {error}") from error
    if partial.strip():
        yield partial


def _release(name: str, stanza: bytes, uri: str) -> SourceRelease:
    fields = email.message_from_bytes(stanza + b"\n\n")
    files = []
    for line in str(fields["Checksums-Sha256"] or "").splitlines():
        digest, _, remainder = line.strip().partition(" ")
        file = remainder.rpartition(" ")[2]
        if _FILE_NAME.fullmatch(file):
            files.append(SourceFile(file, Checksum("sha256", digest)))
    folder = str(fields["Directory"] or "").strip().strip("/")
    return SourceRelease(
        name=name,
        version=str(fields["Version"] or "").strip(),
        folder=f"{uri}/{folder}",
        files=tuple(sorted(files, key=lambda file: file.name)),
        homepage=str(fields["Homepage"] or "").strip()[:300],
    )
