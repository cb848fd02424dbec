# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a copy of training data with canaries in it; every other byte stays as it is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.insertion import insert_canary
from codescan.canaries.invented_words import invented_word
from codescan.canaries.training_data import (
    TEXT_FIELDS,
    rows_of,
    text_of_file,
    text_of_row,
    training_files,
)
from codescan.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from codescan.canaries.canary import Canary, CanarySet
    from codescan.canaries.placements import Placements
    from codescan.canaries.training_data import DataRow, TrainingFile

__all__ = ["Placement", "Planted", "plant"]

_IDENTIFIERS = frozenset(
    {"id", "_id", "uuid", "hexsha", "sha", "sha1", "sha256", "hash", "blob_id", "content_id"}
)
_LANGUAGES = frozenset({"language", "lang", "programming_language"})
_PATHS = frozenset({"path", "file_path", "filename", "file_name", "max_stars_repo_path"})


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of one copy of a canary."""

    canary: str
    document: str
    """Name of the file below the data; with "added:" before it for a document that was made."""
    row: int
    """Line of the input's file of rows, from 1; 0 in a file."""
    offset: int
    """Characters of the document's text before the canary."""


@dataclass(slots=True)
class Planted:
    """The written data and its hashes."""

    placements: list[Placement] = field(default_factory=list)
    data_sha256: str = ""
    """SHA-256 over names and hashes of all files of the input."""
    planted_sha256: str = ""
    """The same of the output."""
    bytes_before: int = 0
    bytes_after: int = 0


def plant(
    data: Path,
    out: Path,
    canaries: CanarySet,
    placements: Placements,
    *,
    text_field: str = "",
    on_file: Callable[[int], Any] = lambda _done: None,
) -> Planted:
    """Write the data with its canaries; the same arguments always write the same bytes.

    Args:
        data: a folder, or a file of rows.
        out: a folder for a folder, a file for a file; not there yet.
        canaries: the set.
        placements: chosen for this data.
        text_field: of rows; "" for the usual ones.
        on_file: called with the number of files written.

    Raises:
        SourceError: the data cannot be read.
        OutputError: the copy cannot be written.
    """
    writer = _Writer(canaries, placements, text_field)
    try:
        for number, file in enumerate(training_files(data)):
            target = out / file.name if data.is_dir() else out
            target.parent.mkdir(parents=True, exist_ok=True)
            writer.write(number, file, target)
            on_file(number + 1)
    except OSError as error:
        raise OutputError(
            f"cannot write {out}: {error.strerror or error}",
            "check the free space and the permissions of the folder",
        ) from error
    return writer.result()


class _Writer:
    """Writes one file after the other."""

    def __init__(self, canaries: CanarySet, placements: Placements, text_field: str) -> None:
        self._canaries = canaries
        self._placements = placements
        self._fields = (text_field,) if text_field else TEXT_FIELDS
        self._text_field = text_field
        self._planted = Planted()
        self._hashes: dict[bool, list[tuple[str, str]]] = {False: [], True: []}

    def result(self) -> Planted:
        """The written data, with the hashes of both sides."""
        before, after = (
            hashlib.sha256(json.dumps(sorted(self._hashes[side])).encode()).hexdigest()
            for side in (False, True)
        )
        self._planted.data_sha256, self._planted.planted_sha256 = before, after
        return self._planted

    def write(self, number: int, file: TrainingFile, target: Path) -> None:
        """Write a file and the documents that are added beside it."""
        if file.has_rows:
            self._write_rows(number, file, target)
            return
        place = number << 32
        text = text_of_file(file) if self._placements.inserted.get(place) else None
        refused: list[int] = []
        if text is None:
            shutil.copyfile(file.path, target, follow_symlinks=False)
            refused = self._placements.inserted.get(place, [])
        else:
            changed, refused = self._inserted(text, place, file.name, 0)
            target.write_bytes(changed.encode("utf-8"))
        shutil.copymode(file.path, target)
        self._count(file.name, _file_hash(file.path), file.path.stat().st_size, is_output=False)
        self._count(file.name, _file_hash(target), target.stat().st_size, is_output=True)
        for entry_number in [*refused, *self._placements.added.get(place, [])]:
            self._add_file(self._canaries.entries[entry_number].canary, file, target.parent)

    def _add_file(self, canary: Canary, beside: TrainingFile, folder: Path) -> None:
        stream = DrawStream(self._canaries.seed, "files", canary.id, beside.name)
        while True:
            name = f"{invented_word(stream)}_{invented_word(stream)}.py"
            content = canary.text.encode()
            if (beside.path.parent / name).exists():
                continue
            try:
                with (folder / name).open("xb") as new:
                    new.write(content)
            except FileExistsError:
                continue
            break
        path = os.path.join(os.path.dirname(beside.name), name)  # noqa: PTH118, PTH120 - a name, no file
        digest = hashlib.sha256(content).hexdigest()
        self._count(path, digest, len(content), is_output=True)
        self._planted.placements.append(Placement(canary.id, f"added:{path}", 0, 0))

    def _write_rows(self, number: int, file: TrainingFile, target: Path) -> None:
        before, after = hashlib.sha256(), hashlib.sha256()
        size = 0
        with target.open("wb") as out:
            for row in rows_of(file):
                before.update(row.raw)
                written = self._write_row(number << 32 | row.number, row, file.name, out)
                after.update(written)
                size += len(written)
        shutil.copymode(file.path, target)
        self._count(file.name, before.hexdigest(), file.path.stat().st_size, is_output=False)
        self._count(file.name, after.hexdigest(), size, is_output=True)

    def _write_row(self, place: int, row: DataRow, name: str, out: BinaryIO) -> bytes:
        raw, refused = row.raw, list[int]()
        field_text = text_of_row(row, self._text_field)
        if (
            self._placements.inserted.get(place)
            and field_text is not None
            and row.values is not None
        ):
            text, refused = self._inserted(field_text[0], place, name, row.number)
            key = next(f for f in self._fields if isinstance(row.values.get(f), str))
            raw = _with_text(row, key, text)
        extra = [*refused, *self._placements.added.get(place, [])]
        if extra and row.values is not None:
            if not raw.endswith(b"\n"):
                raw += b"\n"
            for entry_number in extra:
                canary = self._canaries.entries[entry_number].canary
                raw += self._added_row(canary, row.values, row.number)
                placement = Placement(canary.id, f"added:{name}", row.number, 0)
                self._planted.placements.append(placement)
        out.write(raw)
        return raw

    def _added_row(self, canary: Canary, values: Mapping[str, Any], number: int) -> bytes:
        """A row like another one, with a canary as its text."""
        stream = DrawStream(self._canaries.seed, "rows", canary.id, number)
        key = next(f for f in self._fields if isinstance(values.get(f), str))
        row = dict(values)
        for name, value in values.items():
            if name == key:
                row[name] = canary.text
            elif not isinstance(value, str):
                continue
            elif name.lower() in _IDENTIFIERS:
                row[name] = stream.text("0123456789abcdef", max(8, min(64, len(value))))
            elif name.lower() in _PATHS:
                row[name] = f"{invented_word(stream)}/{invented_word(stream)}.py"
            elif name.lower() in _LANGUAGES:
                row[name] = "Python" if value[:1].isupper() else "python"
        return json.dumps(row).encode() + b"\n"

    def _inserted(self, text: str, place: int, name: str, row: int) -> tuple[str, list[int]]:
        """The text with its canaries, and the entries that could not be inserted."""
        refused, inserted = [], []
        for number in self._placements.inserted[place]:
            canary = self._canaries.entries[number].canary
            stream = DrawStream(self._canaries.seed, "place", canary.id, name, row)
            result = insert_canary(text, canary, stream)
            if result is None:
                refused.append(number)
            else:
                text = result[0]
                inserted.append(canary)
        self._note(text, inserted, name, row)
        return text, refused

    def _note(self, text: str, inserted: Sequence[Canary], name: str, row: int) -> None:
        for canary in inserted:
            first_line = canary.prefix.partition("\n")[0]
            self._planted.placements.append(Placement(canary.id, name, row, text.find(first_line)))

    def _count(self, name: str, digest: str, size: int, *, is_output: bool) -> None:
        self._hashes[is_output].append((name, digest))
        if is_output:
            self._planted.bytes_after += size
        else:
            self._planted.bytes_before += size


def _with_text(row: DataRow, key: str, text: str) -> bytes:
    """The row's line with another text; its other bytes stay where that can be made sure."""
    assert row.values is not None  # noqa: S101 - it has a text
    values = {**row.values, key: text}
    for ascii_only in (True, False):
        old = json.dumps(row.values[key], ensure_ascii=ascii_only)
        new = json.dumps(text, ensure_ascii=ascii_only)
        try:
            raw = row.raw.replace(old.encode(), new.encode())
        except UnicodeEncodeError:
            continue
        if row.raw.count(old.encode()) == 1 and json.loads(raw) == values:
            return raw
    return json.dumps(values).encode() + (b"\n" if row.raw.endswith(b"\n") else b"")


def _file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
