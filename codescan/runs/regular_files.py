# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Replace regular files in one step, in folders that a stranger may have prepared.

The new content is written beside the old one under a name that nobody can guess, in a file that
did not exist before, and then renamed. Inside a project no link is followed on the way.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

from codescan.errors import OutputError
from codescan.system.folders import open_folder
from codescan.tasks.unfinished import replacing_in_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.system.folders import Folder

__all__ = ["write_regular_file"]


def write_regular_file(path: Path, content: bytes, *, inside: Path | None = None) -> None:
    """Write a file so that it holds either all of `content` or what it held before.

    Missing folders are made. The permissions of an existing file stay.

    Args:
        path: the file.
        content: what it will hold.
        inside: the folder that the file must lie in: every folder from there on must be a real
            one, not a link. None: the caller names the file, and links to its folder are followed.

    Raises:
        OutputError: the place is not a regular file, a link leads to it, or it cannot be written.
    """
    try:
        with _opened_folder(path, inside) as folder:
            mode = _current_mode(folder, path)
            with replacing_in_folder(folder, path.name, mode=mode) as stream:
                stream.write(content)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}", "check its permissions"
        ) from error


@contextlib.contextmanager
def _opened_folder(path: Path, inside: Path | None) -> Iterator[Folder]:
    """The folder of a file, made if it is missing, opened."""
    if inside is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = open_folder(path.parent)
    else:
        folder = _walk(path, inside)
    try:
        yield folder
    finally:
        folder.close()


def _walk(path: Path, inside: Path) -> Folder:
    """Open one folder after the other, from `inside` to that of a file, following no link."""
    parts = path.relative_to(inside).parts[:-1]
    folder = open_folder(inside)
    for number, part in enumerate(parts, start=1):
        if part == os.pardir:
            folder.close()
            raise OutputError(f"{path} leads out of {inside}", "name a file inside it")
        try:
            below = folder.below(part)
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.ENOTDIR}:
                raise
            place = inside.joinpath(*parts[:number])
            raise OutputError(
                f"cannot write {path}: {place} is a link or not a folder",
                "replace it by a folder",
            ) from error
        finally:
            folder.close()
        folder = below
    return folder


def _current_mode(folder: Folder, path: Path) -> int | None:
    """The permissions of the file; None where there is none."""
    try:
        status = folder.status(path.name)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OutputError(
            f"cannot write {path}: it is a link, a folder, a pipe or a device",
            "replace it by a regular file, or name another one",
        )
    return stat.S_IMODE(status.st_mode)
