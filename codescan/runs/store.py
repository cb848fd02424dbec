# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The run database: prompts, completions, scores and skips, committed batch by batch.

A run folder holds `run.db` (SQLite, WAL) and the reports rendered from it. What costs model time is
stored before it is used, so a killed run continues. One process works in it at a time.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from typing import TYPE_CHECKING, Any, Self, TypeVar

from codescan.errors import OutputError, UsageError
from codescan.records import Completion, Prompt, Score, Skipped
from codescan.records.json_decode import DecodingError, decode_json
from codescan.runs import rows
from codescan.runs.files import PRIVATE_FOLDER, output_error, private_file, write_atomically
from codescan.runs.settings import differences, settings_hash
from codescan.system.file_locks import lock_file
from codescan.tasks.unfinished import remove_unfinished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

__all__ = ["DATABASE", "LOCK", "RunStore"]

T = TypeVar("T")
DATABASE = "run.db"
LOCK = "run.lock"
_OWN_FILES = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCK}
_FORMAT = 4  # PRAGMA user_version of run.db
_BATCH = 256  # rows of one transaction, and of one page when reading
_PROMPTS_DRAWN = "prompts_drawn"


class RunStore:
    """A run folder, opened for work or reading; a context manager.

    Args:
        path: the folder; created when it is not there, refused when it holds something else.

    Raises:
        OutputError: the folder cannot be created or written, or its database is damaged.
        UsageError: the folder is not a run folder, or another process works in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fresh = not (path / DATABASE).exists()
        self._made_folder = not path.exists()
        self._lock = self._acquire()
        try:
            with self._guarded():
                remove_unfinished(self.path)
                self._db = self._open()
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder; a new one without prompts and results is removed again."""
        if self._lock.closed:
            return
        is_new = self._fresh and not self.counts()["prompts"] and not self.prompts_drawn
        self._db.conn.close()
        if is_new and set(self._strangers()) <= _OWN_FILES:
            for name in _OWN_FILES:
                (self.path / name).unlink(missing_ok=True)
            if self._made_folder:
                with contextlib.suppress(OSError):
                    self.path.rmdir()
        self._lock.close()

    # --- settings ---------------------------------------------------------------------------

    def settings(self) -> dict[str, object]:
        """The settings this run was started with; empty for a new run."""
        return self._values("settings")

    def check(self, settings: Mapping[str, object]) -> None:
        """Make sure that `settings` contradict nothing this run was started with.

        Raises:
            UsageError: names every setting that differs.
        """
        different = differences(self.settings(), settings)
        if different:
            raise UsageError(
                f"{self.path} was started with other settings: {'; '.join(different)}",
                "give the same settings to continue it, or start a new run with another --out",
            )

    def settle(self, settings: Mapping[str, object]) -> str:
        """Check the settings, keep the ones that are new, and return the hash of them all."""
        self.check(settings)
        with self._guarded():
            self._db["settings"].insert_all(
                ({"key": key, "value": json.dumps(value)} for key, value in settings.items()),
                pk="key",
                replace=True,
            )
        return settings_hash(self.settings())

    # --- prompts ----------------------------------------------------------------------------

    @property
    def prompts_drawn(self) -> bool:
        """Whether all prompts of this run are stored."""
        with self._guarded():
            return bool(self._db["progress"].count_where("name = ?", [_PROMPTS_DRAWN]))

    def add_prompts(
        self,
        prompts: Iterable[Prompt | Skipped],
        notes: Callable[[], Mapping[str, object]] = dict,
    ) -> int:
        """Store the run's prompts in order, then note that they are complete.

        After an interrupt, call it again: existing prompts stay.

        Args:
            prompts: in the order they are drawn.
            notes: called when all are drawn; facts about the drawing as JSON
                values.

        Returns:
            How many prompts the run has.
        """
        numbered = itertools.count()
        for batch in _batches(prompts):
            self.save(item for item in batch if isinstance(item, Skipped))
            prompt_rows = [
                {"number": next(numbered), **rows.row_of(item)}
                for item in batch
                if isinstance(item, Prompt)
            ]
            with self._guarded():
                self._db["prompts"].insert_all(prompt_rows, ignore=True)
        for key, value in notes().items():
            self.keep_note(key, value)
        with self._guarded():
            self._db["progress"].insert({"name": _PROMPTS_DRAWN}, ignore=True)
            return int(self._db["prompts"].count)

    def keep_note(self, key: str, value: object) -> None:
        """Note something under a key, as JSON can hold it; what was there is replaced."""
        with self._guarded():
            self._db["notes"].insert({"key": key, "value": json.dumps(value)}, replace=True)

    def note(self, key: str) -> object:
        """The note under a key; None if there is none."""
        return self._values("notes").get(key)

    def notes(self) -> dict[str, object]:
        """Everything that was noted, by its key."""
        return self._values("notes")

    def _values(self, table: str) -> dict[str, object]:
        with self._guarded():
            return {row["key"]: decode_json(row["value"], Any) for row in self._db[table].rows}

    def prompts(self) -> Iterator[Prompt]:
        """Every prompt, in the order it was drawn."""
        return self._records(Prompt, self._pages("prompts", "number"))

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt of an id, None when this run has no such prompt."""
        return self._one("prompts", "id", prompt_id, Prompt)

    # --- results ----------------------------------------------------------------------------

    def save(self, items: Iterable[Completion | Score | Skipped]) -> None:
        """Commit a batch of results. An existing result is replaced."""
        tables: dict[str, list[dict[str, object]]] = {
            "completions": [],
            "scores": [],
            "skipped": [],
        }
        for item in items:
            tables[rows.table_of(item)].append(rows.row_of(item))
        with self._guarded():
            for table, batch in tables.items():
                if batch:
                    self._db[table].insert_all(batch, replace=True, batch_size=_BATCH)

    def done(self, prompt_id: str, count: int = 1) -> bool:
        """Whether a prompt has `count` completions, or was skipped by the model."""
        with self._guarded():
            return self._count("completions", "prompt_id", prompt_id) >= count or bool(
                self._db["skipped"].count_where("item = ? and stage = 'elicit'", [prompt_id])
            )

    def scored(self, prompt_id: str) -> bool:
        """Whether a prompt has a score, or could not be scored."""
        with self._guarded():
            return self._count("scores", "prompt_id", prompt_id) > 0 or bool(
                self._db["skipped"].count_where("item = ? and stage = 'score'", [prompt_id])
            )

    def retry_skipped(self) -> None:
        """Forget which prompts the model skipped, so that they are tried again."""
        with self._guarded():
            self._db["skipped"].delete_where(
                "stage in ('elicit', 'score') and item in (select id from prompts)"
            )

    def completions(self) -> Iterator[Completion]:
        """Every completion, by prompt in the order drawn, then by index."""
        for prompt in self._pages("prompts", "number", columns="id"):
            yield from self.completions_of(prompt["id"])

    def unordered_completions(self) -> Iterator[Completion]:
        """Every completion, read in one pass."""
        return self._records(Completion, self._pages("completions", "rowid"))

    def completions_of(self, prompt_id: str) -> list[Completion]:
        """The completions of one prompt, by index."""
        with self._guarded():
            stored = self._db["completions"].rows_where(
                "prompt_id = ?", [prompt_id], order_by="number"
            )
            return [rows.record_of(Completion, row) for row in stored]

    def numbers_of(self, prompt_id: str) -> frozenset[int]:
        """The indexes of the stored completions of a prompt."""
        with self._guarded():
            rows = self._db["completions"].rows_where("prompt_id = ?", [prompt_id], select="number")
            return frozenset(int(row["number"]) for row in rows)

    def scores(self) -> Iterator[Score]:
        """Every score, in a stable order."""
        return self._records(Score, self._pages("scores", "rowid"))

    def score_of(self, prompt_id: str) -> Score | None:
        """The score of one prompt, None when it has none."""
        return self._one("scores", "prompt_id", prompt_id, Score)

    def skipped(self) -> Iterator[Skipped]:
        """Every skip, in a stable order."""
        with self._guarded():
            rows = list(self._db["skipped"].rows_where(order_by="stage, item, reason"))
        return self._records(Skipped, rows)

    def database_bytes(self) -> int:
        """Size of the run database."""
        files = (self.path / DATABASE, self.path / f"{DATABASE}-wal")
        return sum(file.stat().st_size for file in files if file.exists())

    def counts(self) -> dict[str, int]:
        """Number of stored prompts, completions, scores and skips."""
        with self._guarded():
            return {
                table: int(self._db[table].count)
                for table in ("prompts", "completions", "scores", "skipped")
            }

    def count_texts(self) -> int:
        """Number of stored completions that hold text."""
        blank = "trim(text, char(9, 10, 11, 12, 13, 32)) = ''"
        with self._guarded():
            return int(self._db["completions"].count_where(f"not {blank}"))

    def count_unanswered(self) -> int:
        """Number of prompts that have neither a completion nor a reason for having none."""
        with self._guarded():
            return int(
                self._db["prompts"].count_where(
                    "id not in (select prompt_id from completions) and "
                    "id not in (select item from skipped where stage = 'elicit')"
                )
            )

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a report into the run folder, whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        return write_atomically(self.path / name, text)

    # --- inside -----------------------------------------------------------------------------

    def _acquire(self) -> Any:
        """An exclusive lock that the system releases even when the process is killed."""
        if self._fresh and self.path.is_dir() and any(self._strangers()):
            raise UsageError(
                f"{self.path} holds other files and is not a run folder",
                "give an empty or new folder with --out",
            )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            lock = private_file(self.path / LOCK)
        except OSError as error:
            raise output_error(self.path, error) from error
        try:
            lock_file(lock.fileno())
        except OSError as error:
            lock.close()
            raise UsageError(
                f"another codescan process uses {self.path}",
                "wait for it to end, or give another folder with --out",
            ) from error
        return lock

    def _strangers(self) -> Iterator[str]:
        return (entry.name for entry in self.path.iterdir() if entry.name != LOCK)

    def _open(self) -> Any:
        import sqlite_utils

        # SQLite gives its side files the permissions of the database.
        private_file(self.path / DATABASE).close()
        db = sqlite_utils.Database(self.path / DATABASE)
        version = db.conn.execute("PRAGMA user_version").fetchone()[0]
        if not self._fresh and version not in {0, _FORMAT}:
            raise UsageError(
                f"{self.path / DATABASE} has format {version}; this version reads {_FORMAT}",
                "use the version of codescan that wrote it, or give another --out",
            )
        # In WAL mode this survives the death of the process; a power cut may cost the last batch.
        db.conn.execute("PRAGMA synchronous = NORMAL")
        if version != _FORMAT:
            db.enable_wal()
            rows.create_tables(db)
            db.conn.execute(f"PRAGMA user_version = {_FORMAT}")
        return db

    def _count(self, table: str, column: str, value: str) -> int:
        return int(self._db[table].count_where(f"{column} = ?", [value]))

    def _one(self, table: str, key: str, value: str, kind: type[T]) -> T | None:
        with self._guarded():
            row = next(self._db[table].rows_where(f"{key} = ?", [value], limit=1), None)
            return None if row is None else rows.record_of(kind, row)

    def _records(self, kind: type[T], table_rows: Iterable[Mapping[str, Any]]) -> Iterator[T]:
        for row in table_rows:
            with self._guarded():
                record = rows.record_of(kind, row)
            yield record

    def _pages(self, table: str, key: str, columns: str = "*") -> Iterator[dict[str, Any]]:
        """Rows by ascending key, a page at a time, so that writing in between is safe."""
        last = -1
        select = f"{key} as page_key, {columns}"
        while True:
            with self._guarded():
                page = list(
                    self._db[table].rows_where(
                        f"{key} > ?", [last], order_by=key, select=select, limit=_BATCH
                    )
                )
            if not page:
                return
            last = page[-1]["page_key"]
            yield from page

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn errors of SQLite into errors that say what to do."""
        database = self.path / DATABASE
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(
                f"cannot use {database}: {error}",
                "make room on the disk or make the folder writable, then run the same command "
                "again: it continues where it was",
            ) from error
        except (sqlite3.DatabaseError, DecodingError) as error:
            raise OutputError(
                f"{database} is damaged: {error}", "start a new run in another folder with --out"
            ) from error


def _batches(items: Iterable[Prompt | Skipped]) -> Iterator[list[Prompt | Skipped]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, _BATCH)):
        yield batch
