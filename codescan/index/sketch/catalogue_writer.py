# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the catalogue of a sketch; holds packages, texts, and files with known contents."""

from __future__ import annotations

import json
import os
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import zstandard

from codescan._core import _native
from codescan.index.catalogue_rows import claims_to_json
from codescan.index.shard_files import SKETCH_CATALOGUE
from codescan.index.sketch.catalogue_blocks import (
    BLOCKS,
    ROWS,
    ContentRows,
    FileRows,
    Kind,
    PackageRow,
    SkippedRow,
)

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.records import Document, LicenseClaim, Skipped

__all__ = ["ContentFacts", "FileFacts", "SketchCatalogueWriter"]

_LEVEL = 12
_MOST_SKIPPED = 1000
"""Skipped files that are kept by name for each reason; the manifest counts all of them."""


class ContentFacts(NamedTuple):
    """The stored facts of a content."""

    sha256: bytes
    size: int
    """Bytes."""
    tokens: int
    lines: int
    language: int


class FileFacts(NamedTuple):
    """The stored facts of a file."""

    package: PackageRow
    path: str
    claims: str
    """JSON."""
    copyrights: str
    """JSON."""


class SketchCatalogueWriter:
    """Takes contents by number, and the files that have them in any order.

    Args:
        folder: of the shard.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / BLOCKS
        self._file = (folder / SKETCH_CATALOGUE).open("xb")
        self._packer = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True)
        self._encode = msgspec.msgpack.Encoder().encode
        self._blocks: dict[Kind, list[tuple[int, int, int, int]]] = {kind: [] for kind in Kind}
        self._rows = ContentRows()
        self._contents = self._files = 0
        self._more: list[tuple[int, int, str, int, int]] = []
        self._packages: dict[str, int] = {}
        self._package_rows: list[PackageRow] = []
        self._texts: dict[str, int] = {}
        self._skipped: list[SkippedRow] = []
        self._skipped_by_reason: dict[str, int] = {}
        # The files of a folder share one tuple of claims: it costs less than making its JSON.
        self._last_claims: tuple[tuple[LicenseClaim, ...] | None, str] = None, ""
        self._known_packages: dict[str, PackageRow] = {}

    def file_of(self, document: Document) -> FileFacts:
        """The row of a document."""
        last, claims = self._last_claims
        if document.licenses is not last:
            claims = claims_to_json(document.licenses)
            self._last_claims = document.licenses, claims
        package = document.origin.package
        row = self._known_packages.get(package.purl)
        if row is None:
            row = self._known_packages[package.purl] = PackageRow(
                package.purl, package.name, package.version, package.family, package.released,
                package.homepage, claims_to_json(package.licenses),
                json.dumps(package.copyrights, ensure_ascii=False),
            )  # fmt: skip
        copyrights = json.dumps(document.copyrights, ensure_ascii=False)
        return FileFacts(row, document.origin.path, claims, copyrights)

    def add_content(self, facts: ContentFacts, file: FileFacts) -> None:
        """Take the next content and the first file that has it."""
        rows = self._rows
        rows.sha256 += facts.sha256
        rows.sizes.append(facts.size)
        rows.tokens.append(facts.tokens)
        rows.lines.append(facts.lines)
        rows.languages.append(facts.language)
        self._add(rows.files, self._numbered(self._contents, file))
        self._contents += 1
        if len(rows.sizes) == ROWS[Kind.CONTENT]:
            self._flush_contents()

    def add_file(self, content_id: int, file: FileFacts) -> None:
        """Take another file that has a content."""
        self._more.append(self._numbered(content_id, file))

    def add_skipped(self, skipped: Skipped | SkippedRow) -> None:
        """Record a file that was left out."""
        count = self._skipped_by_reason.get(skipped.reason, 0) + 1
        self._skipped_by_reason[skipped.reason] = count
        if count <= _MOST_SKIPPED:
            row = SkippedRow(skipped.item, skipped.stage, skipped.reason, skipped.detail[:500])
            self._skipped.append(row)

    def close(self) -> None:
        """Write what is pending and make it durable.

        Raises:
            OSError: it cannot be written.
        """
        self._flush_contents()
        self._more.sort()
        step = ROWS[Kind.FILE]
        for start in range(0, len(self._more), step):
            rows = FileRows()
            for row in self._more[start : start + step]:
                self._add(rows, row)
            self._write(Kind.FILE, rows, rows.contents[0])
        for kind, listed in (
            (Kind.PACKAGE, self._package_rows),
            (Kind.TEXT, list(self._texts)),
            (Kind.SKIPPED, self._skipped),
        ):
            step = ROWS[kind]
            for start in range(0, len(listed), step):
                self._write(kind, listed[start : start + step], 0)
        numbers = array("Q", (self._contents, self._files))
        numbers.extend(len(blocks) for blocks in self._blocks.values())
        for blocks in self._blocks.values():
            for block in blocks:
                numbers.extend(block)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _native.write_numbers(str(self._path), numbers)

    def _numbered(self, content_id: int, file: FileFacts) -> tuple[int, int, str, int, int]:
        number = self._packages.get(file.package.purl)
        if number is None:
            number = self._packages[file.package.purl] = len(self._packages)
            row = msgspec.structs.replace(file.package, first=content_id, last=content_id)
            self._package_rows.append(row)
        row = self._package_rows[number]
        row.first, row.last = min(row.first, content_id), max(row.last, content_id)
        self._files += 1
        texts = self._texts
        claims = texts.setdefault(file.claims, len(texts))
        copyrights = texts.setdefault(file.copyrights, len(texts))
        return content_id, number, file.path, claims, copyrights

    @staticmethod
    def _add(rows: FileRows, row: tuple[int, int, str, int, int]) -> None:
        content_id, package, path, claims, copyrights = row
        rows.contents.append(content_id)
        rows.packages.append(package)
        rows.paths.append(path)
        rows.claims.append(claims)
        rows.copyrights.append(copyrights)

    def _flush_contents(self) -> None:
        rows = self._rows
        if not rows.sizes:
            return
        first = rows.files.contents[0]
        rows.files.contents = []  # they are numbered in turn
        self._write(Kind.CONTENT, rows, first)
        self._rows = ContentRows()

    def _write(self, kind: Kind, rows: Any, first: int) -> None:
        packed = self._packer.compress(self._encode(rows))
        block = self._file.tell(), len(packed), _native.checksum(packed), first
        self._blocks[kind].append(block)
        self._file.write(packed)
