# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the Python packages installed on this machine, without a network."""

from __future__ import annotations

import platform
import sysconfig
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PathDistribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING

from packageurl import PackageURL
from packaging.utils import canonicalize_name

from codescan.errors import SourceError
from codescan.records import LicenseBasis, LicenseClaim, Package
from codescan.sources import options
from codescan.sources.assemble import Entry, Unread, packaged
from codescan.sources.directory import DirectorySlice, read_file, slices
from codescan.sources.divided_source import DividedSource
from codescan.sources.package_metadata import license_place, python_package
from codescan.sources.paths import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.protocols import Source
    from codescan.records import Document, Skipped

__all__ = ["InstalledPackage", "InstalledSource"]

_NOT_STDLIB = ("site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__")


@dataclass(frozen=True)
class InstalledSource(DividedSource):
    """Installed distributions with their metadata; the files are those that RECORD lists.

    Files outside the distribution's own folder (scripts) are skipped as "outside-package";
    bytecode caches, which are not part of a distribution, are left out. An installation does not
    record release dates, so packages have none.

    Args:
        path: site-packages folders, or folders of virtual environments; default: the running
            interpreter.
        names: only these distributions; default: all.
        stdlib: also the standard library of the running interpreter, as a package "python".
        data: keep configuration and data files.
    """

    path: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    stdlib: bool = False
    data: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", options.words("path", self.path))
        names = (canonicalize_name(name) for name in options.words("names", self.names))
        object.__setattr__(self, "names", tuple(names))

    def parts(self) -> Iterator[Source]:
        """Yield one source for each distribution, and slices of the standard library.

        Raises:
            SourceError: a folder given as `path` does not exist, or a name is not installed.
        """
        folders: dict[str, Path] = {}
        places = _folders(self.path)
        for distribution in distributions(path=places) if places else distributions():
            folder = getattr(distribution, "_path", None)  # no public attribute has it
            name = distribution.metadata["Name"] if isinstance(folder, Path) else None
            if name and isinstance(folder, Path):
                # Python would import the first one on the path.
                folders.setdefault(canonicalize_name(name), folder)
        missing = sorted(set(self.names) - folders.keys())
        if missing:
            raise SourceError(
                f"not installed: {', '.join(missing)}",
                "run `pip list` to see the installed packages",
            )
        for name, folder in sorted(folders.items()):
            if not self.names or name in self.names:
                yield InstalledPackage(folder, data=self.data)
        if self.stdlib:
            yield from _standard_library(data=self.data)


@dataclass(frozen=True)
class InstalledPackage:
    """One installed distribution.

    Args:
        metadata: its .dist-info folder.
        data: keep configuration and data files.
    """

    metadata: Path
    data: bool = False

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield the files that RECORD lists, ordered by path."""
        yield from packaged(self._entries, self._describe, place=license_place, data=self.data)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self

    def _describe(self, _side: Mapping[str, bytes]) -> Package:
        distribution = PathDistribution(self.metadata)
        text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
        return python_package(text.encode(errors="replace"), name=distribution.metadata["Name"])

    def _entries(self) -> Iterator[Entry]:
        base = self.metadata.parent
        inside = base.resolve()
        files = PathDistribution(self.metadata).files
        if files is None:
            yield Unread("", "no-record", "the installation does not list its files")
            return
        safe: dict[str, bool] = {}
        for path in sorted({str(file) for file in files}):
            name = normalize(path)
            if name is not None and name.endswith(".pyc"):
                continue
            folder = path.rpartition("/")[0]
            if name is not None and folder not in safe:
                safe[folder] = (base / folder).resolve().is_relative_to(inside)
            if name is None or not safe[folder]:
                yield Unread(ascii(path)[1:-1], "outside-package")
                continue
            yield read_file(base, name)


def _folders(paths: tuple[str, ...]) -> list[str]:
    """Folders with distributions: the given ones, or those of a virtual environment."""
    folders = []
    for path in paths:
        folder = Path(path).expanduser()
        if not folder.is_dir():
            raise SourceError(f"there is no folder {path}", "give a site-packages folder or a venv")
        nested = sorted(folder.glob("lib/python*/site-packages"))
        folders += [str(inner) for inner in nested] or [str(folder)]
    return folders


def _standard_library(*, data: bool) -> Iterator[Source]:
    root = Path(sysconfig.get_path("stdlib"))
    version = platform.python_version()
    package = Package(
        purl=PackageURL("generic", None, "python", version).to_string(),
        name="python",
        version=version,
        family="generic/python",
        homepage="https://www.python.org/",
        licenses=(
            LicenseClaim(
                "PSF-2.0",
                LicenseBasis.PACKAGE_METADATA,
                "Python is distributed under the PSF License Agreement",
                "permissive",
            ),
        ),
        copyrights=("Copyright (c) 2001 Python Software Foundation. All rights reserved.",),
    )
    piece = partial(DirectorySlice, str(root), name="python", package=package, data=data)
    for of_slice in slices(root, _NOT_STDLIB):
        yield piece(*of_slice)
