# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads training data for planting: whole files, and rows of JSON Lines byte for byte."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codescan.errors import SourceError, UsageError
from codescan.records import Skipped
from codescan.sources.folder_walk import walk_folder
from codescan.sources.links import link_reason
from codescan.sources.regular_files import read_bounded
from codescan.text.languages import by_tag, detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.records import Language

__all__ = [
    "TEXT_FIELDS", "DataRow", "TrainingFile", "left_out", "rows_of", "text_of_file", "text_of_row",
    "training_files",
]  # fmt: skip

TEXT_FIELDS = ("content", "text", "code", "body", "source")
"""Fields that hold the text of a row, the first one that is there."""
_LANGUAGE_FIELDS = ("language", "lang", "programming_language")
_PATH_FIELDS = ("path", "file_path", "filename", "file_name", "max_stars_repo_path")
_ROW_SUFFIXES = (".jsonl", ".ndjson")
_PACKED = (".gz", ".xz", ".zst", ".bz2", ".zip", ".parquet", ".pq", ".arrow")
_LARGEST_FILE = 64 << 20
_LONGEST_ROW = 64 << 20
_SKIPPED_FOLDERS = frozenset({".git", ".hg", ".svn"})


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """A file of the data."""

    name: str
    """Its path below the data, with the system's separators; its own name for a single file."""
    path: Path

    @property
    def has_rows(self) -> bool:
        """Whether it holds rows of JSON Lines, each a document."""
        return self.name.lower().endswith(_ROW_SUFFIXES)


@dataclass(frozen=True, slots=True)
class DataRow:
    """A line of a file of rows."""

    number: int
    """The number of the document, from 1."""
    raw: bytes = field(repr=False)
    """With its line break, if it has one."""
    values: Mapping[str, Any] | None = field(repr=False)
    """None: the line is not a JSON object, or is too long."""


def training_files(data: Path) -> Iterator[TrainingFile]:
    """Yield the regular files of a folder in a fixed order, or a single file. Links are left out.

    Raises:
        SourceError: there is no such folder or file.
        UsageError: it is a packed file.
    """
    if data.is_dir():
        for folder, names in walk_folder(data, _SKIPPED_FOLDERS):
            for name in sorted(names):
                path = Path(folder) / name
                if path.is_file() and not path.is_symlink():
                    yield TrainingFile(os.path.relpath(path, data), path)
        return
    if not data.is_file():
        raise SourceError(f"there is no folder or file {data}", "give the training data")
    if data.name.lower().endswith(_PACKED):
        raise UsageError(
            f"{data} is packed or has columns, and canaries are planted in JSON Lines and folders",
            "unpack it, plant, and pack it again",
        )
    file = TrainingFile(data.name, data)
    if not file.has_rows:
        raise UsageError(
            f"{data} is not a file of rows", "give a folder, or a .jsonl file with a row a document"
        )
    yield file


def left_out(data: Path) -> list[Skipped]:
    """Skipped entries of `training_files`: links, pipes, version control, unreadable folders."""
    skipped = []
    for folder, names in walk_folder(data, _SKIPPED_FOLDERS):
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_symlink():
                reason = link_reason(path, data)
            elif path.is_file():
                continue
            else:
                reason = "unreadable" if path.is_dir() else "special-file"
            skipped.append(Skipped(os.path.relpath(path, data), "read", reason))
        skipped += [
            Skipped(os.path.relpath(Path(folder, name), data), "read", "excluded-folder")
            for name in sorted(_SKIPPED_FOLDERS)
            if Path(folder, name).is_dir()
        ]
    return skipped


def rows_of(file: TrainingFile) -> Iterator[DataRow]:
    """Yield every line of a file of rows, so that their bytes together are the file's.

    Raises:
        SourceError: it cannot be read.
    """
    number = 0
    try:
        with file.path.open("rb") as stream:
            is_continued = False
            while raw := stream.readline(_LONGEST_ROW):
                is_whole = raw.endswith(b"\n") or len(raw) < _LONGEST_ROW
                number += not is_continued
                yield DataRow(number, raw, None if is_continued or not is_whole else _values(raw))
                is_continued = not is_whole
    except OSError as error:
        raise SourceError(
            f"{file.path} cannot be read: {error.strerror or error}", "check its permissions"
        ) from error


def text_of_file(file: TrainingFile) -> str | None:
    """The text of a Python file that canaries may be inserted into; None for any other file."""
    if detect(file.name) != "python":
        return None
    try:
        content = read_bounded(file.path, _LARGEST_FILE)
    except OSError:
        return None
    if not isinstance(content, bytes):
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # A mark is a character of its own here, and a declared encoding may be another one.
    is_plain = not text.startswith("\ufeff") and b"coding" not in b"".join(
        content.splitlines(keepends=True)[:2]
    )
    return text if is_plain else None


def text_of_row(row: DataRow, text_field: str) -> tuple[str, Language | None] | None:
    """The text of a row and its language; None where it has no text.

    Args:
        row: the row.
        text_field: the field that holds the text; "" for the first of `TEXT_FIELDS`.
    """
    values = row.values
    if values is None:
        return None
    names = (text_field,) if text_field else TEXT_FIELDS
    text = next((values[n] for n in names if isinstance(values.get(n), str)), None)
    return None if text is None else (text, _language(values))


def _language(values: Mapping[str, Any]) -> Language | None:
    for name in _LANGUAGE_FIELDS:
        if isinstance(values.get(name), str):
            return by_tag(values[name])
    for name in _PATH_FIELDS:
        if isinstance(values.get(name), str):
            return detect(values[name])
    return None


def _values(raw: bytes) -> Mapping[str, Any] | None:
    try:
        values = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
