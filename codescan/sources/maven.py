# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the source archives in Maven repositories; nothing is built."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import ConfigError, SourceError
from codescan.records import Skipped
from codescan.sources import archives
from codescan.sources.assemble import packaged
from codescan.sources.downloads import Checksum, TransferError
from codescan.sources.folder_walk import files_below
from codescan.sources.maven_repository import (
    Coordinates,
    Repository,
    checksum_of,
    newest_version,
    pom_chain,
    settings,
)
from codescan.sources.package_metadata import maven_package
from codescan.sources.registry_source import LocalOrNamed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.protocols import Source
    from codescan.records import Document, Package

__all__ = ["MavenSource"]

_PART = r"[A-Za-z0-9_][\w.-]{0,200}"
_ITEM = re.compile(rf"({_PART}):({_PART})(?::({_PART}))?")
_INNER_POM = re.compile(r"META-INF/maven/[^/]{1,200}/[^/]{1,200}/pom\.xml")
_SOURCES = "-sources.jar"


@dataclass(frozen=True)
class MavenSource(LocalOrNamed):
    """Artifacts by coordinates, the archive of sources of one version each.

    The user's Maven configuration names the repository as a mirror. Archives are verified with
    their SHA-256 file, else their SHA-1 file. The license is that of the pom, or of the nearest
    parent that states one. Maven repositories have no dates of versions.

    Args:
        packages: "group:artifact" (its newest release) or "group:artifact:version".
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
        before: not possible without a version, since repositories have no dates.
        path: local repositories, and archives of sources ("…-sources.jar").
        repository: address of a repository to use instead of the configured one.
    """

    repository: str = ""

    def _check_name(self, item: str) -> None:
        if not _ITEM.fullmatch(item) or ".." in item:
            raise ConfigError(
                f"packages: {item!r} is neither 'group:artifact' nor 'group:artifact:version'",
                "correct the recipe",
            )

    def _purl(self, item: str) -> str:
        return maven_package(_coordinates(item), ()).purl

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        repository, coordinates, archive = self._fetched(item)
        poms = pom_chain(repository, coordinates)
        yield from _sources(archive, coordinates, poms, data=self.data)

    def _fetch(self, item: str) -> tuple[Path, ...]:
        repository, coordinates, archive = self._fetched(item)
        pom_chain(repository, coordinates)
        return (archive,)

    def _fetched(self, item: str) -> tuple[Repository, Coordinates, Path]:
        where = settings(self.repository)
        repository = Repository(self._client("", where.credentials), where.address)
        coordinates = _coordinates(item)
        if not coordinates.version:
            if self.before:
                raise TransferError(
                    "no-date",
                    f"the repository does not say when versions of {item} were published",
                    "name a version instead, as in group:artifact:1.2.3",
                )
            coordinates = newest_version(repository, coordinates)
        name = f"{coordinates.artifact}-{coordinates.version}{_SOURCES}"
        url = repository.address_of(coordinates, _SOURCES)
        checksum = checksum_of(repository, url)
        return repository, coordinates, repository.client.file(url, name, checksum)

    def _local(self, place: Path) -> Iterator[Source]:
        if place.is_file():
            yield SourcesFile(str(place.resolve()), "", self.data)
            return
        if not place.is_dir():
            raise SourceError(f"there is no file or folder {place}", "check the path")
        root = place.resolve()
        has_artifacts = False
        for pom in files_below(root, ".pom"):
            has_artifacts = True
            yield SourcesFile(str(pom.with_name(pom.stem + _SOURCES)), str(root), self.data)
        for file in files_below(root, _SOURCES):
            if not file.with_name(file.name.removesuffix(_SOURCES) + ".pom").is_file():
                has_artifacts = True
                yield SourcesFile(str(file), "", self.data)
        if not has_artifacts:
            raise SourceError(
                f"{place} holds no artifact", "name a local repository or an archive of sources"
            )


@dataclass(frozen=True)
class SourcesFile:
    """One archive of sources on this machine.

    Args:
        file: its path.
        root: the local repository that contains it; "" for a separate archive, whose coordinates
            and license come from the pom in it.
        data: keep configuration and data files.
    """

    file: str
    root: str = ""
    data: bool = False

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield its files, in the archive's order, or a Skipped if it cannot be read."""
        path = Path(self.file)
        coordinates = self._coordinates(path)
        if not path.is_file():
            purl = maven_package(coordinates, ()).purl
            yield Skipped(purl, "read", "no-sources", f"there is no {path.name} in {self.root}")
            return
        if not _is_announced(path):
            purl = maven_package(coordinates, ()).purl
            yield Skipped(purl, "read", "checksum-mismatch", f"{path.name} does not match its hash")
            return
        poms: tuple[bytes, ...] = ()
        if self.root:
            from codescan.sources.transfer import Client

            repository = Repository(Client(Path(self.root), offline=True), Path(self.root).as_uri())
            poms = pom_chain(repository, coordinates)
        yield from _sources(path, coordinates, poms, data=self.data)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self

    def _coordinates(self, path: Path) -> Coordinates:
        stem = path.name.removesuffix(_SOURCES).removesuffix(".jar")
        if not self.root:
            artifact, _, version = stem.rpartition("-")
            return Coordinates("", artifact or stem, version)
        folder = path.parent
        group = folder.parent.parent.relative_to(self.root).as_posix().replace("/", ".")
        return Coordinates(group, folder.parent.name, folder.name)


def _is_announced(path: Path) -> bool:
    """Whether a file has the hash in its hash file, if it has such a file."""
    for algorithm in ("sha256", "sha1"):
        beside = path.with_name(f"{path.name}.{algorithm}")
        try:
            words = beside.read_text(encoding="ascii", errors="replace")[:400].split()
        except OSError:
            continue
        try:
            return bool(words) and Checksum(algorithm, words[0].lower()).matches(path)
        except TransferError:
            return False
    return True


def _coordinates(item: str) -> Coordinates:
    group, _, remainder = item.partition(":")
    artifact, _, version = remainder.partition(":")
    return Coordinates(group, artifact, version)


def _sources(
    archive: Path, coordinates: Coordinates, poms: tuple[bytes, ...], *, data: bool
) -> Iterator[Document | Skipped]:
    def describe(side: Mapping[str, bytes]) -> Package:
        inner = tuple(side[path] for path in sorted(side) if _INNER_POM.fullmatch(path))
        return maven_package(coordinates, poms or inner[:1])

    yield from packaged(
        partial(archives.entries, archive),
        describe,
        is_metadata=lambda path: _INNER_POM.fullmatch(path) is not None,
        # A license file there applies to all files of a jar.
        place=lambda path: path.removeprefix("META-INF/"),
        data=data,
    )
