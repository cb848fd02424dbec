# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rows of a catalogue: the format of claims and copyrights, and the checksums of rows.

Three array files hold the checksums, and the manifest holds one checksum of each of these files:
`packages.sums` and `texts.sums` by number of the row; `files.sums` by number of the content, over
its SHA-256 and all files that have it. A reader tests them on the values that it reads, so that
damage to the pages or the structure of the database cannot change or hide a row.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import msgspec

from codescan._core import _native
from codescan.records import LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "FILE_ROWS",
    "PACKAGE_ROWS",
    "SUMS",
    "claims_of",
    "claims_to_json",
    "row_checksum",
    "set_checksum",
    "strings_of",
    "write_checksums",
]

SUMS = {"packages": "packages.sums", "texts": "texts.sums", "files": "files.sums"}
"""Checksum file of each table."""
PACKAGE_ROWS = (
    "SELECT id, purl, name, version, family, released, homepage, licenses, copyrights FROM packages"
)
FILE_ROWS = "SELECT content, package, path, claims, copyrights FROM files"
_WRAP = 2**64
_CLAIMS = msgspec.json.Decoder(tuple[tuple[str, LicenseBasis, str, str], ...])
_STRINGS = msgspec.json.Decoder(tuple[str, ...])


def claims_to_json(claims: Iterable[LicenseClaim]) -> str:
    """Claims in the format of the catalogue."""
    return msgspec.json.encode([msgspec.structs.astuple(claim) for claim in claims]).decode()


def claims_of(text: str) -> tuple[LicenseClaim, ...]:
    """The claims of a text of the catalogue."""
    return tuple(LicenseClaim(*fields) for fields in _CLAIMS.decode(text))


def strings_of(text: str) -> tuple[str, ...]:
    """The copyright lines of a text of the catalogue."""
    return _STRINGS.decode(text)


def row_checksum(row: tuple[object, ...]) -> int:
    """Checksum of the values of a row, and of their types."""
    return _native.row_checksum(row)


def set_checksum(sha256: bytes, rows: Iterable[tuple[object, ...]]) -> int:
    """Checksum of a content's hash and of the rows of its files, in any order."""
    return (row_checksum((sha256,)) + sum(map(row_checksum, rows))) % _WRAP


def write_checksums(db: sqlite3.Connection, folder: Path) -> None:
    """Write the checksums of all rows of a finished catalogue beside it.

    Raises:
        OSError: they cannot be written.
    """
    for table, query in (("packages", PACKAGE_ROWS), ("texts", "SELECT id, text FROM texts")):
        sums = _table(db, table)
        for row in db.execute(query):
            sums[row[0]] = row_checksum(row)
        _native.write_numbers(str(folder / SUMS[table]), sums)
    sums = _table(db, "contents")
    for number, sha256 in db.execute("SELECT id, sha256 FROM contents"):
        sums[number] = row_checksum((sha256,))
    for row in db.execute(FILE_ROWS):
        sums[row[0]] = (sums[row[0]] + row_checksum(row)) % _WRAP
    _native.write_numbers(str(folder / SUMS["files"]), sums)


def _table(db: sqlite3.Connection, table: str) -> array[int]:
    """An array with one zero for each row id."""
    ((last,),) = db.execute(f"SELECT coalesce(max(id), -1) FROM {table}")  # noqa: S608 - constant
    return array("Q", bytes(8 * (last + 1)))
