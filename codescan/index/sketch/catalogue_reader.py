# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the catalogue of a sketch; the checksum of each block is tested when it is read."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import zstandard

from codescan._core import _native
from codescan.index.catalogue_rows import claims_of, strings_of
from codescan.index.described_file import DescribedFile
from codescan.index.shard_files import SKETCH_CATALOGUE
from codescan.index.sketch.catalogue_blocks import (
    BLOCKS,
    FIELDS,
    MOST_BYTES,
    ROWS,
    TOTALS,
    ContentRows,
    FileRows,
    Kind,
    PackageRow,
    SkippedRow,
)
from codescan.index.sketch.catalogue_writer import ContentFacts, FileFacts
from codescan.records import Document, Origin, Package

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.index.manifest import FileEntry
    from codescan.index.removal import Removal
    from codescan.records import LicenseClaim

__all__ = ["SketchCatalogue"]

_KNOWN_BLOCKS = 64
_KNOWN_ROWS = 1024
_TYPES: dict[Kind, Any] = {
    Kind.CONTENT: ContentRows,
    Kind.FILE: FileRows,
    Kind.PACKAGE: list[PackageRow],
    Kind.TEXT: list[str],
    Kind.SKIPPED: list[SkippedRow],
}


class _Row(NamedTuple):
    content: int
    package: int
    path: str
    claims: int
    copyrights: int


class SketchCatalogue:
    """Looks up rows of a shard's catalogue. Safe to share between threads.

    Args:
        folder: of the shard.
        files: the files of the shard, as the manifest describes them.

    Raises:
        IndexFormatError: a file is missing, or is not the one that the manifest describes.
    """

    def __init__(self, folder: Path, files: Mapping[str, FileEntry]) -> None:
        self._file = DescribedFile(folder / SKETCH_CATALOGUE, files[SKETCH_CATALOGUE], "catalogue")
        self._damaged = self._file.damaged
        numbers = _native.NumberFile(str(folder / BLOCKS))
        if f"{numbers.checksum:016x}" != files[BLOCKS].checksum:
            raise self._damaged("its list of blocks is not what the manifest describes")
        self._numbers = numbers
        if len(numbers) < TOTALS:
            raise self._damaged("its list of blocks is too short")
        self.contents, self._file_count = numbers[0], numbers[1]
        self._counts = {kind: numbers[2 + kind] for kind in Kind}
        if len(numbers) != TOTALS + FIELDS * sum(self._counts.values()):
            raise self._damaged("its list of blocks has the wrong length")
        self._starts: dict[Kind, int] = {}
        at = TOTALS
        for kind, count in self._counts.items():
            self._starts[kind] = at
            at += FIELDS * count
        if -(-self.contents // ROWS[Kind.CONTENT]) != self._counts[Kind.CONTENT]:
            raise self._damaged("it has the wrong number of contents")
        self._block = lru_cache(_KNOWN_BLOCKS)(self._read_block)
        self._package = lru_cache(_KNOWN_ROWS)(self._read_package)
        self._claims = lru_cache(_KNOWN_ROWS)(lambda number: claims_of(self._text(number)))
        self._copyrights = lru_cache(_KNOWN_ROWS)(lambda number: strings_of(self._text(number)))
        self._documents = lru_cache(_KNOWN_ROWS)(self._read_documents)

    def facts(self, content_id: int) -> ContentFacts:
        """The stored facts of a content."""
        rows, i = self._content(content_id)
        return ContentFacts(
            rows.sha256[32 * i : 32 * i + 32],
            rows.sizes[i],
            rows.tokens[i],
            rows.lines[i],
            rows.languages[i],
        )

    def documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        """Every file with this content, without text, ordered by package URL and path."""
        try:
            return self._documents(content_id, language)
        except (ValueError, TypeError, IndexError) as error:
            raise self._damaged(str(error)) from error

    def families(self, content_id: int) -> frozenset[str]:
        """The families that hold this content."""
        return frozenset(self._package(row.package).family for row in self._files_with(content_id))

    def purls(self) -> Iterator[str]:
        """Package URL of every package, sorted."""
        yield from sorted(self._package_numbers)

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of one file of a package."""
        return next((row.content for row in self._of_package(purl) if row.path == path), None)

    def files_of(self, purl: str) -> Iterator[tuple[str, int]]:
        """(path, content) of each file of a package, by path."""
        yield from sorted((row.path, row.content) for row in self._of_package(purl))

    def hashes(self) -> Iterator[tuple[int, bytes]]:
        """(content, SHA-256) of every content, by number."""
        for content_id in range(self.contents):
            yield content_id, self.facts(content_id).sha256

    def origins(self) -> Iterator[tuple[bytes, str, str]]:
        """(SHA-256, package URL, path) of every file, sorted by means of a temporary file."""
        records = sorted(
            self.facts(row.content).sha256 + self._package_row(row.package).purl.encode()
            + b"\n" + row.path.encode()
            for row in self._every_file()
        )  # fmt: skip
        with tempfile.TemporaryFile(prefix="codescan-") as file:
            for record in records:
                file.write(len(record).to_bytes(4, "little") + record)
            del records
            file.seek(0)
            while size := file.read(4):
                record = file.read(int.from_bytes(size, "little"))
                purl, _newline, path = record[32:].partition(b"\n")
                yield record[:32], purl.decode(), path.decode()

    def rows(self, removal: Removal) -> Iterator[tuple[int, ContentFacts, list[FileFacts]]]:
        """Yield each content with the files that are not removed, unless all of them are."""
        more = groupby(self._further_files(), key=lambda row: row.content)
        following = next(more, None)
        for content_id in range(self.contents):
            listed = [self._first_file(content_id)]
            if following is not None and following[0] == content_id:
                listed.extend(following[1])
                following = next(more, None)
            files = [
                FileFacts(
                    self._package_row(row.package), row.path,
                    self._text(row.claims), self._text(row.copyrights),
                )
                for row in listed
                if not removal.removes(self._package_row(row.package).purl, row.path)
            ]  # fmt: skip
            if files:
                yield content_id, self.facts(content_id), files

    def skipped(self) -> Iterator[SkippedRow]:
        """Files that were left out."""
        for number in range(self._counts[Kind.SKIPPED]):
            yield from self._block(Kind.SKIPPED, number)

    def count_files(self) -> int:
        """Number of files."""
        return self._file_count

    def license_claims(self) -> Iterator[tuple[tuple[LicenseClaim, ...], int]]:
        """Yield the claims of files and their packages, and the number of files that share them."""
        counts: dict[tuple[int, int], int] = {}
        for row in self._every_file():
            counts[row.package, row.claims] = counts.get((row.package, row.claims), 0) + 1
        for (package, claims), count in counts.items():
            yield (*self._claims(claims), *self._package(package).licenses), count

    def test_file(self) -> None:
        """Compare the whole file with its checksum, once.

        Raises:
            IndexFormatError: it is not the file that the manifest describes.
        """
        self._file.test()

    def verify(self) -> None:
        """Test the file, every block, and every number that one row has of another.

        Raises:
            IndexFormatError: it is damaged.
        """
        self._file.test(again=True)
        self._numbers.verify()
        files = 0
        for row in self._every_file():
            files += 1
            if row.content >= self.contents:
                raise self._damaged(f"content {row.content} is missing")
            package = self._package_row(row.package)
            if not package.first <= row.content <= package.last:
                raise self._damaged(f"{package.purl} does not cover its files")
            self._claims(row.claims)
            self._copyrights(row.copyrights)
        if files != self._file_count:
            raise self._damaged(f"it holds {files} files, not {self._file_count}")
        for _row in self.skipped():
            pass

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @cached_property
    def _package_numbers(self) -> dict[str, int]:
        rows = (
            row
            for number in range(self._counts[Kind.PACKAGE])
            for row in self._block(Kind.PACKAGE, number)
        )
        return {row.purl: number for number, row in enumerate(rows)}

    def _of_package(self, purl: str) -> Iterator[_Row]:
        number = self._package_numbers.get(purl)
        if number is None:
            return
        package = self._package_row(number)
        for content_id in range(package.first, min(package.last + 1, self.contents)):
            yield from (row for row in self._files_with(content_id) if row.package == number)

    def _every_file(self) -> Iterator[_Row]:
        for content_id in range(self.contents):
            yield self._first_file(content_id)
        yield from self._further_files()

    def _further_files(self) -> Iterator[_Row]:
        for number in range(self._counts[Kind.FILE]):
            rows: FileRows = self._block(Kind.FILE, number)
            columns = rows.contents, rows.packages, rows.paths, rows.claims, rows.copyrights
            yield from map(_Row._make, zip(*columns, strict=True))

    def _files_with(self, content_id: int) -> list[_Row]:
        rows = [self._first_file(content_id)]
        firsts = self._first_contents
        number = max(0, bisect_right(firsts, content_id - 1) - 1)
        while number < len(firsts) and firsts[number] <= content_id:
            block: FileRows = self._block(Kind.FILE, number)
            at = bisect_right(block.contents, content_id - 1)
            end = bisect_right(block.contents, content_id)
            rows.extend(
                _Row(content_id, block.packages[i], block.paths[i], block.claims[i],
                     block.copyrights[i])
                for i in range(at, end)
            )  # fmt: skip
            number += 1
        return rows

    @cached_property
    def _first_contents(self) -> list[int]:
        start = self._starts[Kind.FILE] + FIELDS - 1
        return [self._numbers[start + FIELDS * i] for i in range(self._counts[Kind.FILE])]

    def _first_file(self, content_id: int) -> _Row:
        rows, i = self._content(content_id)
        files = rows.files
        return _Row(
            content_id, files.packages[i], files.paths[i], files.claims[i], files.copyrights[i]
        )

    def _content(self, content_id: int) -> tuple[ContentRows, int]:
        if not 0 <= content_id < self.contents:
            raise self._damaged(f"content {content_id} is missing")
        number, i = divmod(content_id, ROWS[Kind.CONTENT])
        rows: ContentRows = self._block(Kind.CONTENT, number)
        files = rows.files
        columns = (rows.sizes, rows.tokens, rows.lines, rows.languages, files.packages, files.paths,
                   files.claims, files.copyrights)  # fmt: skip
        if len(rows.sha256) // 32 <= i or any(len(column) <= i for column in columns):
            raise self._damaged(f"content {content_id} is missing")
        return rows, i

    def _read_documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        sha256 = self.facts(content_id).sha256.hex()
        documents = [
            Document(
                content=b"",
                language=language,
                origin=Origin(self._package(row.package), row.path, sha256),
                licenses=self._claims(row.claims),
                copyrights=self._copyrights(row.copyrights),
            )
            for row in self._files_with(content_id)
        ]
        return tuple(
            sorted(
                documents, key=lambda document: (document.origin.package.purl, document.origin.path)
            )
        )

    def _package_row(self, number: int) -> PackageRow:
        block, i = divmod(number, ROWS[Kind.PACKAGE])
        rows: list[PackageRow] = self._block(Kind.PACKAGE, block)
        if i >= len(rows):
            raise self._damaged(f"package {number} is missing")
        return rows[i]

    def _read_package(self, number: int) -> Package:
        row = self._package_row(number)
        return Package(
            purl=row.purl,
            name=row.name,
            version=row.version,
            family=row.family,
            released=row.released,
            homepage=row.homepage,
            licenses=claims_of(row.licenses),
            copyrights=strings_of(row.copyrights),
        )

    def _text(self, number: int) -> str:
        block, i = divmod(number, ROWS[Kind.TEXT])
        texts: list[str] = self._block(Kind.TEXT, block)
        if i >= len(texts):
            raise self._damaged(f"text {number} is missing")
        return texts[i]

    def _read_block(self, kind: Kind, number: int) -> Any:
        if not 0 <= number < self._counts[kind]:
            raise self._damaged(f"block {number} of the {kind.name.lower()} rows is missing")
        at = self._starts[kind] + FIELDS * number
        offset, size, checksum = (self._numbers[at + i] for i in range(3))
        if offset + size > self._file.size:
            raise self._damaged("a block lies outside of it")
        packed = self._file.read(size, offset)
        if len(packed) != size or _native.checksum(packed) != checksum:
            raise self._damaged(f"the checksum of block {number} of {kind.name.lower()} is wrong")
        try:
            if zstandard.frame_content_size(packed) > MOST_BYTES:
                raise self._damaged("a block is too long")
            raw = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST_BYTES)
            return msgspec.msgpack.decode(raw, type=_TYPES[kind])
        except (zstandard.ZstdError, msgspec.MsgspecError, ValueError) as error:
            raise self._damaged(str(error)) from error
