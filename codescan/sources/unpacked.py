# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Unpacked packages in a folder, such as vendored ones, with the hashes of their files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.sources.assemble import Unread
from codescan.sources.directory import SKIPPED_FOLDERS, DirectorySlice, slices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Source
    from codescan.records import Document, Package, Skipped
    from codescan.sources.assemble import Entry

__all__ = ["UnpackedPackage"]


@dataclass(frozen=True)
class UnpackedPackage:
    """One package in its own folder; links are never followed.

    Args:
        root: the folder.
        package: what the folder holds.
        sums: expected SHA-256 in lower-case hexadecimal by path; other files are skipped.
        data: keep configuration and data files.
        skip_paths: folders below that belong to other packages.
    """

    root: str
    package: Package
    sums: tuple[tuple[str, str], ...] = ()
    data: bool = False
    skip_paths: tuple[str, ...] = ()

    def documents(self) -> Iterator[Document | Skipped]:
        """Yield every file by path; the files of a folder come before those of its subfolders."""
        others = tuple(
            f"{Path(path).relative_to(self.root).as_posix()}/" for path in self.skip_paths
        )
        for package_root, names, side_files in slices(Path(self.root), SKIPPED_FOLDERS):
            paths = (f"{package_root}/{name}" if package_root else name for name in names)
            files = tuple(path for path in paths if not path.startswith(others or ("//",)))
            yield from _CheckedSlice(
                root=self.root,
                package_root="",
                files=files,
                side_files=side_files,
                package=self.package,
                data=self.data,
                sums=dict(self.sums),
            ).documents()

    def parts(self) -> Iterator[Source]:
        """Yield itself: a package is small."""
        yield self


@dataclass(frozen=True, kw_only=True)
class _CheckedSlice(DirectorySlice):
    sums: dict[str, str]

    def entries(self) -> Iterator[Entry]:
        for entry in super().entries():
            if not isinstance(entry, Unread):
                path, content = entry
                expected = self.sums.get(path)
                if expected and hashlib.sha256(content).hexdigest() != expected:
                    yield Unread(path, "checksum-mismatch", "it is not the announced file")
                    continue
            yield entry
