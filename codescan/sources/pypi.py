# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads releases of a Python package index, without running their code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from packageurl import PackageURL
from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion, Version

from codescan.errors import ConfigError
from codescan.sources import archives, options
from codescan.sources.assemble import packaged
from codescan.sources.downloads import (
    TransferError,
)
from codescan.sources.package_metadata import license_place, python_package
from codescan.sources.pypi_index import files_of, settings
from codescan.sources.registry_source import NamedPackages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.records import Document, Package, Skipped
    from codescan.sources.pypi_index import ReleaseFile
    from codescan.sources.transfer import Client

__all__ = ["PyPISource"]

_WHEEL_PARTS = (5, 6)
"""Name, version, perhaps a build number, three tags."""


@dataclass(frozen=True)
class PyPISource(NamedPackages):
    """Releases by name, one source distribution or wheel each.

    The configuration of uv or pip names the index. The release date is the file's upload time; an
    index without upload times (HTML only) gives no date.

    Args:
        packages: "name" (its newest final release that was not withdrawn) or "name==version".
        prefer: "sdist" for the author's source tree or "wheel" for the installed files; if a
            release lacks it, the other one is read.
        before: only releases uploaded before this date, such as the training cutoff of a model.
        index_url: a Simple API to use instead of the configured ones.
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
    """

    prefer: str = "sdist"
    index_url: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.prefer not in ("sdist", "wheel"):
            raise ConfigError(f"prefer: {self.prefer!r} is unknown", "write 'sdist' or 'wheel'")

    def _check_name(self, item: str) -> None:
        _checked(item)

    def _purl(self, item: str) -> str:
        name, version = _checked(item)
        shown = str(version) if version else None
        return PackageURL("pypi", None, str(canonicalize_name(name)), shown).to_string()

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        file, version = self._choose(item)
        archive = self._download(file)
        name, _ = _checked(item)
        wheel = file.filename.endswith(".whl")
        stem = "-".join(file.filename.split("-")[:2])
        metadata = f"{stem}.dist-info/METADATA" if wheel else "PKG-INFO"

        def describe(side: Mapping[str, bytes]) -> Package:
            return python_package(side.get(metadata, b""), name, str(version), file.uploaded)

        entries = partial(archives.entries, archive)
        yield from packaged(
            entries if wheel else lambda: archives.without_root(entries()),
            describe,
            side_files=frozenset((metadata,)),
            place=license_place,
            data=self.data,
        )

    def _fetch(self, item: str) -> tuple[Path, ...]:
        return (self._download(self._choose(item)[0]),)

    def _index_client(self) -> Client:
        return self._client(settings(self.index_url).certificates)

    def _download(self, file: ReleaseFile) -> Path:
        return self._index_client().file(file.url, file.filename, file.checksum)

    def _choose(self, item: str) -> tuple[ReleaseFile, Version]:
        """The file of a package to read.

        Raises:
            TransferError: no release matches.
        """
        name, pinned = _checked(item)
        canonical = canonicalize_name(name)
        offered = files_of(self._index_client(), settings(self.index_url), canonical)
        usable = [(version, file) for file in offered if (version := _version(file, canonical))]
        if pinned is not None:
            fitting = [(version, file) for version, file in usable if version == pinned]
        else:
            fitting = [(version, file) for version, file in usable if not file.yanked]
            fitting = [pair for pair in fitting if not pair[0].is_prerelease] or fitting
        if self.before:
            dated = [pair for pair in fitting if (pair[1].uploaded or "9999") < self.before]
            if fitting and not dated:
                raise TransferError("not-found", f"{item} has no release before {self.before}")
            fitting = dated
        if not fitting:
            raise TransferError(
                "not-found",
                f"the index offers no archive for {item}",
                "check the version; only .tar.gz, .zip and .whl files are read",
            )
        newest = max(version for version, _ in fitting)
        files = [file for version, file in fitting if version == newest]
        return min(files, key=self._taste), newest

    def _taste(self, file: ReleaseFile) -> tuple[bool, bool, str]:
        wheel = file.filename.endswith(".whl")
        pure = file.filename.endswith("-none-any.whl")
        return wheel != (self.prefer == "wheel"), wheel and not pure, file.filename


def _checked(item: str) -> tuple[str, Version | None]:
    """Name and version of "name" or "name==version".

    Raises:
        ConfigError: it is neither.
    """
    name, version = options.pinned(item.replace(" ", ""), "==")
    try:
        canonicalize_name(name, validate=True)
        return name, Version(version) if version else None
    except (InvalidName, InvalidVersion) as error:
        raise ConfigError(
            f"packages: {item!r} is neither 'name' nor 'name==version'", "correct the recipe"
        ) from error


def _version(file: ReleaseFile, canonical: str) -> Version | None:
    """The version in a file name, if the file is readable and belongs to this project."""
    # packaging's parse_wheel_filename and parse_sdist_filename are too slow for thousands of files:
    # they parse all tags, and parse a version again for each of its files.
    filename = file.filename
    if filename.endswith(".whl"):
        parts = filename[:-4].split("-")
        name, version = (parts[0], parts[1]) if len(parts) in _WHEEL_PARTS else ("", "")
    elif filename.endswith((".tar.gz", ".zip")):
        stem = filename[:-4] if filename.endswith(".zip") else filename[:-7]
        name, _, version = stem.rpartition("-")
    else:
        return None
    try:
        return _parsed(version) if _canonical(name) == canonical else None
    except InvalidVersion:
        return None


@lru_cache(maxsize=256)  # files of a project spell its name in few ways
def _canonical(name: str) -> str:
    return canonicalize_name(name)


@lru_cache(maxsize=4096)
def _parsed(version: str) -> Version:
    return Version(version)
