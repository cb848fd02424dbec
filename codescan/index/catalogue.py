# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the catalogue of a shard: packages, files, licenses, copyrights, dates and identifiers.

It uses only the standard library's sqlite3. sqlite-utils would import pandas if that is installed,
which takes as long as indexing five megabytes, in each process of a build.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from codescan.index.catalogue_rows import claims_to_json, write_checksums

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.index.removal import Removal
    from codescan.records import Document, LicenseClaim, Package, Skipped

__all__ = ["CatalogueWriter", "merge_catalogues"]

_BATCH = 5000
_MAX_SKIPPED_ROWS = 1000
"""Maximum number of skipped files listed for each reason; the manifest counts all of them."""

_COLUMNS = {
    "packages": (
        "id INTEGER PRIMARY KEY", "purl TEXT", "name TEXT", "version TEXT", "family TEXT",
        "released TEXT", "homepage TEXT", "licenses TEXT", "copyrights TEXT",
    ),
    "contents": ("id INTEGER PRIMARY KEY", "sha256 BLOB"),
    "files": (
        "id INTEGER PRIMARY KEY", "content INTEGER", "package INTEGER", "path TEXT",
        "claims INTEGER", "copyrights INTEGER",
    ),
    "texts": ("id INTEGER PRIMARY KEY", "text TEXT"),
    "skipped": ("id INTEGER PRIMARY KEY", "item TEXT", "stage TEXT", "reason TEXT", "detail TEXT"),
}  # fmt: skip
_PACKAGE_INDEX = "CREATE UNIQUE INDEX packages_purl ON packages (purl)"
_FILE_INDEXES = (
    "CREATE INDEX files_content ON files (content)",
    "CREATE INDEX files_package_path ON files (package, path)",
)


def _created(path: Path) -> sqlite3.Connection:
    """A new catalogue without rows or indexes."""
    db = sqlite3.connect(path)
    # Nobody reads the file before it is complete, so a journal would protect nothing.
    db.execute("PRAGMA journal_mode = OFF")
    db.execute("PRAGMA synchronous = OFF")
    for table, columns in _COLUMNS.items():
        db.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    return db


class CatalogueWriter:
    """Collects the rows of one shard and writes them in batches."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._db = _created(path)
        self._pending: dict[str, list[tuple[object, ...]]] = {table: [] for table in _COLUMNS}
        self._packages: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        # The files of a package repeat the same claims many times. Files of one folder share one
        # tuple of claims, which is recognized by its identity: hashing claims is the slowest step.
        self._claims: dict[tuple[LicenseClaim, ...], int] = {}
        self._last_claims: tuple[tuple[LicenseClaim, ...] | None, int] = None, 0
        self._copyrights: dict[tuple[str, ...], int] = {}
        self._skipped: dict[str, int] = {}
        self._files = 0

    def add_content(self, number: int, document: Document) -> None:
        """Record a new content of the shard."""
        self._insert("contents", (number, bytes.fromhex(document.origin.sha256)))

    def add_file(self, content_id: int, document: Document) -> None:
        """Record that a file of a package has a content of the shard."""
        claims = self._claimed(document.licenses)
        copyrights = self._copyrights.get(document.copyrights)
        if copyrights is None:
            copyrights = self._text(json.dumps(document.copyrights, ensure_ascii=False))
            self._copyrights[document.copyrights] = copyrights
        self._files += 1
        origin = document.origin
        package = self._package(origin.package)
        row = self._files, content_id, package, origin.path, claims, copyrights
        self._insert("files", row)

    def add_skipped(self, skipped: Skipped) -> None:
        """Record a file that was left out."""
        count = self._skipped[skipped.reason] = self._skipped.get(skipped.reason, 0) + 1
        if count <= _MAX_SKIPPED_ROWS:
            row = None, skipped.item, skipped.stage, skipped.reason, skipped.detail[:500]
            self._insert("skipped", row)

    def close(self) -> None:
        """Write pending rows and the checksums, create the database indexes, and close."""
        for table in _COLUMNS:
            self._flush(table)
        for index in (*_FILE_INDEXES, _PACKAGE_INDEX):
            self._db.execute(index)
        self._db.commit()
        write_checksums(self._db, self._folder)
        self._db.close()

    def _claimed(self, licenses: tuple[LicenseClaim, ...]) -> int:
        last, number = self._last_claims
        if licenses is last:
            return number
        text_number = self._claims.get(licenses)
        if text_number is None:
            text_number = self._claims[licenses] = self._text(claims_to_json(licenses))
        self._last_claims = licenses, text_number
        return text_number

    def _package(self, package: Package) -> int:
        number = self._packages.get(package.purl)
        if number is None:
            number = self._packages[package.purl] = len(self._packages) + 1
            row = (
                number,
                package.purl,
                package.name,
                package.version,
                package.family,
                package.released,
                package.homepage,
                claims_to_json(package.licenses),
                json.dumps(package.copyrights, ensure_ascii=False),
            )
            self._insert("packages", row)
        return number

    def _text(self, text: str) -> int:
        number = self._texts.get(text)
        if number is None:
            number = self._texts[text] = len(self._texts) + 1
            self._insert("texts", (number, text))
        return number

    def _insert(self, table: str, row: tuple[object, ...]) -> None:
        """Add a row to the next batch; its values are in the order of the table's columns."""
        rows = self._pending[table]
        rows.append(row)
        if len(rows) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        rows = self._pending[table]
        if rows:
            places = ", ".join("?" * len(_COLUMNS[table]))
            self._db.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
            rows.clear()


def merge_catalogues(
    inputs: list[tuple[Path, dict[int, int]]], path: Path, removal: Removal
) -> None:
    """Write one catalogue with the rows of several, whose checksums were tested before.

    Args:
        inputs: each catalogue with the new number of each of its contents; identical contents
            have the same new number.
        path: the file to write; must not exist.
        removal: packages and files to leave out.
    """
    writer = _created(path)
    writer.execute(_PACKAGE_INDEX)
    writer.execute("CREATE UNIQUE INDEX texts_text ON texts(text)")
    for source, numbers in inputs:
        _merge_one(writer, source, numbers, removal)
    writer.execute("DROP INDEX texts_text")
    for index in _FILE_INDEXES:
        writer.execute(index)
    writer.commit()
    write_checksums(writer, path.parent)
    writer.close()


def _merge_one(
    writer: sqlite3.Connection, source: Path, numbers: dict[int, int], removal: Removal
) -> None:
    # Plain SQL between two attached files: no row passes through Python.
    writer.execute("ATTACH DATABASE ? AS old", (str(source),))
    writer.execute("CREATE TEMP TABLE moved (old INTEGER PRIMARY KEY, new INTEGER)")
    writer.execute("CREATE TEMP TABLE gone (purl TEXT PRIMARY KEY)")
    writer.executemany("INSERT INTO moved VALUES (?, ?)", numbers.items())
    writer.execute("CREATE TEMP TABLE gone_files (purl TEXT, path TEXT, PRIMARY KEY (purl, path))")
    writer.executemany("INSERT INTO gone_files VALUES (?, ?)", sorted(removal.files))
    writer.executemany("INSERT INTO gone VALUES (?)", ((p,) for p in sorted(removal.purls)))
    package_columns = "purl, name, version, family, released, homepage, licenses, copyrights"
    for statement in (
        (
            f"INSERT OR IGNORE INTO packages ({package_columns}) SELECT {package_columns}"  # noqa: S608
            " FROM old.packages WHERE purl NOT IN (SELECT purl FROM gone) ORDER BY id"
        ),
        (
            "INSERT OR IGNORE INTO contents (id, sha256)"
            " SELECT m.new, c.sha256 FROM old.contents c"
            " JOIN moved m ON m.old = c.id ORDER BY c.id"
        ),
        "INSERT OR IGNORE INTO texts (text) SELECT text FROM old.texts ORDER BY id",
        (
            "INSERT INTO files (content, package, path, claims, copyrights)"
            " SELECT m.new, np.id, f.path, nc.id, nt.id FROM old.files f"
            " JOIN moved m ON m.old = f.content"
            " JOIN old.packages p ON p.id = f.package JOIN packages np ON np.purl = p.purl"
            " JOIN old.texts c ON c.id = f.claims JOIN texts nc ON nc.text = c.text"
            " JOIN old.texts t ON t.id = f.copyrights JOIN texts nt ON nt.text = t.text"
            " WHERE p.purl NOT IN (SELECT purl FROM gone)"
            " AND (p.purl, f.path) NOT IN (SELECT purl, path FROM gone_files) ORDER BY f.id"
        ),
        (
            "INSERT INTO skipped (item, stage, reason, detail)"
            " SELECT item, stage, reason, detail FROM old.skipped ORDER BY id"
        ),
        "DROP TABLE moved",
        "DROP TABLE gone",
        "DROP TABLE gone_files",
    ):
        writer.execute(statement)
    writer.commit()
    writer.execute("DETACH DATABASE old")
