# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Run folders seen from outside: what they hold, without opening them for work."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from codescan.records.json_decode import decode_json
from codescan.runs.store import DATABASE, LOCK
from codescan.system.file_locks import lock_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["RunFolder", "run_folders"]

State = Literal["finished", "unfinished", "running", "damaged"]
_TABLES = ("prompts", "completions", "scores")
_HEAD = 4096
_DEPTH = 3  # folders below the one that is listed


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The contents of a run folder."""

    path: Path
    state: State
    """finished: it has a report. running: a process works in it."""
    model: str
    """As it was named to the audit; "" where this cannot be read."""
    index: str
    """Name of the index."""
    changed: datetime
    """When the database or the report last changed."""
    counts: dict[str, int]
    """Stored prompts, completions and scores."""
    size_bytes: int
    """The size of all files."""


def run_folders(folder: Path, report_name: str) -> Iterator[RunFolder]:
    """Every run folder at or below a folder, by path. Runs inside of runs are parts of them.

    Args:
        folder: where to look.
        report_name: name of the file that a finished run has.
    """
    for path in _run_paths(folder, report_name, _DEPTH):
        yield _described(path, report_name)


def _run_paths(folder: Path, report_name: str, depth: int) -> Iterator[Path]:
    if (folder / DATABASE).is_file() or _is_report(folder / report_name):
        yield folder
        return
    if depth == 0:
        return
    with contextlib.suppress(OSError):
        for inner in sorted(folder.iterdir()):
            if inner.is_dir() and not inner.is_symlink():
                yield from _run_paths(inner, report_name, depth - 1)


def _is_report(file: Path) -> bool:
    """Whether a file is a report of codescan: a gateway keeps nothing else of its run."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return False
    return b'"schema_version"' in head and b'"codescan"' in head


def _described(path: Path, report_name: str) -> RunFolder:
    settings: dict[str, object] = {}
    counts: dict[str, int] = {}
    is_damaged = False
    if (path / DATABASE).is_file():
        try:
            settings, counts = _read(path / DATABASE)
        except (sqlite3.Error, ValueError, OSError):
            is_damaged = True
    report = path / report_name
    state: State = "finished" if report.is_file() else "unfinished"
    if _is_locked(path / LOCK):
        state = "running"
    elif is_damaged:
        state = "damaged"
    index = settings.get("index")
    times = [file.stat().st_mtime for file in (path / DATABASE, report) if file.is_file()]
    return RunFolder(
        path=path,
        state=state,
        model=str(settings.get("model", "")),
        index=str(index.get("name", "")) if isinstance(index, dict) else "",
        changed=datetime.fromtimestamp(max(times, default=0.0), UTC),
        counts=counts,
        size_bytes=sum(_size(file) for file in path.rglob("*")),
    )


def _read(database: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Settings and counts, read without writing anything.

    Raises:
        sqlite3.Error, ValueError, OSError: they cannot be read.
    """
    # Without a log of writes nothing is pending: SQLite then reads the file alone, and leaves none.
    is_closed = not database.with_name(f"{DATABASE}-wal").exists()
    uri = f"{database.resolve().as_uri()}?{'immutable=1' if is_closed else 'mode=ro'}"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=1.0)) as connection:
        rows = connection.execute("select key, value from settings").fetchall()
        settings = {str(key): decode_json(value, Any) for key, value in rows}
        counts = {
            table: int(connection.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608
            for table in _TABLES
        }
    return settings, counts


def _is_locked(lock: Path) -> bool:
    try:
        with lock.open("rb") as stream:
            lock_file(stream.fileno(), shared=True)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size if file.is_file() and not file.is_symlink() else 0
    except OSError:
        return 0
