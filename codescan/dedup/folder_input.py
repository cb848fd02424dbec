# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a folder of source files as a training set: every file, nothing left out by its name.

Folders below the root are projects of their own, unless the root itself is a project.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.dedup.texts import TextReader
from codescan.errors import SourceError
from codescan.licenses.license_paths import is_license_path
from codescan.licenses.manifests import MANIFESTS
from codescan.licenses.nearest_license_file import LicenseFiles
from codescan.records import Skipped
from codescan.sources.assemble import Unread, package_copyrights
from codescan.sources.directory import DirectorySlice, read_file, slices
from codescan.sources.eligibility import check_path
from codescan.sources.links import link_reason
from codescan.sources.package_metadata import license_place, python_package
from codescan.sources.paths import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.dedup.documents import InputText
    from codescan.records import Package

__all__ = ["MAX_BYTES", "FolderPart", "folder_parts"]

MAX_BYTES = 256 << 20
"""Size above which a file is not read."""
_SKIPPED_FOLDERS = (".git", ".hg", ".svn", ".bzr")
_FILES = 2000
"""Files of one part."""


@dataclass(frozen=True, slots=True)
class FolderPart:
    """Some files of a folder.

    Args:
        root: the training set.
        slices: files with the license files around them.
        stamps: size and time of change of each file, to tell whether it changed.
    """

    root: str
    slices: tuple[DirectorySlice, ...]
    stamps: tuple[tuple[int, int], ...]

    @property
    def label(self) -> str:
        """Name for messages."""
        return self.slices[0].files[0] if self.slices else self.root

    def texts(self) -> Iterator[InputText | Skipped]:
        """Yield every file, or why it was not read."""
        reader = TextReader()
        for files in self.slices:
            side, described = _wheel_facts(files) or (files.license_files(), files.describe())
            package = package_copyrights(described, side)
            nearest = LicenseFiles(side, package.licenses)
            base = os.path.join(files.root, files.package_root)  # noqa: PTH118 - a hot loop
            inside_root = os.path.relpath(base, self.root).replace(os.sep, "/")
            prefix = "" if inside_root == "." else f"{inside_root}/"
            for path in files.files:
                name = prefix + path
                item = _read(base, path, name)
                if isinstance(item, Skipped):
                    yield _left_out(item, Path(base, path), self.root)
                else:
                    inside, content = item
                    yield reader.read(name, name, 0, content, (package, inside), nearest)


def _wheel_facts(files: DirectorySlice) -> tuple[dict[str, bytes], Package] | None:
    """License files and package of an unpacked wheel; None for another folder."""
    base = Path(files.root)
    try:
        metadata_files = sorted(base.glob("*.dist-info/METADATA"))
    except OSError:
        return None
    if files.package_root or len(metadata_files) != 1:
        return None
    info = metadata_files[0].parent
    metadata = read_file(base, f"{info.name}/METADATA")
    if isinstance(metadata, Unread):
        return None
    side = files.license_files()
    for path in sorted(info.rglob("*")):
        name = path.relative_to(base).as_posix()
        if is_license_path(license_place(name)):
            entry = read_file(base, name)
            if not isinstance(entry, Unread):
                side[license_place(name)] = entry[1]
    return side, python_package(metadata[1])


def folder_parts(root: Path) -> Iterator[FolderPart | Skipped]:
    """Yield parts of up to 2,000 files in the order of their paths, and folders left out.

    Raises:
        SourceError: the folder cannot be listed.
    """
    root = root.resolve()
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(
            f"the folder {root} cannot be read: {error.strerror}", "check its permissions"
        ) from error
    is_project = any(_marks_project(entry.name) for entry in entries)
    folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    projects = [] if is_project else [e.name for e in folders if e.name not in _SKIPPED_FOLDERS]
    pending: list[DirectorySlice] = []
    count = 0
    for files in _slices(root, projects):
        pending.append(files)
        count += len(files.files)
        if count >= _FILES:
            yield _part(root, pending)
            pending, count = [], 0
    if pending:
        yield _part(root, pending)
    for entry in folders:
        if entry.name in _SKIPPED_FOLDERS:
            yield Skipped(entry.name, "read", "excluded-folder")


def _slices(root: Path, projects: list[str]) -> Iterator[DirectorySlice]:
    if projects:
        loose = tuple(
            sorted(e.name for e in os.scandir(root) if not e.is_dir(follow_symlinks=False))
        )
        if loose:
            side = tuple(name for name in loose if is_license_path(name))
            yield DirectorySlice(str(root), "", loose, side, name=root.name or "root")
    for project in projects or [""]:
        base = root / project
        for package_root, files, side_files in slices(base, _SKIPPED_FOLDERS):
            yield DirectorySlice(
                str(base), package_root, files, side_files, name=project or root.name or "root"
            )


def _part(root: Path, pending: list[DirectorySlice]) -> FolderPart:
    stamps = tuple(
        _stamp(f"{files.root}/{files.package_root}/{path}")
        for files in pending
        for path in files.files
    )
    return FolderPart(str(root), tuple(pending), stamps)


def _stamp(path: str) -> tuple[int, int]:
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return -1, 0
    return status.st_size, status.st_mtime_ns


def _marks_project(name: str) -> bool:
    return name in MANIFESTS or name in _SKIPPED_FOLDERS or is_license_path(name)


def _left_out(skip: Skipped, path: Path, root: str) -> Skipped:
    """Why a file was not read; a link that leads out of the training set may hide texts."""
    if skip.reason != "link":
        return skip
    return Skipped(skip.item, skip.stage, link_reason(path, Path(root)))


def _read(base: str, path: str, name: str) -> tuple[str, bytes] | Skipped:
    """Path in the project and content of a file, or why it was not read."""
    inside = normalize(path)
    if inside is None:
        return Skipped(ascii(name)[1:-1][:200], "read", "unsafe-path")
    if check_path(inside) == "binary":
        return Skipped(name, "read", "binary")
    try:
        content = _native.read_file(f"{base}/{path}", MAX_BYTES)
    except OSError as error:
        reason = "link" if error.errno == errno.ELOOP else "unreadable"
        return Skipped(name, "read", reason, error.strerror or "")
    except ValueError as error:
        return Skipped(ascii(name)[1:-1][:200], "read", "unreadable", str(error))
    if isinstance(content, bytes):
        return inside, content
    reason, detail = ("special-file", "") if content is None else ("too-large", f"{content} bytes")
    return Skipped(name, "read", reason, detail)
