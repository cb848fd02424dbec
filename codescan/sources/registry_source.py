# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Base classes for sources of package registries: named packages, a cache, offline use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from codescan.sources import options
from codescan.sources.downloads import TransferError, cache_folder, fetch_all, unfetched
from codescan.sources.transfer import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Source
    from codescan.records import Document, Skipped
    from codescan.sources.downloads import Fetched

__all__ = ["LocalOrNamed", "NamedPackages", "RegistrySource"]


@dataclass(frozen=True)
class RegistrySource:
    """Packages of a registry, by name.

    Args:
        packages: names, each optionally with a version; a repeated name counts once.
        cache: folder for downloads; default: the user's cache folder.
        offline: use only what is in the cache.
        data: keep configuration and data files.
    """

    packages: tuple[str, ...]
    cache: str = ""
    offline: bool = False
    data: bool = False

    def __post_init__(self) -> None:
        names = options.words("packages", self.packages)
        object.__setattr__(self, "packages", tuple(dict.fromkeys(names)))

    def _client(
        self, certificates: str = "", credentials: tuple[tuple[str, str], ...] = ()
    ) -> Client:
        """The client for downloads."""
        return Client(cache_folder(self.cache), certificates, credentials, offline=self.offline)


@dataclass(frozen=True)
class NamedPackages(RegistrySource):
    """Packages that are requested from the registry one by one.

    Args:
        packages: as for every registry.
        cache: likewise.
        offline: likewise.
        data: likewise.
        before: only releases before this date; for corpora as old as a model.
    """

    before: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "before", options.date("before", self.before))
        for item in self.packages:
            self._check_name(item)

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield the files of every package, in the order the packages are given."""
        for item in self.packages:
            try:
                yield from self._documents_of(item)
            except TransferError as error:
                yield unfetched(self._purl(item), error)

    def parts(self) -> Iterator[Self]:
        """Yield one source for each package; nothing is fetched yet."""
        for item in self.packages:
            yield replace(self, packages=(item,))

    def fetch(self) -> Iterator[Fetched | Skipped]:
        """Download every package into the cache."""
        return fetch_all((self._purl(item), partial(self._fetch, item)) for item in self.packages)

    def _check_name(self, item: str) -> None:
        """Check that an item names a package.

        Raises:
            ConfigError: it does not.
        """
        raise NotImplementedError

    def _purl(self, item: str) -> str:
        """Package URL of an item, with the version that it names."""
        raise NotImplementedError

    def _documents_of(self, item: str) -> Iterator[Document | Skipped]:
        """Yield the files of one package.

        Raises:
            TransferError: it cannot be fetched.
        """
        raise NotImplementedError

    def _fetch(self, item: str) -> tuple[Path, ...]:
        """Download one package and return its files.

        Raises:
            TransferError: it cannot be fetched.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class LocalOrNamed(NamedPackages):
    """Packages from a registry, and packages on this machine.

    Args:
        packages: as for every registry; may be empty.
        cache: likewise.
        offline: likewise.
        data: likewise.
        before: likewise.
        path: files and folders that hold packages.
    """

    packages: tuple[str, ...] = ()
    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "path", options.words("path", self.path))

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield the files of the named packages, then the files of the paths on this machine."""
        for part in self.parts():
            if isinstance(part, LocalOrNamed):
                yield from NamedPackages.documents(part)
            else:
                yield from part.documents()

    def parts(self) -> Iterator[Source]:  # type: ignore[override]
        """Yield one source for each package; nothing is fetched yet."""
        for item in self._listed():
            yield self._single(item)
        for place in self.path:
            yield from self._local(Path(place).expanduser())

    def fetch(self) -> Iterator[Fetched | Skipped]:
        """Download every named package into the cache."""
        listed = ((self._purl(item), partial(self._fetch, item)) for item in self._listed())
        return fetch_all(listed)

    def _listed(self) -> tuple[str, ...]:
        """The packages, and those that a lock file lists."""
        return self.packages

    def _single(self, item: str) -> Self:
        """A source of one named package."""
        return replace(self, packages=(item,), path=())

    def _local(self, place: Path) -> Iterator[Source]:
        """The packages at a path on this machine.

        Raises:
            SourceError: there is nothing.
        """
        raise NotImplementedError
