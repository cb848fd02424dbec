# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find pipes and devices among the files that git itself reads, since they would block git."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.git.command import Git

__all__ = [
    "refuse_special_files",
    "refuse_special_files_in",
    "refuse_special_ignore_files",
]

_FOLDERS = ("", "info", "objects/info", "objects/pack")
_IGNORE, _GIT = ".gitignore", ".git"
_MAX_ENTRIES = 100_000


def refuse_special_files(git: Git, seconds: float) -> None:
    """Check the folders in which git keeps a repository.

    Sockets are allowed: git's own file-system monitor listens on one.

    Args:
        git: the repository.
        seconds: the time limit.

    Raises:
        GitError: a file is a pipe or a device, or a link to one.
    """
    answer = git.run("rev-parse", "--absolute-git-dir", "--git-common-dir", seconds=seconds)
    refuse_special_files_in(git.folder / os.fsdecode(line) for line in answer.splitlines())


def refuse_special_files_in(folders: Iterable[Path]) -> None:
    """The same for a repository whose folders are known.

    Args:
        folders: the repository's own folder, and the folder that its working trees share.

    Raises:
        GitError: a file is a pipe or a device, or a link to one.
    """
    for place in dict.fromkeys(folders):
        for name in _FOLDERS:
            special = _special_file(place / name)
            if special is not None:
                raise GitError(
                    f"{special} is a pipe or a device, which git would wait for", "remove it"
                )


def refuse_special_ignore_files(root: Path) -> None:
    """Check the .gitignore files of a working tree, in every folder.

    Args:
        root: root of the working tree.

    Raises:
        GitError: one of them is a pipe or a device, or a link to one.
    """
    waiting = [os.fspath(root)]
    while waiting:  # no recursion: folders may be nested thousands of levels deep
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name == _IGNORE and _is_special(Path(entry.path)):
                        raise GitError(
                            f"{entry.path} is a pipe or a device, which git would wait for",
                            "remove it",
                        )
                    if entry.name != _GIT and entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:  # the walk over the files reports what cannot be read
            continue


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def _special_file(folder: Path) -> Path | None:
    try:
        with os.scandir(folder) as entries:
            for entry, _ in zip(entries, range(_MAX_ENTRIES), strict=False):
                if entry.is_file() or entry.is_dir(follow_symlinks=False):
                    continue
                if _is_special(Path(entry.path)):
                    return Path(entry.path)
    except OSError:  # missing, or git reports the error
        return None
    return None
