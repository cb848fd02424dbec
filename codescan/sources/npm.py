# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads releases of an npm registry, without running their code."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from packageurl import PackageURL

from codescan.errors import ConfigError
from codescan.sources import archives, options
from codescan.sources.assemble import packaged
from codescan.sources.downloads import (
    Checksum,
    TransferError,
)
from codescan.sources.npm_settings import settings
from codescan.sources.package_metadata import npm_package
from codescan.sources.registry_source import NamedPackages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.records import Document, Package, Skipped
    from codescan.sources.npm_settings import NpmSettings
    from codescan.sources.transfer import Client, Page

__all__ = ["NpmSource"]

_NAME = re.compile(r"(?:@[\w.~-]{1,100}/)?[\w.~-]{1,214}")
_RELEASE = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
_DIST = ("tarball", "integrity", "shasum")
_STRENGTH = ("sha512", "sha384", "sha256", "sha1")


@dataclass(frozen=True)
class NpmSource(NamedPackages):
    """Packages by name, one version each.

    Registry, tokens and certificates come from the user's npm configuration. The release date is
    `time` of the registry. It is used only if the registry also says when the package was created,
    because some mirrors state the date of mirroring instead.

    Args:
        packages: "name" (the version tagged latest) or "name@version"; scopes as "@scope/name".
        before: the newest final release before this date, instead of the latest.
        registry: use this registry instead of the configured one.
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
    """

    registry: str = ""

    def _check_name(self, item: str) -> None:
        if not _NAME.fullmatch(options.pinned(item, "@")[0]):
            raise ConfigError(
                f"packages: {item!r} is neither 'name' nor 'name@version'", "correct the recipe"
            )

    def _purl(self, item: str) -> str:
        name, version = options.pinned(item, "@")
        scope, _, bare = name.rpartition("/")
        return PackageURL("npm", scope or None, bare, version or None).to_string()

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        release, archive = self._fetched(item)

        def describe(side: Mapping[str, bytes]) -> Package:
            description = side.get("package.json", b"")
            return npm_package(description, release.name, release.version, release.released, side)

        yield from packaged(
            lambda: archives.without_root(archives.entries(archive)),
            describe,
            side_files=frozenset(("package.json",)),
            data=self.data,
        )

    def _fetch(self, item: str) -> tuple[Path, ...]:
        return (self._fetched(item)[1],)

    def _fetched(self, item: str) -> tuple[_Release, Path]:
        """The version of a package to read, and its archive in the cache.

        Raises:
            TransferError: no version matches, or it is not available.
        """
        where = settings(self.registry)
        client = self._client(where.certificates, where.credentials)
        release = self._choose(item, where, client)
        name = f"{release.name.replace('/', '-').lstrip('@')}-{release.version}.tgz"
        return release, client.file(release.tarball, name, release.checksum)

    def _choose(self, item: str, where: NpmSettings, client: Client) -> _Release:
        """The version of a package to read.

        Raises:
            TransferError: no version matches.
        """
        name, version = options.pinned(item, "@")
        url = f"{where.registry_of(name)}/{quote(name, safe='@')}"
        page = client.page(url, "application/json", shortened=_shortened)
        fields = _document(page.content, url)
        dates = _dates(fields)
        versions = _mapping(fields.get("versions"))
        if not version:
            version = self._newest(item, fields, dates)
        description = _mapping(versions.get(version))
        dist = _mapping(description.get("dist"))
        tarball = dist.get("tarball")
        if not isinstance(tarball, str) or "/" in version:
            raise TransferError("not-found", f"the registry has no {name} {version}")
        return _Release(name, version, tarball, _checksum(dist), dates.get(version))

    def _newest(self, item: str, fields: Mapping[str, object], dates: Mapping[str, str]) -> str:
        if not self.before:
            return str(_mapping(fields.get("dist-tags")).get("latest") or "")
        if not dates:
            raise TransferError(
                "no-date",
                f"the registry does not say when versions of {item} were published",
                "name a version instead, as in name@1.2.3",
            )
        old = (v for v, date in dates.items() if date < self.before and _RELEASE.fullmatch(v))
        known = [v for v in old if v in _mapping(fields.get("versions"))]
        if not known:
            raise TransferError("not-found", f"{item} has no release before {self.before}")
        return max(known, key=lambda v: [int(number) for number in v.split(".")])


@dataclass(frozen=True, slots=True)
class _Release:
    name: str
    version: str
    tarball: str
    checksum: Checksum | None
    released: str | None


def _document(content: bytes, url: str) -> Mapping[str, object]:
    try:
        return _mapping(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise TransferError("refused", f"the response of {url} is not JSON") from error


def _shortened(page: Page) -> bytes:
    """The necessary part of a registry page, without the long description of each version."""
    try:
        fields = _document(page.content, page.url)
    except TransferError:
        return page.content
    versions = {}
    for version, described in _mapping(fields.get("versions")).items():
        dist = _mapping(_mapping(described).get("dist"))
        versions[version] = {"dist": {key: dist[key] for key in _DIST if key in dist}}
    fields_used = {key: fields[key] for key in ("dist-tags", "time") if key in fields}
    return json.dumps({**fields_used, "versions": versions}, separators=(",", ":")).encode()


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _dates(fields: Mapping[str, object]) -> dict[str, str]:
    """Date of each version, if the dates of the registry can be trusted."""
    times = _mapping(fields.get("time"))
    if "created" not in times:
        return {}
    return {v: time[:10] for v, time in times.items() if isinstance(time, str) and "." in v}


def _checksum(dist: Mapping[str, object]) -> Checksum | None:
    """The strongest of the Subresource Integrity values, else the old SHA-1."""
    values = dict(
        item.split("-", 1) for item in str(dist.get("integrity") or "").split() if "-" in item
    )
    for algorithm in _STRENGTH:
        if algorithm in values:
            try:
                digest = base64.b64decode(values[algorithm].partition("?")[0], validate=True)
            except binascii.Error as error:
                raise TransferError("checksum-mismatch", "unusable integrity value") from error
            return Checksum(algorithm, digest.hex())
    shasum = dist.get("shasum")
    return Checksum("sha1", shasum.lower()) if isinstance(shasum, str) and shasum else None
