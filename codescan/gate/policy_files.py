# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The files that state a policy, as they are in the working tree or in a commit.

Paths are counted from the root, with forward slashes. Only regular files are read, up to a
limit; a link counts when it stays inside the project.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, Protocol

from codescan.errors import ConfigError, GitError
from codescan.git.objects import LINK, SUBMODULE, TREE
from codescan.sources.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.git.objects import ObjectReader, TreeEntry

__all__ = ["CommitFiles", "DiskFiles", "NoFiles", "PolicyFiles", "parents_of"]

_MAX_LINKS = 8
_MAX_LINK_BYTES = 4096


class PolicyFiles(Protocol):
    """Read-only access to the files of one state of a project."""

    def read(self, path: str, limit: int) -> bytes | None:
        """The content of a file, or None where there is none.

        Raises:
            ConfigError: it is not a regular file, larger than `limit`, or leads out.
            GitError: git fails, or lacks the object.
        """
        ...

    def names(self, folder: str) -> tuple[str, ...]:
        """The sorted names of everything directly in a folder; "" is the root."""
        ...

    def real_path(self, path: str) -> str:
        """The path that a link leads to; `path` itself where it is not a link."""
        ...


class NoFiles:
    """A project without any file: nothing of a checkout is trusted."""

    def read(self, path: str, limit: int) -> bytes | None:  # noqa: ARG002
        """Nothing."""
        return None

    def names(self, folder: str) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing."""
        return ()

    def real_path(self, path: str) -> str:
        """The path as it is."""
        return path


class DiskFiles:
    """The files below a folder.

    Args:
        root: the folder.
        unchecked_out: files that a sparse checkout leaves out, by path.
        objects: reads their contents.
    """

    def __init__(
        self,
        root: Path,
        unchecked_out: Mapping[str, str] | None = None,
        objects: ObjectReader | None = None,
    ) -> None:
        self.root = root
        self._sparse, self._objects = unchecked_out or {}, objects

    def read(self, path: str, limit: int) -> bytes | None:
        """As in `PolicyFiles`."""
        content = read_regular_file(self.root / path, limit, inside=self.root)
        if content is None and path in self._sparse and self._objects is not None:
            return self._objects.read(self._sparse[path], limit)
        return content

    def names(self, folder: str) -> tuple[str, ...]:
        """As in `PolicyFiles`."""
        try:
            present = os.listdir(self.root / folder)  # noqa: PTH208  names are all that is wanted
        except (OSError, ValueError):
            present = []
        elsewhere = [
            name for head, name in map(posixpath.split, self._sparse) if head == folder
        ]  # fmt: skip
        return tuple(sorted({*present, *elsewhere}))

    def real_path(self, path: str) -> str:
        """As in `PolicyFiles`."""
        try:
            return (self.root / path).resolve().relative_to(self.root.resolve()).as_posix()
        except (OSError, RuntimeError, ValueError):
            return path


class CommitFiles:
    """The files of a commit, read from the object store.

    Args:
        objects: reads those of the repository.
        commit: full id.
    """

    def __init__(self, objects: ObjectReader, commit: str) -> None:
        self._objects, self._commit = objects, commit
        self._trees: dict[str, dict[str, TreeEntry]] = {}

    def read(self, path: str, limit: int) -> bytes | None:
        """As in `PolicyFiles`."""
        real, entry = self._follow(path)
        if entry is None:
            return None
        if entry.mode in (TREE, SUBMODULE):
            raise ConfigError(f"{path} is not a regular file", "replace it by a file")
        size = self._objects.size(entry.object_id)
        if size is None:
            raise GitError(
                f"{real} of commit {self._commit[:12]} is missing in this repository",
                "fetch it: git fetch --refetch --no-filter",
            )
        if size > limit:
            raise ConfigError(f"{path} is larger than {limit} bytes", "shorten it")
        return self._objects.read(entry.object_id, limit)

    def names(self, folder: str) -> tuple[str, ...]:
        """As in `PolicyFiles`."""
        return tuple(sorted(self._tree(folder)))

    def real_path(self, path: str) -> str:
        """As in `PolicyFiles`."""
        try:
            return self._follow(path)[0]
        except ConfigError:
            return path

    def _follow(self, path: str) -> tuple[str, TreeEntry | None]:
        """The entry that a path names, links followed."""
        for _ in range(_MAX_LINKS):
            folder, name = posixpath.split(path)
            entry = self._tree(folder).get(name)
            if entry is None or entry.mode != LINK:
                return path, entry
            target = os.fsdecode(self._objects.read(entry.object_id, _MAX_LINK_BYTES) or b"")
            after = posixpath.normpath(posixpath.join(folder, target))
            if not target or target.startswith("/") or after.startswith(".."):
                raise ConfigError(
                    f"{path} leads out of the project, to {target}",
                    "replace the link by a copy of the file",
                )
            path = after
        raise ConfigError(f"{path} is a chain of too many links", "replace it by a file")

    def _tree(self, folder: str) -> dict[str, TreeEntry]:
        """The entries of a folder; none where it is not one."""
        missing = []
        for above in parents_of(folder):  # no recursion: folders may be thousands deep
            if above in self._trees:
                break
            missing.append(above)
        for each in reversed(missing):
            if not each:
                self._trees[""] = self._objects.tree(self._objects.resolve(self._commit, "tree"))
                continue
            above, name = posixpath.split(each)
            entry = self._trees[above].get(name)
            known = entry is not None and entry.mode == TREE
            self._trees[each] = self._objects.tree(entry.object_id) if entry and known else {}
        return self._trees[folder]


def parents_of(folder: str) -> Iterator[str]:
    """A folder and everything above it up to the root, which is ""."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
