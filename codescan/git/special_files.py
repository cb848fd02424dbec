# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find pipes and devices among the files that git reads for itself: it would wait for them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import GitError

if TYPE_CHECKING:
    from codescan.git.command import Git

__all__ = ["refuse_special_files"]

_FOLDERS = ("", "info", "objects/info", "objects/pack")
_MAX_ENTRIES = 100_000


def refuse_special_files(git: Git, seconds: float) -> None:
    """Check the folders in which git keeps a repository.

    Sockets stay: git's own file-system monitor listens on one.

    Args:
        git: the repository.
        seconds: the deadline.

    Raises:
        GitError: a file is a pipe or a device, or a link to one.
    """
    answer = git.run("rev-parse", "--absolute-git-dir", "--git-common-dir", seconds=seconds)
    places = dict.fromkeys(git.folder / os.fsdecode(line) for line in answer.splitlines())
    for place in places:
        for name in _FOLDERS:
            special = _special_file(place / name)
            if special is not None:
                raise GitError(
                    f"{special} is a pipe or a device, which git would wait for", "remove it"
                )


def _special_file(folder: Path) -> Path | None:
    try:
        with os.scandir(folder) as entries:
            for entry, _ in zip(entries, range(_MAX_ENTRIES), strict=False):
                if entry.is_file() or entry.is_dir(follow_symlinks=False):
                    continue
                path = Path(entry.path)
                mode = path.stat().st_mode
                if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
                    return path
    except OSError:  # absent, or git says what is wrong with it
        return None
    return None
