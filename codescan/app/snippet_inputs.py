# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Inputs of `codescan scan` as snippets: files, folders, stdin and JSON Lines."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct, field

from codescan.app import text_files
from codescan.app.text_files import read_stream, read_text, walk_files
from codescan.errors import UsageError
from codescan.records import Language, Skipped, Snippet
from codescan.records.json_decode import unique_names
from codescan.text.decoding import decode_text
from codescan.text.languages import by_tag, detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "STDIN",
    "InputNotes",
    "file_snippets",
    "json_lines_snippets",
    "language_named",
    "text_snippet",
]

STDIN = "-"
_STDIN_ID = "<stdin>"
_HEAD = 4096  # bytes of a file that say its language
_MAX_NAMES = 100
_LONGEST_NAME = 40


class InputNotes(Struct):
    """Notes of an input reader that do not skip an input."""

    unknown_languages: Counter[str] = field(default_factory=Counter)
    """Number of rows by unknown language name; their language is detected."""

    def unknown_language(self, name: str) -> None:
        """Count a row; up to a hundred names are counted separately."""
        short = name[:_LONGEST_NAME]
        known = short in self.unknown_languages or len(self.unknown_languages) < _MAX_NAMES
        self.unknown_languages[short if known else "…"] += 1


def language_named(name: str | None) -> Language | None:
    """The language of an option; None if it is not given.

    Raises:
        UsageError: the language is unknown.
    """
    if not name:
        return None
    language = by_tag(name)
    if language is None:
        raise UsageError(f"unknown language {name!r}", "for example: python, c, go")
    return language


def file_snippets(
    paths: Sequence[str],
    language: Language | None = None,
    stdin: BinaryIO | None = None,
    is_excluded: Callable[[Path], bool] | None = None,
) -> Iterator[Snippet | Skipped]:
    """Read files, and folders recursively, in a deterministic order.

    Args:
        paths: files, folders, or "-" for stdin.
        language: of every input; None: by name and content.
        stdin: stream for the path "-".
        is_excluded: whether to exclude a file or folder below a folder.

    Raises:
        UsageError: a path does not exist; every path is checked before the first one is read.
    """
    missing = [path for path in paths if path != STDIN and not Path(path).exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}", "check the spelling")
    return _read_all(paths, language, stdin, is_excluded)


def _read_all(
    paths: Sequence[str],
    language: Language | None,
    stdin: BinaryIO | None,
    is_excluded: Callable[[Path], bool] | None,
) -> Iterator[Snippet | Skipped]:
    for path in paths:
        if path == STDIN:
            content = read_stream(stdin, _STDIN_ID) if stdin is not None else b""
            if isinstance(content, Skipped):
                yield content
            elif stdin is not None:
                yield Snippet(_STDIN_ID, content, language)
        elif Path(path).is_dir():
            for file in walk_files(Path(path), is_excluded):
                yield file if isinstance(file, Skipped) else _read(file, language)
        else:
            yield _read(Path(path), language)


def _read(path: Path, language: Language | None) -> Snippet | Skipped:
    content = read_text(path)
    if isinstance(content, Skipped):
        return content
    name = path.as_posix()
    return Snippet(name, content, language or detect(name, content[:_HEAD]), path=name)


def json_lines_snippets(
    paths: Sequence[str],
    language: Language | None = None,
    stdin: BinaryIO | None = None,
    notes: InputNotes | None = None,
) -> Iterator[Snippet | Skipped]:
    """Read rows `{"id": ..., "text": ..., "language"?: ...}` of JSON Lines files, lazily.

    An invalid row is yielded as Skipped with its file and line. So is a file without rows.

    Args:
        paths: files, or "-" for stdin.
        language: of every row; None: from the row, or detected.
        stdin: stream for the path "-".
        notes: counts rows with an unknown language.

    Raises:
        UsageError: a path does not exist or is a folder.
    """
    for path in paths:
        if path != STDIN and (not Path(path).exists() or Path(path).is_dir()):
            raise UsageError(
                f"{path} is not a JSON Lines file", "name files after --jsonl, or - for stdin"
            )
    return _read_rows(paths, language, stdin, notes or InputNotes())


def _read_rows(
    paths: Sequence[str], language: Language | None, stdin: BinaryIO | None, notes: InputNotes
) -> Iterator[Snippet | Skipped]:
    for path in paths:
        if path == STDIN:
            if stdin is not None:
                yield from _rows(_STDIN_ID, stdin, language, notes)
            continue
        if not Path(path).is_file():
            yield Skipped(path, "read", "not-a-file", "pipe its content in, with - as the path")
            continue
        try:
            with Path(path).open("rb") as stream:
                yield from _rows(path, stream, language, notes)
        except OSError as error:
            yield Skipped(path, "read", "unreadable", error.strerror or str(error))


def _rows(
    name: str, stream: BinaryIO, language: Language | None, notes: InputNotes
) -> Iterator[Snippet | Skipped]:
    for item in text_files.read_lines(name, stream):
        yield item if isinstance(item, Skipped) else _row(*item, language, notes)


def _row(
    where: str, line: bytes, language: Language | None, notes: InputNotes
) -> Snippet | Skipped:
    try:
        row = json.loads(line, object_pairs_hook=unique_names)
    except UnicodeDecodeError as error:
        return Skipped(where, "read", "undecodable", str(error))
    except (ValueError, RecursionError) as error:
        return Skipped(where, "read", "not-json", str(error)[:200])
    problem = _row_problem(row)
    if problem is not None:
        return Skipped(where, "read", "bad-row", problem)
    return text_snippet(str(row["id"]), row["text"], language or row.get("language"), notes)


def text_snippet(
    id_: str, text: str, tag: object, notes: InputNotes, *, path: str | None = None
) -> Snippet | Skipped:
    """A text of a row or a request.

    Args:
        id_: name of the text in findings.
        text: lone surrogates count as "?".
        tag: name of its language. An unknown name is counted, and the language is detected.
        notes: counts unknown languages.
        path: path of the text's target file, which also gives the language.
    """
    decoded = decode_text(text.encode("utf-8", "replace"), path or "")
    if decoded.reason:
        return Skipped(id_, "read", decoded.reason)
    language = by_tag(tag) if isinstance(tag, str) and tag else None
    if language is None and tag not in (None, ""):
        notes.unknown_language(str(tag))
    if language is None and path:
        language = detect(path, decoded.content[:_HEAD])
    return Snippet(id_, decoded.content, language, path=path)


def _row_problem(row: object) -> str | None:
    if not isinstance(row, dict):
        return "not a JSON object"
    if not isinstance(row.get("id"), str | int):
        return 'no "id"'
    return None if isinstance(row.get("text"), str) else 'no "text", or not a string'
