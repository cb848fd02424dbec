# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Inputs of `codescan check`: staged lines, lines between commits, whole files, standard input."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from codescan.app.snippet_inputs import STDIN, file_snippets
from codescan.app.text_files import read_stream
from codescan.errors import ConfigError, GitError, UsageError
from codescan.gate.changes import MAX_BYTES, Change, ChangeSet, Repository, shown_path
from codescan.gate.evaluation import File
from codescan.gate.line_diff import compare_lines
from codescan.records import Skipped, Snippet
from codescan.text.decoding import decode_text
from codescan.text.languages import detect
from codescan.text.pointer_files import pointer_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.gate.policy_files import PolicyFiles

__all__ = ["WholeFiles", "change_of", "changed_files", "repository_at"]

_HEAD = 8192
_FROM, _TO, _BRANCH = "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_LOCAL_BRANCH"
_REPORT_MARK = b'"name": "codescan"'
_REPORT_FORMS = (b'"schema_version"', b"sarif")


def repository_at(folder: Path, *, needed: bool) -> Repository | None:
    """The repository around a folder; None if there is none.

    Raises:
        UsageError: a required repository is missing.
        GitError: git cannot read the repository.
    """
    try:
        return Repository(folder)
    except UsageError:
        if needed:
            raise
        return None
    except GitError:
        # Without git there may still be files to check, but a repository that git refuses
        # must not pass for a plain folder.
        if needed or any((each / ".git").exists() for each in (folder, *folder.parents)):
            raise
        return None


def change_of(repository: Repository | None, *, staged: bool, diff: str | None) -> ChangeSet | None:
    """The change to check; None for whole files.

    Raises:
        UsageError: the text is not a range of commits, or merge conflicts are unresolved.
        GitError: git fails.
    """
    if repository is None or not (staged or diff is not None):
        return None
    pushed = (os.environ.get(_FROM), os.environ.get(_TO))
    if diff is None and all(pushed):  # pre-commit runs on a push
        diff = "...".join(map(str, pushed))
    if diff is not None:
        return repository.between(diff)
    branch = os.environ.get(_BRANCH)
    if branch:  # a push of a whole new history: pre-commit names no range then
        return repository.everything(branch)
    return repository.staged()


def changed_files(
    repository: Repository, change: ChangeSet, paths: tuple[str, ...]
) -> Iterator[File | Skipped]:
    """The files of a change that lie at or below some paths, in order.

    Args:
        repository: repository of the change.
        change: staged or between commits.
        paths: as given on the command line; none means all.

    Raises:
        UsageError: a path neither exists nor is part of the change.
    """
    selected_paths = _selected_paths(repository, change, paths) if paths else None
    return _changed_files(change, selected_paths)


def _changed_files(
    change: ChangeSet, selected_paths: frozenset[str] | None
) -> Iterator[File | Skipped]:
    renamed: set[str] = set()
    for each in change.files():
        renamed.add(each.old_path)
        if selected_paths is None or _is_selected(each.path, selected_paths):
            yield _changed(each)
    for path in sorted(change.removed_paths() - renamed):
        if selected_paths is None or _is_selected(path, selected_paths):
            yield Skipped(shown_path(path), "read", "deleted")


def _selected_paths(
    repository: Repository, change: ChangeSet, paths: tuple[str, ...]
) -> frozenset[str]:
    """The paths relative to the root; each must exist or be part of the change."""
    touched = change.paths()
    selected_paths: set[str] = set()
    for path in paths:
        [relative] = repository.relative((path,))
        is_known = (
            os.path.lexists(path)
            or any(_is_selected(each, frozenset({relative})) for each in touched)
            or repository.is_tracked(relative)
        )
        if not is_known:
            raise UsageError(f"no such file or folder: {path}", "check the spelling")
        selected_paths.add(relative)
    return frozenset(selected_paths)


def _changed(change: Change) -> File | Skipped:
    # Paths are bytes to git; what is not UTF-8 is shown with the replacement character.
    name = shown_path(change.path)
    if change.reason:
        return Skipped(name, "read", change.reason)
    pointer = pointer_reason(name, change.content)
    if pointer is not None:
        return Skipped(name, "read", pointer)
    text = decode_text(change.content, name)
    if text.reason:
        return Skipped(name, "read", text.reason)
    lines, base = change.lines, change.base
    if text.content != change.content:  # the lines are those of the decoded text
        base = decode_text(base).content if base is not None else None
        lines = compare_lines(base or b"", text.content)
    language = detect(name, text.content[:_HEAD])
    snippet = Snippet(name, text.content, language, path=name)
    return File(snippet, lines, base, shown_path(change.old_path))


def _is_selected(path: str, selected_paths: frozenset[str]) -> bool:
    return "." in selected_paths or any(
        path == selected_path or path.startswith(f"{selected_path}/")
        for selected_path in selected_paths
    )


class WholeFiles(Struct, frozen=True, kw_only=True):
    """Files and folders to check as a whole, or standard input.

    Files that Git ignores are excluded, unless named explicitly.
    """

    paths: tuple[str, ...]
    root: Path
    """Folder that paths are relative to."""
    repository: Repository | None = None
    base: PolicyFiles | None = None
    """State that a strict check compares with."""
    out: Path | None = None
    """Output file of the report, which is not an input."""
    stdin: BinaryIO | None = None
    stdin_filename: str | None = None

    def files(self) -> Iterator[File | Skipped]:
        """Every file, in a deterministic order.

        Raises:
            UsageError: a path does not exist.
            GitError: git fails.
        """
        if STDIN in self.paths:
            if len(self.paths) > 1:
                raise UsageError(
                    '"-" cannot be combined with other paths', "check files and stdin one by one"
                )
            return self._stdin()
        paths = self.paths or (".",)
        leading_out = [path for path in paths if self._leads_out(Path(path))]
        inside = [path for path in paths if path not in leading_out]
        if not inside:
            return self._named(leading_out, ())
        walked = file_snippets(inside, is_excluded=self._exclusion(inside))
        return self._named(leading_out, self._with_tracked(inside, walked))

    def _with_tracked(
        self, paths: Iterable[str], walked: Iterable[Snippet | Skipped]
    ) -> Iterator[Snippet | Skipped]:
        """Add the tracked files in folders that a walk excludes, such as node_modules."""
        seen: set[str | None] = set()
        for item in walked:
            seen.add(self._from_root(Path(item.item if isinstance(item, Skipped) else item.id)))
            yield item
        folders = [self._from_root(Path(path)) for path in paths if Path(path).is_dir()]
        if self.repository is None or self.repository.root is None or not folders:
            return
        for name in sorted(self.repository.tracked()):
            below = any(
                folder == "." or name.startswith(f"{folder}/") for folder in folders if folder
            )
            if below and name not in seen and _is_there(self.root / name):
                yield from file_snippets([str(self.root / name)])

    def _stdin(self) -> Iterator[File | Skipped]:
        if self.stdin is None:
            return
        id_ = self.stdin_filename or "<stdin>"
        content = read_stream(self.stdin, id_)
        if isinstance(content, Skipped):
            yield content
            return
        name = self.stdin_filename
        language = detect(name, content[:_HEAD]) if name else None
        yield self._file(Snippet(id_, content, language, path=name))

    def _named(
        self, leading_out: Iterable[str], snippets: Iterable[Snippet | Skipped]
    ) -> Iterator[File | Skipped]:
        """Files with paths relative to the root, as in the baseline."""
        for path in leading_out:
            yield Skipped(path, "read", "link", "it leads out of the project")
        for snippet in snippets:
            if isinstance(snippet, Skipped):
                yield snippet
                continue
            name = self._from_root(Path(snippet.path or snippet.id)) or snippet.id
            if self._is_own_report(name, snippet.content):
                yield Skipped(name, "read", "codescan-report")
                continue
            pointer = pointer_reason(name, snippet.content)
            if pointer is not None:
                yield Skipped(name, "read", pointer)
                continue
            yield self._file(replace(snippet, id=name, path=name))

    def _file(self, snippet: Snippet) -> File:
        base = None
        if self.base is not None and snippet.path is not None:
            try:
                base = self.base.read(snippet.path, MAX_BYTES)
            except ConfigError:  # not a file there: nothing was accepted in it
                base = None
        return File(snippet, base=base)

    def _from_root(self, path: Path) -> str | None:
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except (OSError, RuntimeError, ValueError):
            return None

    def _leads_out(self, path: Path) -> bool:
        return self.repository is not None and path.is_symlink() and self._from_root(path) is None

    def _exclusion(self, paths: Iterable[str]) -> _Exclusion:
        ignored: frozenset[str] = frozenset()
        if self.repository is not None and any(Path(path).is_dir() for path in paths):
            ignored = self.repository.ignored()
        out = self._from_root(self.out) if self.out is not None else None
        if out is not None and self.repository is not None and self.repository.is_tracked(out):
            out = None
        return _Exclusion(self.root.resolve(), ignored, out)

    def _is_own_report(self, name: str, content: bytes) -> bool:
        """Whether a file is an uncommitted report of codescan."""
        head = content[:_HEAD]
        if self.repository is None or _REPORT_MARK not in head:
            return False
        form = any(mark in head for mark in _REPORT_FORMS)
        return form and not self.repository.is_tracked(name)


class _Exclusion(Struct, frozen=True):
    """Files and folders that a walk excludes."""

    root: Path
    ignored: frozenset[str]
    out: str | None

    def __call__(self, path: Path) -> bool:
        """Whether a file or folder is excluded."""
        try:
            name = (path.parent.resolve() / path.name).relative_to(self.root).as_posix()
        except (OSError, RuntimeError, ValueError):
            return False
        return name == self.out or name in self.ignored or f"{name}/" in self.ignored


def _is_there(path: Path) -> bool:
    """Whether a tracked file exists in the working tree and is neither a link nor a submodule."""
    try:
        return path.exists() and not path.is_symlink() and not path.is_dir()
    except OSError:  # reading it says why
        return True
