# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the additions of a change: staged or committed files with their added lines.

Git tells only which paths change and the ids of their contents. The contents come from its object
store, never from the working tree, and are compared here, so that no attribute, filter or setting
decides which lines count.
"""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import GitError, GitTimeoutError, UsageError
from codescan.gate.change_set import (
    DIFF_OPTIONS,
    MAX_BYTES,
    REGULAR,
    Change,
    ChangeSet,
    entries_of,
    shown_path,
)
from codescan.git.command import PROBE_SECONDS, Git, is_fixed
from codescan.git.objects import ObjectReader
from codescan.git.special_files import (
    refuse_special_files,
    refuse_special_files_in,
    refuse_special_ignore_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_BYTES", "Change", "ChangeSet", "Repository", "shown_path"]

_LISTED = 5  # names that a message lists
_ANSWERS = 7  # six lines, and what follows the last line end
_SETTINGS = r"^(remote\..*\.url|core\.sparsecheckout)$"
_NO = frozenset({"false", "no", "off", "0", ""})
_EMPTY_TREES = (
    "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
)
"""Ids of the tree without entries, by SHA-1 and SHA-256."""


class Repository:
    """A Git repository, from a folder inside it.

    Args:
        folder: where git runs.

    Raises:
        UsageError: the folder is in no repository.
        GitError: git is missing, or refuses the repository.
    """

    def __init__(self, folder: Path) -> None:
        self.git = Git(folder, in_hook=True)
        self.objects = ObjectReader(self.git)
        """Reads objects; its process ends with the repository."""
        self.is_bare = False
        """Whether there is no working tree."""
        self.root: Path | None = None
        """The working tree; None for a bare repository."""
        self.prefix = ""
        """The folder from the root, with a slash at its end; "" at the root."""
        if not self._is_found_at_once():
            self._find(folder)

    def _is_found_at_once(self) -> bool:
        """Whether one command of git answers all questions about a working tree."""
        try:
            answer = self.git.run(
                "rev-parse", "--is-bare-repository", "--is-inside-work-tree",
                "--absolute-git-dir", "--git-common-dir", "--show-toplevel", "--show-prefix",
                seconds=PROBE_SECONDS,
            )  # fmt: skip
        except GitTimeoutError:
            raise
        except (GitError, UsageError):  # asked one by one, git says what is wrong
            return False
        lines = answer.split(b"\n")
        if len(lines) != _ANSWERS or lines[:2] != [b"false", b"true"]:  # names with line ends
            return False
        refuse_special_files_in(self.git.folder / os.fsdecode(line) for line in lines[2:4])
        self.root, self.prefix = Path(os.fsdecode(lines[4])), os.fsdecode(lines[5])
        return True

    def _find(self, folder: Path) -> None:
        answer = self.git.run(
            "rev-parse", "--is-bare-repository", "--is-inside-work-tree", seconds=PROBE_SECONDS
        )
        refuse_special_files(self.git, PROBE_SECONDS)
        self.is_bare = answer.startswith(b"true")
        if self.is_bare:
            self._refuse_embedded()
        else:
            if not answer.rstrip().endswith(b"true"):
                raise UsageError(
                    f"{folder} is inside a Git directory, not in a working tree",
                    "run it in the working tree",
                )
            root = self.git.run("rev-parse", "--show-toplevel").removesuffix(b"\n")
            self.root = Path(os.fsdecode(root))
            prefix = self.git.run("rev-parse", "--show-prefix").removesuffix(b"\n")
            self.prefix = os.fsdecode(prefix)

    def _refuse_embedded(self) -> None:
        """Refuse a bare repository that lies in the working tree of another one.

        Its files may have come with a change, and would then decide instead of the repository.

        Raises:
            UsageError: it lies in one.
        """
        if "GIT_DIR" in os.environ:  # named by the caller, as in hooks of a server
            return
        place = os.fsdecode(self.git.run("rev-parse", "--absolute-git-dir").removesuffix(b"\n"))
        try:
            answer = Git(Path(place).parent).run("rev-parse", "--show-toplevel")
        except (UsageError, GitError):
            return
        outer = os.fsdecode(answer.removesuffix(b"\n"))
        raise UsageError(
            f"{place} is a bare repository inside the working tree of {outer}",
            f"run codescan in {outer}, or set GIT_DIR to check the bare repository",
        )

    def staged(self) -> ChangeSet:
        """The additions of the next commit.

        Raises:
            UsageError: the repository is bare, or conflicts of a merge are not resolved.
            GitError: git fails.
        """
        if self.is_bare:
            raise UsageError(
                "a bare repository has no index", "name commits: --diff A..B"
            )  # fmt: skip
        head = self.commit("HEAD")
        notes = [] if head else ["there is no commit yet: every staged line counts as added"]
        if self.commit("MERGE_HEAD"):
            notes.append("a merge is in progress: what the other branch brings counts as added")
        base = head or self._empty_tree()
        output = self.git.run(
            "diff-index", "--cached", "--ita-invisible-in-index", *DIFF_OPTIONS, base, "--"
        )
        entries = tuple(entries_of(output))
        _refuse_conflicts(sorted({entry.path for entry in entries if entry.status == "U"}))
        return ChangeSet(self.objects, head, "", entries, tuple(notes))

    def between(self, revisions: str) -> ChangeSet:
        """The additions of one commit to another.

        Args:
            revisions: "A..B", or "A...B" for what B adds since it left A.

        Raises:
            UsageError: it is not such a range, or git does not know the commits.
            GitError: git fails.
        """
        first, dots, last = revisions.partition("...")
        if not dots:
            first, dots, last = revisions.partition("..")
        if not dots or not (first or last):
            raise UsageError(
                f"{revisions!r} is not a range of commits", "write it as A..B or A...B"
            )
        base, head = self._known(first or "HEAD"), self._known(last or "HEAD")
        if dots == "...":
            ancestor = self.git.answers("merge-base", base, head)
            if not ancestor:
                raise UsageError(
                    f"the commits of {revisions!r} have no common ancestor in this repository",
                    "a shallow clone may lack it: git fetch --unshallow; or compare with A..B",
                )
            base = ancestor.decode("ascii").split()[0]
        output = self.git.run("diff-tree", "-r", *DIFF_OPTIONS, base, head, "--")
        return ChangeSet(self.objects, base, head, tuple(entries_of(output)))

    def everything(self, revision: str) -> ChangeSet:
        """All files of a commit, as additions.

        Raises:
            UsageError: git does not know the commit.
            GitError: git fails.
        """
        head = self._known(revision)
        output = self.git.run("diff-tree", "-r", *DIFF_OPTIONS, self._empty_tree(), head, "--")
        return ChangeSet(self.objects, "", head, tuple(entries_of(output)))

    def commit(self, revision: str) -> str:
        """The full id of a commit; "" if git does not know it.

        Raises:
            GitError: git is missing or takes too long.
            UsageError: the name is ambiguous.
        """
        if is_fixed(revision):
            return self.objects.resolve(revision, "commit")
        return self.git.resolve(revision, "commit")

    def renamed_in_history(self, path: str, head: str = "") -> str:
        """The path to which the last commit that removed a file renamed it; "" for none.

        Args:
            path: from the root.
            head: the commit whose history counts; "" for HEAD.

        Raises:
            GitError: git fails.
        """
        git = Git(self.root or self.git.folder, in_hook=True)
        answer = git.run(
            "log", "-1", "--format=%H %P", "--diff-filter=D", "--no-renames", "--full-history",
            head or "HEAD", "--", path, seconds=PROBE_SECONDS,
        )  # fmt: skip
        commits = answer.decode("ascii", "replace").split()
        if len(commits) < 2:  # noqa: PLR2004  the commit and its parent
            return ""
        output = self.git.run("diff-tree", "-r", *DIFF_OPTIONS, commits[1], commits[0], "--")
        change = ChangeSet(self.objects, commits[1], commits[0], tuple(entries_of(output)))
        return change.renames().get(path, "")

    def relative(self, paths: Iterable[str]) -> frozenset[str]:
        """Paths as given on the command line, from the root of the repository."""
        root = "" if self.root is None else os.fspath(self.root)
        return frozenset(
            posixpath.relpath(path, root)
            if path.startswith("/")
            else posixpath.normpath(posixpath.join(self.prefix, path))
            for path in paths
        )

    def user(self) -> str:
        """The name and address that commits are made under, or ""."""
        try:
            identity = os.fsdecode(self.git.run("var", "GIT_AUTHOR_IDENT"))
        except (GitError, UsageError):
            return ""
        return identity.rpartition(">")[0] + ">"

    def remotes(self) -> tuple[str, ...]:
        """The addresses of all remotes; none where there are none."""
        return tuple(value for key, value in self._settings if value and key.startswith("remote."))

    @cached_property
    def _settings(self) -> tuple[tuple[str, str | None], ...]:
        """Key and value of the requested settings; None for a key without a value."""
        answer = self.git.answers("config", "-z", "--get-regexp", _SETTINGS)
        entries = (entry.partition("\n") for entry in os.fsdecode(answer or b"").split("\0"))
        return tuple((key, value if end else None) for key, end, value in entries if key)

    def ignored(self) -> frozenset[str]:
        """Untracked files and folders (with a slash at the end) that Git ignores, from the root.

        Raises:
            GitError: git fails.
        """
        if self.root is None:
            return frozenset()
        refuse_special_ignore_files(self.root)
        output = Git(self.root, in_hook=True).run(
            "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"
        )
        return frozenset(filter(None, os.fsdecode(output).split("\0")))

    def unchecked_out(self) -> dict[str, str]:
        """Path to object id of the files that a sparse checkout leaves out.

        Raises:
            GitError: git fails.
        """
        values = [value for key, value in self._settings if key == "core.sparsecheckout"]
        if self.is_bare or not values or (values[-1] is not None and values[-1].lower() in _NO):
            return {}
        output = self.git.run("ls-files", "-z", "-t", "-s", "--full-name")
        entries: dict[str, str] = {}
        for line in output.split(b"\0"):
            head, _, path = line.partition(b"\t")
            tag, _, stated_path = head.decode("ascii", "replace").partition(" ")
            fields = stated_path.split()
            if tag == "S" and len(fields) == 3 and fields[0] in REGULAR:  # noqa: PLR2004
                entries[os.fsdecode(path)] = fields[1]
        return entries

    def is_tracked(self, path: str) -> bool:
        """Whether the index holds a path from the root.

        Raises:
            GitError: git fails.
        """
        folder = self.root or self.git.folder
        return bool(Git(folder, in_hook=True).run("ls-files", "-z", "--cached", "--", path))

    def tracked(self) -> frozenset[str]:
        """Every path of the index, from the root.

        Raises:
            GitError: git fails.
        """
        folder = self.root or self.git.folder
        output = Git(folder, in_hook=True).run("ls-files", "-z", "--cached")
        return frozenset(filter(None, os.fsdecode(output).split("\0")))

    def _known(self, revision: str) -> str:
        commit = self.commit(revision)
        if not commit:
            raise UsageError(
                f"{revision!r} is not a commit of this repository",
                "check the spelling; a shallow clone may lack it: git fetch origin COMMIT",
            )
        return commit

    def _empty_tree(self) -> str:
        """The id of the tree without entries, which git knows in every repository."""
        is_sha1 = self.objects.size(_EMPTY_TREES[0], "tree") == 0
        return _EMPTY_TREES[not is_sha1]


def _refuse_conflicts(paths: list[str]) -> None:
    if paths:
        more = f" and {len(paths) - _LISTED} more" if len(paths) > _LISTED else ""
        raise UsageError(
            "conflicts of a merge are not resolved in "
            f"{', '.join(map(shown_path, paths[:_LISTED]))}{more}",
            "resolve them and `git add` the files, then check again",
        )
