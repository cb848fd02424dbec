# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What `codescan scan` is given: files, folders, stdin and JSON Lines, as snippets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from codescan.errors import UsageError
from codescan.records import Language, Skipped, Snippet
from codescan.sources import eligibility
from codescan.sources.folder_walk import walk_folder
from codescan.sources.regular_files import read_bounded
from codescan.text.languages import by_tag, detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["STDIN", "file_snippets", "json_lines_snippets", "unreadable"]

STDIN = "-"
_STDIN_ID = "<stdin>"
_HEAD = 4096  # bytes of a file that say its language
_MAX_BYTES = 1 << 30
_UNREADABLE = frozenset({"empty", "binary", "undecodable"})
"""What cannot be matched; minified or generated input is the user's own and is looked at."""
_NOT_WALKED = frozenset({".git", ".hg", ".svn", ".tox", ".venv", "__pycache__", "node_modules"})
"""Folders with other people's or derived files; one that is named on the command line is read."""


def file_snippets(
    paths: Sequence[str],
    language: Language | None = None,
    stdin: BinaryIO | None = None,
    is_excluded: Callable[[Path], bool] = lambda _path: False,
) -> Iterator[Snippet | Skipped]:
    """Read files, and folders recursively, in a deterministic order.

    Args:
        paths: files, folders, or "-" for stdin.
        language: of every input; None: by name and content.
        stdin: read where a path is "-".
        is_excluded: whether a file or folder below a named folder is left out.

    Raises:
        UsageError: a path does not exist; all of them are looked at before the first is read.
    """
    missing = [path for path in paths if path != STDIN and not Path(path).exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}", "check the spelling")
    return _read_all(paths, language, stdin, is_excluded)


def _read_all(
    paths: Sequence[str],
    language: Language | None,
    stdin: BinaryIO | None,
    is_excluded: Callable[[Path], bool],
) -> Iterator[Snippet | Skipped]:
    for path in paths:
        if path == STDIN:
            yield _text(_STDIN_ID, stdin.read() if stdin is not None else b"", language)
        elif Path(path).is_dir():
            for file in _walk(Path(path), is_excluded):
                yield _read(file, language)
        else:
            yield _read(Path(path), language)


def _walk(folder: Path, is_excluded: Callable[[Path], bool]) -> Iterator[Path]:
    """Regular files below `folder`, sorted, and folders that cannot be listed; no links."""
    for name, files in walk_folder(folder, _NOT_WALKED, lambda path: is_excluded(Path(path))):
        for file in files:
            path = Path(name, file)
            try:
                is_read = not path.is_symlink() and (path.is_file() or path.is_dir())
            except OSError:  # reading it says why
                is_read = True
            if is_read and not is_excluded(path):
                yield path


def _read(path: Path, language: Language | None) -> Snippet | Skipped:
    name = path.as_posix()
    if eligibility.check_path(name) == "binary":
        return Skipped(name, "read", "binary")
    try:
        content = read_bounded(path.resolve(), _MAX_BYTES)
    except (OSError, RuntimeError, ValueError) as error:
        return Skipped(name, "read", "unreadable", getattr(error, "strerror", "") or str(error))
    if content is None:  # a pipe or a device would be read without end
        return Skipped(name, "read", "not-a-file")
    if isinstance(content, int):
        return Skipped(name, "read", "too-large", f"{content} bytes")
    reason = unreadable(content)
    if reason is not None:
        return Skipped(name, "read", reason)
    return Snippet(name, content, language or detect(name, content[:_HEAD]), path=name)


def unreadable(content: bytes) -> str | None:
    """Why a text cannot be matched: "empty", "binary" or "undecodable"; None when it can."""
    reason = eligibility.check("", content, max_bytes=len(content))
    return reason if reason in _UNREADABLE else None


def _text(id_: str, content: bytes, language: Language | None) -> Snippet | Skipped:
    reason = unreadable(content)
    return Skipped(id_, "read", reason) if reason else Snippet(id_, content, language)


def json_lines_snippets(
    paths: Sequence[str], language: Language | None = None, stdin: BinaryIO | None = None
) -> Iterator[Snippet | Skipped]:
    """Read rows `{"id": ..., "text": ..., "language"?: ...}` of JSON Lines files, lazily.

    A row that is not one is yielded as Skipped with its file and line.

    Raises:
        UsageError: a path does not exist or is a folder.
    """
    for path in paths:
        if path != STDIN and not Path(path).is_file():
            raise UsageError(f"{path} is no JSON Lines file", "give files with --jsonl, or -")
    return _read_rows(paths, language, stdin)


def _read_rows(
    paths: Sequence[str], language: Language | None, stdin: BinaryIO | None
) -> Iterator[Snippet | Skipped]:
    for path in paths:
        if path == STDIN:
            if stdin is not None:
                yield from _rows(_STDIN_ID, stdin, language)
            continue
        try:
            with Path(path).open("rb") as stream:
                yield from _rows(path, stream, language)
        except OSError as error:
            yield Skipped(path, "read", "unreadable", error.strerror or str(error))


def _rows(name: str, stream: BinaryIO, language: Language | None) -> Iterator[Snippet | Skipped]:
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Skipped(f"{name}:{number}", "read", "bad-row", f"not JSON: {error}")
            continue
        problem = _row_problem(row)
        if problem is not None:
            yield Skipped(f"{name}:{number}", "read", "bad-row", problem)
            continue
        told = language or by_tag(str(row.get("language") or ""))
        yield _text(str(row["id"]), row["text"].encode("utf-8", "replace"), told)


def _row_problem(row: object) -> str | None:
    if not isinstance(row, dict):
        return "no JSON object"
    if not isinstance(row.get("id"), str | int):
        return 'no "id"'
    return None if isinstance(row.get("text"), str) else '"text" is no text'
