# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads crates of a Cargo registry, without building any."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from packageurl import PackageURL

from codescan.errors import ConfigError, SourceError
from codescan.sources import archives, options
from codescan.sources.assemble import packaged
from codescan.sources.crates_index import CargoSettings, release_of, settings
from codescan.sources.downloads import Checksum, TransferError
from codescan.sources.folder_walk import files_below
from codescan.sources.package_metadata import cargo_package
from codescan.sources.registry_source import LocalOrNamed
from codescan.sources.regular_files import read_bounded
from codescan.sources.unpacked import UnpackedPackage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.protocols import Source
    from codescan.records import Document, Package, Skipped
    from codescan.sources.crates_index import CrateRelease
    from codescan.sources.transfer import Client

__all__ = ["CratesSource"]

_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,63}")
_MAX_LOCK = 64 << 20
_PIN = "#sha256="
_MANIFEST = "Cargo.toml"
_SUMS = ".cargo-checksum.json"


@dataclass(frozen=True)
class CratesSource(LocalOrNamed):
    """Crates by name, one version each.

    The user's Cargo configuration names the registry, which is queried over the sparse protocol
    (doc.rust-lang.org/cargo/reference/registry-index.html). Each archive is verified with the
    SHA-256 of the index or the lock file. Dates come from the index (`pubtime`), if it has them.

    Args:
        packages: "name" (its newest final version that was not yanked) or "name@version".
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
        before: only versions published before this date.
        path: `.crate` files, folders of them, and folders of unpacked crates, as in `cargo vendor`
            and Cargo's own registry folder.
        lock: a Cargo.lock; every registry crate in it is read.
        index: address of a sparse index to use instead of the configured one.
    """

    lock: str = ""
    index: str = ""

    def _check_name(self, item: str) -> None:
        if not _NAME.fullmatch(_pinned(item)[0]):
            raise ConfigError(
                f"packages: {item!r} is neither 'name' nor 'name@version'", "correct the recipe"
            )

    def _purl(self, item: str) -> str:
        name, version, _ = _pinned(item)
        return PackageURL("cargo", None, name, version or None).to_string()

    def _listed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.packages, *(_locked(self.lock) if self.lock else ()))))

    def _single(self, item: str) -> CratesSource:
        return replace(self, packages=(item,), path=(), lock="")

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        release, archive = self._fetched(item)
        yield from _crate(archive, release.name, release.version, release.published, data=self.data)

    def _fetch(self, item: str) -> tuple[Path, ...]:
        return (self._fetched(item)[1],)

    def _fetched(self, item: str) -> tuple[CrateRelease, Path]:
        name, version, digest = _pinned(item)
        where = settings(self.index)
        client = self._registry(where)
        release = release_of(client, where, name, version, before=self.before)
        checksum = Checksum("sha256", digest) if digest else release.checksum
        if digest and release.checksum.digest != digest:
            raise TransferError(
                "checksum-mismatch", f"the index has another {name} {version} than the lock file"
            )
        file = f"{release.name}-{release.version}.crate"
        return release, client.file(release.url, file, checksum)

    def _registry(self, where: CargoSettings) -> Client:
        return self._client(where.certificates, where.credentials)

    def _local(self, place: Path) -> Iterator[Source]:
        if place.is_file():
            yield CrateFile(str(place.resolve()), self.data)
            return
        if not place.is_dir():
            raise SourceError(f"there is no file or folder {place}", "check the path")
        has_crates = False
        for folder in (place, *sorted(each for each in place.iterdir() if each.is_dir())):
            if (folder / _MANIFEST).is_file():
                has_crates = True
                yield _unpacked(folder.resolve(), data=self.data)
        for file in files_below(place, ".crate"):
            has_crates = True
            yield CrateFile(str(file.resolve()), self.data)
        if not has_crates:
            raise SourceError(
                f"{place} holds no crate", "name a .crate file or a folder of cargo vendor"
            )


@dataclass(frozen=True)
class CrateFile:
    """One `.crate` file.

    Args:
        file: its path.
        data: keep configuration and data files.
    """

    file: str
    data: bool = False

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield its files, in the archive's order."""
        from pathlib import Path

        path = Path(self.file)
        yield from _crate(path, "", "", None, data=self.data)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self


def _crate(
    archive: Path, name: str, version: str, published: str | None, *, data: bool
) -> Iterator[Document | Skipped]:
    stem_name, _, stem_version = archive.name.removesuffix(".crate").rpartition("-")

    def describe(side: Mapping[str, bytes]) -> Package:
        return cargo_package(side, name, version, published, (stem_name, stem_version))

    yield from packaged(
        lambda: archives.without_root(archives.entries(archive)),
        describe,
        side_files=frozenset((_MANIFEST,)),
        data=data,
    )


def _unpacked(folder: Path, *, data: bool) -> UnpackedPackage:
    """A crate in a folder, with the hashes that `cargo vendor` stores for its files."""
    content = read_bounded(folder / _MANIFEST, 1 << 20)
    side = {_MANIFEST: content if isinstance(content, bytes) else b""}
    name, _, version = folder.name.rpartition("-")
    package = cargo_package(side, "", "", None, (name or folder.name, version))
    return UnpackedPackage(str(folder), package, _vendored_sums(folder / _SUMS), data)


def _vendored_sums(path: Path) -> tuple[tuple[str, str], ...]:
    try:
        content = read_bounded(path, _MAX_LOCK)
        fields = json.loads(content) if isinstance(content, bytes) else {}
    except (OSError, ValueError, RecursionError):
        return ()
    sums = fields.get("files") if isinstance(fields, dict) else None
    pairs = sums.items() if isinstance(sums, dict) else ()
    return tuple((str(path), str(digest).lower()) for path, digest in pairs)


def _pinned(item: str) -> tuple[str, str, str]:
    """Name, version and SHA-256 of "name@version#sha256=..."; "" for missing parts."""
    spec, _, digest = item.partition(_PIN)
    name, version = options.pinned(spec, "@")
    return name, version.removeprefix("="), digest.lower()


def _locked(lock: str) -> Iterator[str]:
    """The crates of registries in a Cargo.lock, with version and hash.

    Raises:
        SourceError: there is no such file, or it is not one.
    """
    from pathlib import Path

    path = Path(lock).expanduser()
    try:
        content = read_bounded(path.resolve(strict=True), _MAX_LOCK)
        listed = tomllib.loads((content if isinstance(content, bytes) else b"").decode())
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{lock} cannot be read: {error}", "check the path") from error
    packages = listed.get("package")
    for each in packages if isinstance(packages, list) else ():
        source = str(each.get("source") or "") if isinstance(each, dict) else ""
        if source.startswith(("registry+", "sparse+")):
            digest = str(each.get("checksum") or "")
            item = f"{each.get('name')}@{each.get('version')}"
            yield f"{item}{_PIN}{digest}" if digest else item
