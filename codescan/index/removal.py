# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The packages to remove from an index, and the files to remove from packages that stay."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NOTHING_REMOVED", "Removal"]


@dataclass(frozen=True, slots=True)
class Removal:
    """Packages and files to remove. A content is removed when no other file has it."""

    purls: frozenset[str] = frozenset()
    files: frozenset[tuple[str, str]] = frozenset()
    """(package URL, path) of each file."""

    def __bool__(self) -> bool:
        return bool(self.purls or self.files)

    @property
    def touched(self) -> frozenset[str]:
        """Packages that lose a file or all of them."""
        return self.purls | {purl for purl, _path in self.files}

    def removes(self, purl: str, path: str) -> bool:
        """Whether a file of a package is removed."""
        return purl in self.purls or (purl, path) in self.files


NOTHING_REMOVED = Removal()
