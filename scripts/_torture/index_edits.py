# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Damage that knows the format: edits of the catalogue by SQL, of the manifest as JSON."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING

import numpy as np
import zstandard
from _torture.index_case import PAGE, edit_bytes, largest_shard

from codescan._core import _native

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from _torture.index_case import Case


def same_length_license(case: Case) -> str | None:
    path = largest_shard(case.index) / "catalogue.db"
    content = path.read_bytes()
    old = b"GPL-3.0-only"
    if old not in content:
        return None
    path.write_bytes(
        content.replace(old, b"MIT         " if case.rng.random() < 0.5 else b"BSD-3-Clause")
    )
    return "every license"


def _sql(case: Case, *statements: str, path: Path | None = None) -> str:
    db = sqlite3.connect(path or case.catalogue())
    for statement in statements:
        with contextlib.suppress(sqlite3.IntegrityError):
            db.execute(statement)
    db.commit()
    db.close()
    return "; ".join(statements)


_COLUMNS = (
    ("packages", "purl"), ("packages", "name"), ("packages", "version"), ("packages", "family"),
    ("packages", "released"), ("packages", "homepage"), ("packages", "licenses"),
    ("packages", "copyrights"), ("contents", "sha256"), ("files", "content"),
    ("files", "package"), ("files", "path"), ("files", "claims"), ("files", "copyrights"),
    ("texts", "text"),
)  # fmt: skip
_VALUES = ("NULL", "''", "0", "1", "-1", "'x'", "zeroblob(32)", "{0} || 'x'", "upper({0})",
           "CAST({0} AS BLOB)", "CAST({0} AS TEXT)", "1e300", "9223372036854775807",
           "replace({0}, 'GPL', 'MIT')", "'[]'", "'[[1]]'", "'{{}}'")  # fmt: skip


def sql_value(case: Case) -> str:
    table, column = case.rng.choice(_COLUMNS)
    value = case.rng.choice(_VALUES).format(column)
    where = case.rng.choice(["", " WHERE id % 3 = 1", " WHERE id = (SELECT max(id) FROM {})"])
    return _sql(case, f"UPDATE {table} SET {column} = {value}{where.format(table)}")


def sql_delete(case: Case) -> str:
    table = case.rng.choice(["packages", "contents", "files", "texts"])
    return _sql(case, f"DELETE FROM {table} WHERE id % 2 = {case.rng.randrange(2)}")


def sql_duplicate(case: Case) -> str:
    return _sql(
        case,
        "INSERT INTO files (content, package, path, claims, copyrights)"
        " SELECT content, package, path, claims, copyrights FROM files"
        f" LIMIT {case.rng.randrange(1, 9)}",
    )


def sql_swap_licenses(case: Case) -> str:
    return _sql(case, "UPDATE files SET claims = copyrights, copyrights = claims WHERE id % 2")


def sql_renumber(case: Case) -> str:
    table = case.rng.choice(["packages", "contents", "files", "texts"])
    return _sql(case, f"UPDATE {table} SET id = -id WHERE id > 1")


def sql_schema(case: Case) -> str:
    return _sql(case, case.rng.choice([
        "DROP TABLE files", "DROP TABLE packages", "DROP TABLE texts", "DROP TABLE contents",
        "DROP INDEX files_content", "DROP INDEX files_package_path", "DROP INDEX packages_purl",
        "ALTER TABLE files RENAME TO other", "ALTER TABLE files DROP COLUMN copyrights",
        "CREATE TABLE extra (a)",
    ]))  # fmt: skip


def sql_view(case: Case) -> str:
    return _sql(
        case,
        "ALTER TABLE texts RENAME TO old",
        "CREATE VIEW texts AS SELECT id, replace(text, 'GPL', 'MIT') AS text FROM old",
    )


def sql_vacuum(case: Case) -> str:
    path = case.catalogue()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA page_size = {case.rng.choice([512, 1024, 8192, 65536])}")
    db.execute("VACUUM")
    db.close()
    return "rewritten"


def sql_pragma(case: Case) -> str:
    number = case.rng.randrange(1, 99)
    return _sql(case, f"PRAGMA user_version = {number}")


def write_ahead_log(case: Case) -> str:
    path = case.catalogue()
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("UPDATE texts SET text = replace(text, 'GPL', 'MIT')")
    db.commit()
    log = path.with_name("catalogue.db-wal")
    log_bytes = log.read_bytes()
    db.close()
    log.write_bytes(log_bytes)
    return "an edit in a log"


def hot_journal(case: Case) -> str:
    path = case.catalogue()
    before = path.read_bytes()
    _sql(case, "UPDATE texts SET text = ''", path=path)
    journal = path.with_name("catalogue.db-journal")
    journal.write_bytes(
        b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + case.rng.randbytes(504) + before[:PAGE]
    )
    return "a journal"


def catalogue_page(case: Case) -> str:
    path = case.catalogue()
    content = path.read_bytes()
    at = case.rng.randrange(len(content))
    for _ in range(case.rng.randrange(1, 9)):
        edit_bytes(path, min(at + case.rng.randrange(64), len(content) - 1), case.rng.randbytes(1))
    return f"page {at // PAGE}"


def empty_catalogue(case: Case) -> str:
    path = case.catalogue()
    path.unlink()
    return _sql(case, "CREATE TABLE packages (id)", path=path)


def consistent_checksums(case: Case) -> str:
    path = case.rng.choice(sorted(case.shard().glob("*.sums")))
    old = _native.NumberFile(str(path))
    numbers = np.array([old[i] for i in range(len(old))], dtype=np.uint64)
    del old
    numbers[case.rng.randrange(len(numbers))] += np.uint64(1)
    path.unlink()
    _native.write_numbers(str(path), numbers)
    return path.name


def recompressed_store(case: Case) -> str:
    path = largest_shard(case.index) / "store"
    content = path.read_bytes()
    raw = zstandard.ZstdDecompressor().decompressobj().decompress(content)
    packed = zstandard.ZstdCompressor(level=case.rng.randrange(1, 20)).compress(
        raw.replace(b"return", b"reTurn", 1)
    )
    path.write_bytes(packed[: len(content)].ljust(len(content), b"\0"))
    return "its first block"


def manifest_value(case: Case) -> str:
    path = case.index / "manifest.json"
    raw = json.loads(path.read_text())
    target, names = raw, []
    while isinstance(target, dict | list) and target:
        keys = sorted(target) if isinstance(target, dict) else list(range(len(target)))
        key = case.rng.choice(keys)
        names.append(str(key))
        if not isinstance(target[key], dict | list) or not target[key] or case.rng.random() < 0.2:
            target[key] = case.rng.choice([None, -1, 0, 1, "", "x", [], {}, 1e400, True, 2**70])
            break
        target = target[key]
    path.write_text(json.dumps(raw))
    return ".".join(names)


def manifest_shards(case: Case) -> str:
    path = case.index / "manifest.json"
    raw = json.loads(path.read_text())
    kind = case.rng.choice(["reverse", "repeat", "drop", "empty"])
    raw["shards"] = {
        "reverse": raw["shards"][::-1],
        "repeat": raw["shards"] * 2,
        "drop": raw["shards"][1:],
        "empty": [],
    }[kind]
    path.write_text(json.dumps(raw))
    return kind


def manifest_text(case: Case) -> str:
    path = case.index / "manifest.json"
    path.write_bytes(case.rng.choice([
        b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000,
        b'{"format_version": ' + b"9" * 5000 + b"}", case.rng.randbytes(1000),
    ]))  # fmt: skip
    return "another text"


DAMAGE: dict[str, Callable[[Case], str | None]] = {
    work.__name__: work
    for work in (
        same_length_license,
        sql_value,
        sql_delete,
        sql_duplicate,
        sql_swap_licenses,
        sql_renumber,
        sql_schema,
        sql_view,
        sql_vacuum,
        sql_pragma,
        write_ahead_log,
        hot_journal,
        catalogue_page,
        empty_catalogue,
        consistent_checksums,
        recompressed_store,
        manifest_value,
        manifest_shards,
        manifest_text,
    )
}
"""Every way, by name."""
