# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the catalogue of a shard. Each row is tested against its checksum at its first use.

Look-ups of a content or a package test only the rows that they read. A function that reads whole
tables, or answers that something is absent, tests the whole file first.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from codescan._core import _native
from codescan.errors import IndexFormatError
from codescan.index.catalogue_rows import (
    FILE_ROWS,
    PACKAGE_ROWS,
    SUMS,
    claims_of,
    row_checksum,
    set_checksum,
    strings_of,
)
from codescan.index.described_file import DescribedFile
from codescan.index.regular_files import REBUILD
from codescan.records import Document, Origin, Package

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.index.manifest import FileEntry
    from codescan.index.removal import Removal
    from codescan.records import LicenseClaim

__all__ = ["CatalogueReader"]

_KNOWN_CONTENTS = 256
"""Number of contents whose documents a reader caches."""
_KNOWN_ROWS = 1024
"""Number of packages, claims and copyrights that a reader caches."""


class CatalogueReader:
    """Looks up the rows of a shard's catalogue. One connection, usable from any thread.

    Every file is opened at the start, so that an index stays readable while it is replaced.

    Args:
        path: the database.
        files: the files of the shard, as the manifest describes them.

    Raises:
        IndexFormatError: a file is missing, or is not the one that the manifest describes.
    """

    def __init__(self, path: Path, files: Mapping[str, FileEntry]) -> None:
        self._file = DescribedFile(path, files[path.name], "catalogue")
        self._damaged = self._file.damaged
        try:
            self._sums = {
                table: _open_checksums(path.with_name(name), files[name])
                for table, name in SUMS.items()
            }
            # Immutable: no locks and no journal; SQLite reads and writes no other file.
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._db.execute("PRAGMA schema_version").fetchone()  # opens the file
        except (OSError, sqlite3.Error) as error:
            self._file.close()
            raise self._damaged(str(error)) from error
        except IndexFormatError:
            self._file.close()
            raise
        self._files = lru_cache(_KNOWN_CONTENTS)(self._read_files)
        self._documents = lru_cache(_KNOWN_CONTENTS)(self._read_documents)
        self._package = lru_cache(_KNOWN_ROWS)(self._read_package)
        self._claims = lru_cache(_KNOWN_ROWS)(lambda text: claims_of(self._text(text)))
        self._copyrights = lru_cache(_KNOWN_ROWS)(lambda text: strings_of(self._text(text)))

    def documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        """Every file with this content, without text, ordered by package URL and path."""
        try:
            return self._documents(content_id, language)
        except (ValueError, TypeError, IndexError) as error:
            raise self._damaged(str(error)) from error

    def families(self, content_id: int) -> frozenset[str]:
        """The families that hold this content."""
        _sha256, files = self._files(content_id)
        return frozenset(self._package(number).family for number in {row[1] for row in files})

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of one file of a package."""
        for content_id, number in self._query(
            "SELECT f.content, p.id FROM files f JOIN packages p ON p.id = f.package"
            " WHERE p.purl = ? AND f.path = ? LIMIT 1",
            (purl, path),
        ):
            _sha256, files = self._files(content_id)
            is_held = any(row[1] == number and row[2] == path for row in files)
            if self._package(number).purl != purl or not is_held:
                raise self._damaged("its look-up of paths is wrong")
            return int(content_id)
        self.test_file()  # a damaged database index hides rows
        return None

    def files_of(self, purl: str) -> Iterator[tuple[str, int]]:
        """(path, content) of each file of a package, by path.

        Checksums are not tested: `documents` verifies whether a content is in a package.
        """
        for path, content_id in self._query(
            "SELECT f.path, f.content FROM files f JOIN packages p ON p.id = f.package"
            " WHERE p.purl = ? ORDER BY f.path",
            (purl,),
        ):
            if not isinstance(path, str) or not isinstance(content_id, int):
                raise self._damaged(f"a file has the path {path!r} and the content {content_id!r}")
            yield path, content_id

    def hashes(self) -> Iterator[tuple[int, bytes]]:
        """(content, SHA-256) of every content, by number."""
        self.test_file()
        yield from self._query("SELECT id, sha256 FROM contents ORDER BY id")

    def origins(self) -> Iterator[tuple[bytes, str, str]]:
        """(SHA-256, package URL, path) of every file, sorted."""
        self.test_file()
        yield from self._query(
            "SELECT x.sha256, p.purl, f.path FROM files f JOIN packages p ON p.id = f.package"
            " JOIN contents x ON x.id = f.content ORDER BY x.sha256, p.purl, f.path"
        )

    def purls(self) -> Iterator[str]:
        """Package URL of every package, sorted.

        Tests the checksum of every row, since testing the whole file takes much longer.
        """
        purls: dict[int, str] = {}
        for row in self._query(PACKAGE_ROWS):
            self._test_row("packages", row[0], row)
            purls[row[0]] = str(row[1])
        sums = self._sums["packages"]
        if any(sums[number] for number in range(len(sums)) if number not in purls):
            raise self._damaged("rows of packages are missing")
        yield from sorted(purls.values())

    def held_without(self, removal: Removal) -> frozenset[int]:
        """The contents of all files that are not removed."""
        self.test_file()
        remaining: set[int] = set()
        for content_id, purl, path in self._query(
            "SELECT f.content, p.purl, f.path FROM files f JOIN packages p ON p.id = f.package"
        ):
            if not removal.removes(purl, path):
                remaining.add(int(content_id))
        return frozenset(remaining)

    def count_files(self) -> int:
        """Number of files."""
        self.test_file()
        return int(next(self._query("SELECT count(*) FROM files"))[0])

    def license_claims(self) -> Iterator[tuple[tuple[LicenseClaim, ...], int]]:
        """Yield each set of claims of a file and its package, with its number of files."""
        self.test_file()
        for package, claims, count in self._query(
            "SELECT package, claims, count(*) FROM files GROUP BY package, claims"
        ):
            yield (*self._claims(claims), *self._package(package).licenses), int(count)

    def test_file(self) -> None:
        """Compare the whole file with its checksum, once.

        Raises:
            IndexFormatError: it is not the file that the manifest describes.
        """
        self._file.test()

    def verify(self) -> None:
        """Test the file, its structure, and the checksum of every row.

        Raises:
            IndexFormatError: it is damaged.
        """
        self._file.test(again=True)
        for (message,) in self._query("PRAGMA quick_check"):
            if message != "ok":
                raise self._damaged(str(message))
        for sums in self._sums.values():
            sums.verify()
        for (number,) in self._query("SELECT id FROM packages"):
            self._read_package(number)
        for (number,) in self._query("SELECT id FROM texts"):
            self._text(number)
        for (number,) in self._query("SELECT id FROM contents"):
            self._read_files(number)

    def close(self) -> None:
        """Close the connection and the files."""
        self._db.close()
        self._file.close()
        self._sums.clear()

    def _read_files(self, content_id: int) -> tuple[bytes, list[tuple[int, int, str, int, int]]]:
        """SHA-256 of a content, and the row of each file that has it."""
        hashes = list(self._query("SELECT sha256 FROM contents WHERE id = ?", (content_id,)))
        files = list(self._query(f"{FILE_ROWS} WHERE content = ?", (content_id,)))
        if len(hashes) != 1:
            raise self._damaged(f"content {content_id} has {len(hashes)} hashes")
        self._test_files(content_id, hashes[0][0], files)
        return hashes[0][0], files

    def _read_documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        sha256, files = self._files(content_id)
        documents = [
            Document(
                content=b"",
                language=language,
                origin=Origin(self._package(package), path, sha256.hex()),
                licenses=self._claims(claims),
                copyrights=self._copyrights(copyrights),
            )
            for _content, package, path, claims, copyrights in files
        ]
        return tuple(
            sorted(
                documents, key=lambda document: (document.origin.package.purl, document.origin.path)
            )
        )

    def _read_package(self, number: int) -> Package:
        row = self._row("packages", f"{PACKAGE_ROWS} WHERE id = ?", number)
        _id, purl, name, version, family, released, homepage, licenses, copyrights = row
        return Package(
            purl=purl,
            name=name,
            version=version,
            family=family,
            released=released,
            homepage=homepage,
            licenses=claims_of(licenses),
            copyrights=strings_of(copyrights),
        )

    def _text(self, number: int) -> str:
        return str(self._row("texts", "SELECT id, text FROM texts WHERE id = ?", number)[1])

    def _row(self, table: str, sql: str, number: int) -> Any:
        """The one row of a table with this id, tested."""
        rows = list(self._query(sql, (number,)))
        if len(rows) != 1:
            raise self._damaged(f"{table} has {len(rows)} rows of number {number}")
        self._test_row(table, number, rows[0])
        return rows[0]

    def _test_row(self, table: str, number: int, row: tuple[object, ...]) -> None:
        """Compare a row with its checksum."""
        if row_checksum(row) != self._sum(table, number):
            raise self._damaged(f"the checksum of row {number} of {table} is wrong")

    def _test_files(
        self, content_id: int, sha256: bytes, files: list[tuple[int, int, str, int, int]]
    ) -> None:
        """Compare the hash of a content and the rows of its files with their checksum."""
        if set_checksum(sha256, files) != self._sum("files", content_id):
            raise self._damaged(f"the checksum of the files of content {content_id} is wrong")

    def _sum(self, table: str, number: object) -> int:
        """The checksum that the row or the content of this number must have."""
        sums = self._sums[table]
        if not isinstance(number, int) or not 0 <= number < len(sums):
            raise self._damaged(f"{number!r} is not a row of {table}")
        return sums[number]

    def _query(self, sql: str, parameters: tuple[object, ...] = ()) -> Iterator[Any]:
        try:
            yield from self._db.execute(sql, parameters)
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            raise self._damaged(str(error)) from error


def _open_checksums(path: Path, expected: FileEntry) -> _native.NumberFile:
    """The checksums of one table.

    Raises:
        IndexFormatError: they are not the file that the manifest describes.
    """
    sums = _native.NumberFile(str(path))
    if f"{sums.checksum:016x}" != expected.checksum:
        raise IndexFormatError(f"{path} is not the file that the manifest describes", REBUILD)
    return sums
