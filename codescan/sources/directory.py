# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a folder of source files."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import SourceError
from codescan.licenses.manifests import MANIFESTS, named_license_files
from codescan.sources import eligibility, options
from codescan.sources.assemble import Entry, Unread, documents, is_side_file, package_copyrights
from codescan.sources.divided_source import DividedSource
from codescan.sources.folder_walk import walk_folder
from codescan.sources.package_metadata import generic_package, npm_package
from codescan.sources.paths import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Source
    from codescan.records import Document, Package, Skipped

__all__ = ["SKIPPED_FOLDERS", "DirectorySlice", "DirectorySource", "read_file", "slices"]

SKIPPED_FOLDERS = (
    ".git", ".hg", ".svn", ".bzr", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".cache", ".idea", ".vscode",
)  # fmt: skip
"""Folders without the project's own work."""

_SLICE = 500
_LICENSE_TREES = ("LICENSES", ".reuse", "debian")


@dataclass(frozen=True)
class DirectorySource(DividedSource):
    """Every file below a folder; links are never followed.

    If a `node_modules` folder is not skipped, each package below it is a separate package.

    Args:
        path: the folder.
        name: name of the package in the folder; default: the name of the folder.
        version: its version; default: that of its pyproject.toml or package.json.
        skip: names of folders that are left out at any depth.
        data: keep configuration and data files.
        max_bytes: size above which a file is "too-large".
    """

    path: str
    name: str = ""
    version: str = ""
    skip: tuple[str, ...] = SKIPPED_FOLDERS
    data: bool = False
    max_bytes: int = eligibility.MAX_BYTES

    def __post_init__(self) -> None:
        object.__setattr__(self, "skip", options.words("skip", self.skip))

    def parts(self) -> Iterator[DirectorySlice]:
        """Yield slices of at most 500 files, while walking.

        Raises:
            SourceError: the folder does not exist or cannot be listed.
        """
        root = Path(self.path).expanduser().resolve()
        if not root.is_dir():
            raise SourceError(f"there is no folder {self.path}", "check the path")
        try:
            os.scandir(root).close()  # raises an error, while the walk would not
        except OSError as error:
            raise SourceError(
                f"the folder {self.path} cannot be read: {error.strerror}", "check its permissions"
            ) from error
        for package_root, files, side_files in slices(root, self.skip):
            yield DirectorySlice(
                root=str(root),
                package_root=package_root,
                files=files,
                side_files=side_files,
                name=self.name or root.name or "root",
                version=self.version,
                data=self.data,
                max_bytes=self.max_bytes,
            )


@dataclass(frozen=True)
class DirectorySlice:
    """Some files of one package in a folder.

    Args:
        root: the folder.
        package_root: path of the package in it; "" for the folder itself.
        files: paths inside the package.
        side_files: paths of the license files in the same folders and in the folders above.
        name: name of the folder's own package.
        version: its version.
        package: the package, if it overrides the metadata in the folder.
        data: keep configuration and data files.
        max_bytes: size above which a file is "too-large".
    """

    root: str
    package_root: str
    files: tuple[str, ...]
    side_files: tuple[str, ...]
    name: str = ""
    version: str = ""
    package: Package | None = None
    data: bool = False
    max_bytes: int = eligibility.MAX_BYTES

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield the files in the order given."""
        side = self.license_files()
        package = package_copyrights(self.package or self.describe(), side)
        yield from documents(
            package, self.entries(), side, max_bytes=self.max_bytes, data=self.data
        )

    def entries(self) -> Iterator[Entry]:
        """Yield the files in the order given, as they are read."""
        base = f"{self.root}/{self.package_root}"
        return (read_file(base, path, self.max_bytes) for path in self.files)

    def parts(self) -> Iterator[Source]:
        """Yield itself."""
        yield self

    def describe(self) -> Package:
        """The package from its metadata, without reading its license files."""
        base = Path(self.root, self.package_root)
        metadata = {}
        for name in MANIFESTS:
            entry = read_file(base, name)
            if not isinstance(entry, Unread):
                metadata[name] = entry[1]
        for name in named_license_files(metadata):
            entry = read_file(base, name)
            if not isinstance(entry, Unread):
                metadata[name] = entry[1]
        if self.package_root:
            name = self.package_root.rpartition("node_modules/")[2]
            return npm_package(metadata.get("package.json", b""), name, files=metadata)
        return generic_package(self.name, self.version, metadata)

    def license_files(self) -> dict[str, bytes]:
        """License files up the path of every file of this slice, and those at fixed paths."""
        base = Path(self.root, self.package_root)
        names = list(self.side_files)
        for folder in _LICENSE_TREES:
            names += filter(is_side_file, (f"{folder}/{name}" for name in _listing(base / folder)))
        entries = (read_file(base, name) for name in names)
        return {entry[0]: entry[1] for entry in entries if not isinstance(entry, Unread)}


def slices(
    root: Path, skip: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield (package root, paths inside it, license files) for at most 500 files at a time.

    Files are in order. The license files are in the same folders and in the folders above.
    """
    skipped = set(skip)
    current = ""
    files: list[str] = []
    side_names: dict[str, list[str]] = {}  # by folder
    for folder, names in walk_folder(root, skipped):
        if not names:
            continue
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        relative = "" if relative == "." else relative + "/"
        package_root = _package_root(relative)
        if files and package_root != current:
            yield current, tuple(files), _around(files, current, side_names)
            files.clear()
        current = package_root
        inside = relative.removeprefix(package_root + "/")
        # A loose file in a node_modules folder belongs to the root, and so does what is above it.
        beside = [n for n in names if is_side_file(inside + n)]
        if relative != inside:
            beside += [n for n in names if is_side_file(relative + n) and n not in beside]
        if beside:
            side_names[relative] = sorted(beside)
        for name in names:
            if len(files) >= _SLICE:
                yield current, tuple(files), _around(files, current, side_names)
                files.clear()
            files.append(inside + name)
    if files:
        yield current, tuple(files), _around(files, current, side_names)


def _around(
    files: list[str], package_root: str, side_names: dict[str, list[str]]
) -> tuple[str, ...]:
    """License and metadata files in the folders of these files and in the folders above."""
    base = package_root and package_root + "/"
    folders = {""}
    for path in files:
        folder = path.rpartition("/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    inside = (folder and folder + "/" for folder in sorted(folders))
    paths = (folder + name for folder in inside for name in side_names.get(base + folder, ()))
    return tuple(filter(is_side_file, paths))


def read_file(base: Path | str, path: str, max_bytes: int = eligibility.MAX_BYTES) -> Entry:
    """One regular file below `base`, or the reason why it was not read; a link is "not-a-file"."""
    name = normalize(path)
    if name is None:
        return Unread(ascii(path)[1:-1][:200], "unsafe-path")
    reason = eligibility.check_path(name)
    if reason is not None:
        return Unread(name, reason)
    try:
        content = _native.read_file(f"{base}/{path}", max_bytes)
    except OSError as error:
        link = error.errno == errno.ELOOP
        return Unread(name, "not-a-file" if link else "unreadable", error.strerror or "")
    if content is None:
        return Unread(name, "not-a-file")
    if isinstance(content, int):
        return Unread(name, "too-large", f"{content} bytes")
    return name, content


def _package_root(folder: str) -> str:
    """The innermost npm package that contains a folder: "node_modules/@scope/name" or ""."""
    head, mark, tail = folder.rpartition("node_modules/")
    pieces = tail.split("/")
    depth = 2 if tail.startswith("@") else 1
    if not mark or (head and not head.endswith("/")) or len(pieces) <= depth:
        return ""
    return head + mark + "/".join(pieces[:depth])


def _listing(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return []
