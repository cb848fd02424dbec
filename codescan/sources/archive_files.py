# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads archives of source trees: files on this machine, and downloads of forges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packageurl import PackageURL

from codescan.errors import ConfigError
from codescan.licenses.manifests import MANIFESTS
from codescan.records import Package
from codescan.sources import archives
from codescan.sources.assemble import Unread, packaged
from codescan.sources.downloads import Checksum, TransferError, public
from codescan.sources.package_metadata import generic_package
from codescan.sources.registry_source import NamedPackages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.records import Document, Skipped
    from codescan.sources.assemble import Entry

__all__ = ["ArchivesSource"]

_PIN = "#sha256="
_ENDING = re.compile(r"\.(?:tar(?:\.(?:gz|bz2|xz|zst))?|tgz|tbz2|txz|zip|whl|jar|crate|gem)$")
_SHORT = re.compile(
    r"(github|gitlab|codeberg|bitbucket):([\w.-]{1,100}(?:/[\w.-]{1,100}){1,8})@(\S+)"
)
_SHORT_URLS = {
    "github": "https://github.com/{path}/archive/{ref}.tar.gz",
    "gitlab": "https://gitlab.com/{path}/-/archive/{ref}/{name}-{ref}.tar.gz",
    "codeberg": "https://codeberg.org/{path}/archive/{ref}.tar.gz",
    "bitbucket": "https://bitbucket.org/{path}/get/{ref}.tar.gz",
}
_FORGE_URLS = (
    re.compile(r"(?P<path>[^/]+/[^/]+)/archive/(?:refs/(?:tags|heads)/)?(?P<ref>.+)"),
    re.compile(r"(?P<path>[^/]+/[^/]+)/(?:tar\.gz|zip|legacy\.tar\.gz)/(?:refs/tags/)?(?P<ref>.+)"),
    re.compile(r"(?:repos/)?(?P<path>[^/]+/[^/]+)/(?:tarball|zipball)/(?:refs/tags/)?(?P<ref>.+)"),
    re.compile(r"(?P<path>[^/]+/[^/]+)/releases/download/(?P<ref>[^/]+)/.+"),
    re.compile(r"(?P<path>[^/].{0,300}?)/-/archive/(?P<ref>.+)/[^/]+"),
    re.compile(r"(?P<path>[^/]+/[^/]+)/get/(?P<ref>.+)"),
    re.compile(r"(?P<path>~?[^/]+/[^/]+)/snapshot/(?P<ref>.+)"),
)
"""Paths of downloads: GitHub, Gitea and SourceHut; GitHub's other hosts; releases; GitLab;
Bitbucket; cgit."""
_NAME = re.compile(r"(?P<name>.+?)[-_](?P<version>v?\d[\w.+~-]*)")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True)
class ArchivesSource(NamedPackages):
    """Archives of source trees: zip, or tar plain or packed with gzip, bzip2, xz or Zstandard.

    If one folder contains everything in an archive, it is left out of the paths. Name and version
    come from the address or the file name; the license comes from the manifests in the archive.
    An archive has no trustworthy release date.

    Args:
        packages: files; addresses of downloads; or "github:owner/name@tag", likewise with gitlab,
            codeberg and bitbucket. Each may end with "#sha256=" and the hash that it must have.
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
        before: not possible, since archives have no dates.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.before:
            raise ConfigError("before: archives have no dates", "leave it out")

    def _check_name(self, item: str) -> None:
        place, _ = _pinned(item)
        if (
            ":" in place.partition("/")[0]
            and not _is_address(place)
            and not _SHORT.fullmatch(place)
        ):
            raise ConfigError(
                f"packages: {item!r} is neither a file nor an address nor 'github:owner/name@tag'",
                "correct the recipe",
            )

    def _purl(self, item: str) -> str:
        return _package(_address(_pinned(item)[0]), {}).purl

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        [archive] = self._fetch(item)
        address = _address(_pinned(item)[0])

        def describe(side: Mapping[str, bytes]) -> Package:
            return _package(address, side)

        yield from packaged(
            partial(_entries, archive, _common_folder(archive)),
            describe,
            side_files=frozenset(MANIFESTS),
            data=self.data,
        )

    def _fetch(self, item: str) -> tuple[Path, ...]:
        place, digest = _pinned(item)
        checksum = Checksum("sha256", digest) if digest else None
        address = _address(place)
        if _is_address(address):
            name = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2] or "archive"
            return (self._client().file(address, name[:200], checksum),)
        path = Path(place).expanduser().resolve()
        if not path.is_file():
            raise TransferError("not-found", f"there is no file {place}", "check the path")
        if checksum is not None and not checksum.matches(path):
            raise TransferError("checksum-mismatch", f"{place} does not match its SHA-256")
        return (path,)


def _pinned(item: str) -> tuple[str, str]:
    place, _, digest = item.partition(_PIN)
    return place, digest.lower()


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://", "file:"))


def _address(place: str) -> str:
    """The address of a download; the path of a file is unchanged."""
    match = _SHORT.fullmatch(place)
    if match is None:
        return place
    forge, path, reference = match.groups()
    return _SHORT_URLS[forge].format(path=path, ref=reference, name=path.rpartition("/")[2])


def _package(address: str, side: Mapping[str, bytes]) -> Package:
    parts = urlsplit(public(address)) if _is_address(address) else None
    path = unquote(parts.path) if parts is not None else address
    stem = _ENDING.sub("", path.rstrip("/").rpartition("/")[2]) or "archive"
    named = _NAME.fullmatch(stem)
    name, version = (named["name"], named["version"]) if named is not None else (stem, "")
    host = (parts.hostname or "") if parts is not None else ""
    forge = _forge(path) if host else None
    if forge is None:
        generic = generic_package(name, version, side)
        if not host:
            return generic
        purl = PackageURL("generic", None, name, version or None, {"download_url": public(address)})
        return Package(purl.to_string(), name, generic.version, f"generic/{name.lower()}",
                       None, public(address), generic.licenses)  # fmt: skip
    inside, reference = forge
    owner, _, name = inside.rpartition("/")
    host = {"codeload.github.com": "github.com", "api.github.com": "github.com"}.get(host, host)
    home = f"https://{host}/{inside}"
    described = generic_package(name, reference, side)
    if host in ("github.com", "bitbucket.org"):
        url = PackageURL(host.partition(".")[0], owner.lower(), name.lower(), reference)
    else:
        url = PackageURL("generic", None, name, reference, {"vcs_url": f"git+{home}@{reference}"})
    return Package(
        purl=url.to_string(),
        name=name,
        version=reference,
        family=f"git/{host}/{inside}".lower(),
        homepage=home,
        licenses=described.licenses,
    )


def _forge(path: str) -> tuple[str, str] | None:
    """Repository and revision in the path of a download from a known forge, else None."""
    for pattern in _FORGE_URLS:
        match = pattern.fullmatch(path.strip("/"))
        if match is not None:
            reference = _ENDING.sub("", match["ref"])
            name = match["path"].rpartition("/")[2]
            if not _COMMIT.fullmatch(reference):
                reference = reference.removeprefix(f"{name}-")
            return match["path"], reference
    return None


def _common_folder(archive: Path) -> str:
    """The folder that contains every file of an archive, with its slash; "" if there is none."""
    common = ""
    for entry in archives.entries(archive):
        path = entry.path if isinstance(entry, Unread) else entry[0]
        folder, slash, _ = path.partition("/")
        if not path or (isinstance(entry, Unread) and entry.reason == "unsafe-path"):
            continue
        if path == "pax_global_header":
            continue
        if not slash or (common and common != f"{folder}/"):
            return ""
        common = f"{folder}/"
    return common


def _entries(archive: Path, folder: str) -> Iterator[Entry]:
    from dataclasses import replace

    for entry in archives.entries(archive):
        if isinstance(entry, Unread):
            yield replace(entry, path=entry.path.removeprefix(folder))
        else:
            yield entry[0].removeprefix(folder), entry[1]
