# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads Debian source packages: upstream's files with the licenses that Debian reviewed."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from packageurl import PackageURL

from codescan.errors import SourceError
from codescan.records import Package, Skipped
from codescan.sources import archives, options
from codescan.sources.assemble import Entry, Unread, packaged
from codescan.sources.debian_diff import new_files
from codescan.sources.debian_index import Version, apt_archives, releases
from codescan.sources.divided_source import DividedSource
from codescan.sources.downloads import (
    TransferError,
    fetch_all,
    unfetched,
)
from codescan.sources.registry_source import RegistrySource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.protocols import Source
    from codescan.records import Document
    from codescan.sources.debian_index import SourceRelease
    from codescan.sources.downloads import Fetched
    from codescan.sources.transfer import Client

__all__ = ["DebianPackage", "DebianSource"]

_TARBALL = re.compile(r"\.(?:(orig)(?:-([A-Za-z0-9-]+))?|(debian))?\.?tar\.(?:gz|xz|bz2|zst)$")
_TRAILER = re.compile(rb"^ -- [^\n]{1,300}?>  ([^\n]{1,60})$", re.MULTILINE)
_DIFF = ".diff.gz"
"""Suffix of the file with the debian folder in source format 1.0."""
_COPYRIGHT = "debian/copyright"
_CHANGELOG = "debian/changelog"


@dataclass(frozen=True)
class DebianSource(RegistrySource, DividedSource):
    """Source packages by name, from the archives that the machine's apt sources name.

    A source entry (deb-src) is not needed. Files are verified with the SHA-256 in the archive's
    Sources index, which lists everything that a .dsc file lists; the signature of the index is not
    verified. The date is that of the newest entry in debian/changelog.

    Args:
        packages: "name" (its newest version) or "name=version".
        mirror: an archive to use instead of apt's.
        suite: a suite to use instead of apt's.
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
    """

    mirror: str = ""
    suite: str = ""

    def parts(self) -> Iterator[Source]:
        """Yield one source for each package; the index is read, but no package is fetched.

        Raises:
            SourceError: no archive with sources can be reached.
        """
        yield from self._resolved()

    def fetch(self) -> Iterator[Fetched | Skipped]:
        """Download every package into the cache."""
        return fetch_all((part.purl, part.download) for part in self._resolved())

    def _resolved(self) -> Iterator[DebianPackage | _Missing]:
        client = self._client()
        where = apt_archives(mirror=self.mirror, suite=self.suite)
        pairs = [options.pinned(item, "=") for item in self.packages]
        try:
            offered = releases(client, where, {name for name, _ in pairs})
        except TransferError as error:
            raise SourceError(
                f"no Debian source index: {error.message}",
                "give `mirror` and `suite`, or check the apt sources of this machine",
            ) from error
        for name, version in pairs:
            # A version may be given without its epoch, as in file names.
            fitting = [
                r for r in offered[name] if version in ("", r.version, r.version.partition(":")[2])
            ]
            if not fitting:
                detail = f"no archive that apt knows has {name} {version}".strip()
                yield _Missing(_purl(name, version), detail)
                continue
            newest = max(fitting, key=lambda release: Version(release.version))
            yield DebianPackage(newest, client, data=self.data)


@dataclass(frozen=True)
class DebianPackage:
    """One version of a source package.

    Args:
        release: the version in the archive.
        client: downloads the files.
        data: keep configuration and data files.
    """

    release: SourceRelease
    client: Client
    data: bool = False

    @property
    def purl(self) -> str:
        """Its package URL."""
        return _purl(self.release.name, self.release.version)

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield upstream's files, then those of the debian folder, in the archives' order.

        If a mirror lacks one archive of a package, the other archives are still read.
        """
        paths, failures = self._archives()
        for failure in failures:
            yield unfetched(self.purl, failure)
        if paths:
            yield from packaged(
                partial(self._entries, paths),
                self._describe,
                side_files=frozenset((_CHANGELOG,)),
                data=self.data,
            )

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self

    def download(self) -> tuple[Path, ...]:
        """Fetch the archives and return their paths, upstream's first.

        Raises:
            TransferError: one of them is not available; the others are in the cache.
        """
        paths, failures = self._archives()
        if failures:
            raise failures[0]
        return tuple(paths)

    def _archives(self) -> tuple[list[Path], list[TransferError]]:
        archives = [
            file
            for file in self.release.files
            if _TARBALL.search(file.name) or file.name.endswith(_DIFF)
        ]
        archives.sort(key=lambda file: (file.name.rpartition(".debian.")[1], file.name))
        paths: list[Path] = []
        failures: list[TransferError] = []
        for file in archives:
            url = f"{self.release.folder}/{file.name}"
            try:
                paths.append(self.client.file(url, file.name, file.checksum))
            except TransferError as error:
                failures.append(error)
        if not archives:
            failures.append(TransferError("not-found", f"{self.purl} lists no archive"))
        return paths, failures

    def _entries(self, paths: list[Path]) -> Iterator[Entry]:
        for path in paths:
            if path.name.endswith(_DIFF):
                yield from new_files(path)
                continue
            match = _TARBALL.search(path.name)
            component = f"{match[2]}/" if match and match[2] else ""
            entries = archives.entries(path)
            if match and match[3]:
                yield from entries
                continue
            for entry in archives.without_root(entries):
                if isinstance(entry, Unread):
                    shown = component + entry.path if entry.path else ""
                    yield replace(entry, path=shown)
                elif not (match and match[1] and entry[0].startswith("debian/")):
                    # dpkg-source replaces upstream's debian folder with Debian's
                    yield component + entry[0], entry[1]

    def _describe(self, side: Mapping[str, bytes]) -> Package:
        return Package(
            purl=self.purl,
            name=self.release.name,
            version=self.release.version,
            family=f"deb/{self.release.name}",
            released=_date(side.get(_CHANGELOG, b"")),
            homepage=self.release.homepage,
        )


@dataclass(frozen=True)
class _Missing:
    """A package that is not in any archive."""

    purl: str
    detail: str

    def documents(self) -> Iterator[Document | Skipped]:
        yield Skipped(self.purl, "fetch", "not-found", self.detail)

    def parts(self) -> Iterator[Source]:
        yield self

    def download(self) -> tuple[Path, ...]:
        raise TransferError("not-found", self.detail, "check the name of the source package")


def _purl(name: str, version: str) -> str:
    return PackageURL("deb", "debian", name, version or None, {"arch": "source"}).to_string()


def _date(changelog: bytes) -> str | None:
    match = _TRAILER.search(changelog)
    if match is None:
        return None
    try:
        return email.utils.parsedate_to_datetime(match[1].decode("latin-1")).date().isoformat()
    except ValueError:
        return None
