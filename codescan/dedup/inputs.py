# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The forms of a training set: a folder of files, files of rows, or an index."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from codescan.dedup.folder_input import FolderPart, folder_parts
from codescan.dedup.index_input import IndexPart, index_parts
from codescan.dedup.row_input import RowPart, is_row_file, row_parts
from codescan.errors import SourceError, UsageError
from codescan.records import Skipped
from codescan.sources.folder_walk import walk_folder
from codescan.text.lone_surrogates import valid_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from codescan.dedup.columns import RowColumns

__all__ = ["InputKind", "InputPart", "TrainingSet"]

InputPart = FolderPart | RowPart | IndexPart
InputKind = Literal["folder", "rows", "index"]

_BESIDE_ROWS = (
    "readme",
    "license",
    "licence",
    "dataset_infos",
    "dataset_info",
    "state",
    "_success",
)
"""Beginnings of names of files that lie beside the rows of a data set."""


class TrainingSet:
    """One or more folders, files of rows, or one index.

    Args:
        paths: where it is.
        columns: column by role, as the user names them.
        kind: what the paths are; None: found out.

    Raises:
        UsageError: the paths are of different kinds, or there are none.
        SourceError: a path does not exist.
    """

    def __init__(
        self, paths: Sequence[Path], columns: Mapping[str, str], kind: InputKind | None = None
    ) -> None:
        if not paths:
            raise UsageError("there is no training set", "name a folder, a file or an index")
        for path in paths:
            if not path.exists():
                raise SourceError(f"{path} does not exist", "check the path")
        self.paths = tuple(paths)
        self._columns = dict(columns)
        kinds = {kind} if kind is not None else {_kind_of(path) for path in paths}
        if len(kinds) > 1:
            raise UsageError(
                "folders of files, files of rows and indexes can't be mixed",
                "run the command once for each",
            )
        self.kind = next(iter(kinds))
        if self._columns and self.kind != "rows":
            raise UsageError("--column is for files of rows", f"this is a {self.kind}")
        if self.kind != "rows" and len(paths) > 1:
            raise UsageError(f"only one {self.kind} can be read", "name one path")

    def parts(self) -> Iterator[InputPart | Skipped]:
        """Yield parts that independent processes can read, and what is left out.

        Raises:
            CodescanError: the training set cannot be read at all.
        """
        if self.kind == "folder":
            yield from folder_parts(self.paths[0])
        elif self.kind == "index":
            yield from index_parts(self.paths[0])
        else:
            files: list[tuple[Path, str]] = []
            for path in self.paths:
                for item in self._row_files(path):
                    if isinstance(item, Skipped):
                        yield item
                    else:
                        files.append(item)
            files.sort(key=lambda item: item[1])
            for (_path, label), (_next, other) in pairwise(files):
                if label == other:
                    raise UsageError(f"two files have the name {label}", "rename one of them")
            yield from row_parts(files, self._columns)

    def row_files(self) -> Iterator[tuple[Path, str]]:
        """Yield path and label of every file of rows, in the order of the paths."""
        for path in self.paths:
            for item in self._row_files(path):
                if not isinstance(item, Skipped):
                    yield item

    def file_of(self, label: str) -> Path | None:
        """The file of rows of a label, or None."""
        return next((path for path, known in self.row_files() if known == label), None)

    def columns_of(self, path: Path, label: str) -> RowColumns:
        """The columns of a file of rows.

        Raises:
            UsageError: no column holds the text.
        """
        parts = row_parts([(path, label)], self._columns)
        part = next((part for part in parts if not isinstance(part, Skipped)), None)
        if part is None:
            raise UsageError(f"{path} holds no rows", "check the file")
        return part.columns

    def _row_files(self, path: Path) -> Iterator[tuple[Path, str] | Skipped]:
        if not path.is_dir():
            yield path, valid_text(path.name)
            return
        prefix = f"{valid_text(path.name)}/" if len(self.paths) > 1 else ""
        for file, name in _files_below(path):
            label = valid_text(name)
            if is_row_file(name):
                yield Path(file), prefix + label
            else:
                own_name = name.rpartition("/")[2]
                reason = "beside-rows" if _is_beside_rows(own_name) else "no-rows"
                yield Skipped(prefix + label, "read", reason)


def _kind_of(path: Path) -> InputKind:
    if not path.is_dir():
        if is_row_file(path.name):
            return "rows"
        raise UsageError(
            f"{path} is not a folder, a JSON Lines or Parquet file, or an index",
            "name files .jsonl, .jsonl.gz, .jsonl.zst or .parquet, or give their folder",
        )
    if (path / "manifest.json").is_file() and (path / "shards").is_dir():
        return "index"
    if not any(is_row_file(name) for _file, name in _files_below(path)):
        return "folder"
    rows = others = 0
    for file, name in _files_below(path):
        if is_row_file(name):
            rows += Path(file).stat().st_size + 1
        elif not _is_beside_rows(name.rpartition("/")[2]):
            others += Path(file).stat().st_size if Path(file).is_file() else 0
    return "rows" if rows >= others else "folder"


def _is_beside_rows(name: str) -> bool:
    return name.lower().startswith((*_BESIDE_ROWS, "."))


def _files_below(path: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder with its path in it; hidden folders are left out."""
    for folder, names in walk_folder(path):
        inside = os.path.relpath(folder, path).replace(os.sep, "/")
        if any(part.startswith(".") and part != "." for part in inside.split("/")):
            continue
        prefix = "" if inside == "." else f"{inside}/"
        for name in names:
            yield f"{folder}/{name}", prefix + name
