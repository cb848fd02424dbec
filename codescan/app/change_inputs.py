# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What `codescan check` judges: staged lines, lines between commits, files, standard input."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from codescan.app.snippet_inputs import STDIN, file_snippets, unreadable
from codescan.errors import UsageError
from codescan.gate.evaluation import File
from codescan.gate.git import Change, Repository
from codescan.records import Skipped, Snippet
from codescan.sources import eligibility
from codescan.text.languages import detect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["files_of", "repository_at"]

_HEAD = 8192
_FROM, _TO = "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"


def repository_at(folder: Path, *, needed: bool) -> Repository | None:
    """The repository around a folder, if there is one.

    Raises:
        UsageError: there is none although it is needed.
    """
    try:
        return Repository(folder)
    except UsageError:
        if needed:
            raise
        return None


def files_of(
    paths: tuple[str, ...],
    repository: Repository | None,
    staged: bool,
    diff: str | None,
    stdin: BinaryIO | None,
    stdin_filename: str | None,
) -> Iterator[File | Skipped]:
    """Every file to judge, in a deterministic order.

    Raises:
        UsageError: a path does not exist, or git refuses.
    """
    if repository is not None and (staged or diff is not None):
        pushed = (os.environ.get(_FROM), os.environ.get(_TO))
        if diff is None and all(pushed):  # pre-commit runs on a push
            diff = "...".join(map(str, pushed))
        changes = repository.staged() if diff is None else repository.between(diff)
        wanted = repository.relative(paths) if paths else None
        return _changed(changes, wanted)
    if STDIN in paths:
        if len(paths) > 1:
            raise UsageError(
                '"-" cannot be combined with other paths', "check files and stdin one by one"
            )
        return _stdin(stdin, stdin_filename)
    snippets = file_snippets(paths or (".",))
    root = Path(repository.root) if repository is not None else Path.cwd()
    return _whole(snippets, root)


def _changed(
    changes: Iterable[Change], wanted: frozenset[str] | None
) -> Iterator[File | Skipped]:  # fmt: skip
    for change in changes:
        if wanted is not None and not _is_wanted(change.path, wanted):
            continue
        # Paths are bytes to git; what is not UTF-8 is shown with the replacement character.
        name = change.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        reason = change.reason or eligibility.check_path(name)
        if reason not in {"submodule", "link", "too-large", "binary"}:
            reason = unreadable(change.content)
        if reason is not None:
            yield Skipped(name, "read", reason)
            continue
        language = detect(name, change.content[:_HEAD])
        yield File(Snippet(name, change.content, language, path=name), change.added)


def _is_wanted(path: str, wanted: frozenset[str]) -> bool:
    return "." in wanted or any(path == each or path.startswith(f"{each}/") for each in wanted)


def _stdin(stdin: BinaryIO | None, name: str | None) -> Iterator[File | Skipped]:
    content = stdin.read() if stdin is not None else b""
    id_ = name or "<stdin>"
    reason = unreadable(content)
    if reason is not None:
        yield Skipped(id_, "read", reason)
        return
    language = detect(name, content[:_HEAD]) if name else None
    yield File(Snippet(id_, content, language, path=name))


def _whole(snippets: Iterable[Snippet | Skipped], root: Path) -> Iterator[File | Skipped]:
    """Whole files, named from the root of the project as the baseline names them."""
    for snippet in snippets:
        if isinstance(snippet, Skipped):
            yield snippet
            continue
        path = os.path.relpath(Path(snippet.path or snippet.id).resolve(), root)
        name = Path(path).as_posix() if not path.startswith("..") else snippet.id
        yield File(Snippet(name, snippet.content, snippet.language, path=name))
