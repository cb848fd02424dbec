# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Walks a folder in a fixed order, at any depth, and names the folders that it cannot list."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

__all__ = ["files_below", "is_folder", "walk_folder"]


def walk_folder(
    root: Path | str, skipped_names: Container[str] = ()
) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder with the names of its files, a folder before the folders in it.

    Unlike `os.walk` of Python 3.11, it does not recurse: depth only needs memory for names. A
    folder that cannot be listed, or whose path is too long, is yielded like a file of its parent
    folder, so that opening it raises the error. Links count as files.

    Args:
        root: the folder.
        skipped_names: names of folders that are left out at any depth.
    """
    waiting = [(os.fspath(root), "", "")]  # path, path of its parent, its own name
    while waiting:
        folder, parent, own_name = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted((entry.name, is_folder(entry)) for entry in entries)
        except OSError:
            if parent:
                yield parent, [own_name]
            continue
        yield folder, [name for name, is_folder in listed if not is_folder]
        waiting += [
            (os.path.join(folder, name), folder, name)  # noqa: PTH118 - a hot loop
            for name, is_folder in reversed(listed)
            if is_folder and name not in skipped_names
        ]


def files_below(root: Path, *endings: str) -> list[Path]:
    """The files below a folder with these name endings, sorted; at any depth, unlike `Path.rglob`.

    Args:
        root: the folder.
        endings: endings of file names.
    """
    return sorted(
        Path(folder, name)
        for folder, names in walk_folder(root)
        for name in names
        if name.endswith(endings)
    )


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder and not a link; False if that cannot be determined."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
