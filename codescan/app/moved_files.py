# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find deleted and renamed files for the baseline.

pre-commit may run several checks in parallel, and each sees only some of the files. An entry then
follows its file only along a rename recorded by Git, which has one target. Otherwise two checks
could each accept a copy with the same entry.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from codescan.errors import GitError

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.gate.changes import ChangeSet, Repository
    from codescan.gate.policy_files import PolicyFiles

__all__ = ["MovedFiles"]

_OUTSIDE = ("<", "/", "../")
_MAX_RENAMES = 8
_MAX_LOOKUPS = 200
"""Maximum number of files whose renames are searched in the history; others count as not renamed.
"""


class MovedFiles:
    """Paths of the baseline's files after the change.

    Args:
        root: the project.
        repository: its repository, if any.
        change: change under review; None for whole files.
        after: files of the last commit of the change, if it is committed.
        is_partial: whether this check excludes files of the project or the change.
    """

    def __init__(
        self,
        root: Path,
        repository: Repository | None,
        change: ChangeSet | None,
        after: PolicyFiles | None,
        *,
        is_partial: bool,
    ) -> None:
        self._root = root
        self._repository = repository
        self._change = change
        self._after = after
        self._is_partial = is_partial
        self._tracked: frozenset[str] | None = None
        self._staged: dict[str, str] | None = None
        self._renamed: dict[str, str] = {}

    def exists(self, path: str) -> bool:
        """Whether the project has a file after the change."""
        if path.startswith(_OUTSIDE):
            return True  # standard input, or outside the project
        if self._after is not None:
            folder, name = posixpath.split(path)
            return name in self._after.names(folder)
        if self._change is not None and self._repository is not None:
            if self._tracked is None:
                self._tracked = self._repository.tracked()
            return path in self._tracked
        return (self._root / path).is_symlink() or (self._root / path).exists()

    def may_follow(self, old: str, new: str) -> bool:
        """Whether an entry of a deleted file may apply to another file."""
        return self._is_seen_whole(old) or self._destination(old) == new

    def is_settled(self, old: str) -> bool:
        """Whether this check sees every file that an entry of a deleted file may follow to."""
        return self._is_seen_whole(old) or not self._destination(old)

    def _is_seen_whole(self, old: str) -> bool:
        """Whether this check sees the whole project, or the whole change that deletes a file."""
        if self._is_partial:
            return False
        return self._change is None or old in self._change.removed_paths()

    def _destination(self, old: str) -> str:
        """The renamed path of a file; "" if unknown."""
        if old not in self._renamed:
            may_look_up = len(self._renamed) < _MAX_LOOKUPS
            self._renamed[old] = self._look_up(old) if may_look_up else ""
        return self._renamed[old]

    def _look_up(self, path: str) -> str:
        if self._repository is None:
            return ""
        seen = {path}
        try:
            for _ in range(_MAX_RENAMES):
                path = self._staged_renames().get(path) or self._repository.renamed_in_history(
                    path, self._change.head if self._change is not None else ""
                )
                if not path or path in seen or self.exists(path):
                    return "" if path in seen else path
                seen.add(path)
        except GitError:  # nothing is let in by a rename that cannot be read
            return ""
        return ""

    def _staged_renames(self) -> dict[str, str]:
        """Old to new path of the renames in the change or in Git's index."""
        if self._staged is None:
            change = self._change
            if change is None and self._repository is not None and not self._repository.is_bare:
                change = self._repository.staged()
            self._staged = change.renames() if change is not None else {}
        return self._staged
