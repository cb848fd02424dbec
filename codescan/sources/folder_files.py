# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The files of a folder for a direct comparison: texts at once, other facts when needed.

A comparison finds matches in few files, so hashes, licenses and copyrights are read only for those.
The results are the same as in an index of the folder.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.index.folder_index import compared
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.sources.assemble import (
    Eligible,
    Unread,
    document,
    eligible,
    own_facts,
    package_copyrights,
)
from codescan.sources.directory import DirectorySlice, DirectorySource, read_file
from codescan.sources.paths import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan._core import _native
    from codescan.index import Index
    from codescan.index.workers import ProgressCallback
    from codescan.records import Document, Language, Package, Skipped

__all__ = ["FolderFiles", "index_of_folders"]


class FolderFiles:
    """At most 500 files of one package in a folder.

    Args:
        files: the files.
        package: the package, from its metadata.
    """

    def __init__(self, files: DirectorySlice, package: Package) -> None:
        self._files = files
        self.package = package

    def texts(self) -> Iterator[Eligible | Skipped]:
        """Yield every file that can be compared, and a Skipped for each other file."""
        files = self._files
        return eligible(self.package, files.entries(), max_bytes=files.max_bytes, data=files.data)

    def read(self, path: str) -> bytes | None:
        """The current content of one of the files, or None if it cannot be read."""
        files = self._files
        on_disk = self._odd_names.get(path, path)
        entry = read_file(Path(files.root, files.package_root), on_disk, files.max_bytes)
        return None if isinstance(entry, Unread) else entry[1]

    def describe(
        self, content: bytes, language: Language, paths: Sequence[str]
    ) -> Iterator[Document]:
        """Yield the files at these paths, which all have this content."""
        package, nearest = self._around
        own = own_facts(content, language)
        for path in paths:
            yield document(package, nearest, Eligible(path, b"", language), own)

    @cached_property
    def _odd_names(self) -> dict[str, str]:
        """Name on disk by path, if they differ: the path has slashes instead of backslashes."""
        odd = (name for name in reversed(self._files.files) if "\\" in name)
        return {path: name for name in odd if (path := normalize(name)) is not None}

    @cached_property
    def _around(self) -> tuple[Package, LicenseFiles]:
        license_files = self._files.license_files()
        package = package_copyrights(self.package, license_files)
        return package, LicenseFiles(license_files, package.licenses)


def index_of_folders(
    paths: Sequence[Path | str],
    progress: ProgressCallback | None = None,
    query_keys: _native.QueryKeyFilter | None = None,
) -> Index:
    """A temporary index of all files in some folders.

    Args:
        paths: the folders, each of which is one package; at least one.
        progress: called regularly.
        query_keys: keys of all texts that will be scanned; None allows any text.

    Raises:
        UsageError: no folder is named.
        SourceError: a folder does not exist or cannot be listed.
        EmptyCorpusError: they hold no file that can be compared.
        OutputError: there is no room for temporary files.
    """
    sources = _sources(paths)
    if not sources:
        raise UsageError("there is no folder to compare with", "name one")
    return compared(
        (files for source in sources for files in _files(source)),
        path=Path(sources[0].path),
        name=", ".join(source.name for source in sources),
        recipe={"sources": [{"kind": "directory", "path": source.path} for source in sources]},
        progress=progress,
        query_keys=query_keys,
    )


def _sources(paths: Sequence[Path | str]) -> list[DirectorySource]:
    """Each folder once, with a unique name."""
    roots = list(dict.fromkeys(Path(path).expanduser().resolve() for path in paths))
    names = [root.name or "root" for root in roots]
    return [
        DirectorySource(str(root), name=name if names.count(name) == 1 else root.as_posix()[1:])
        for root, name in zip(roots, names, strict=True)
    ]


def _files(source: DirectorySource) -> Iterator[FolderFiles]:
    known: tuple[str, Package] | None = None
    for part in source.parts():
        if known is None or known[0] != part.package_root:
            known = part.package_root, part.describe()
        yield FolderFiles(part, known[1])
