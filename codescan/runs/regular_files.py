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
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["remove_unfinished", "replace_in_folder", "write_regular_file"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MODE = 0o666
_NAME_BYTES = 8
_UNFINISHED = lazy_pattern(rf"\.codescan-[0-9a-f]{{{2 * _NAME_BYTES}}}\.partial")


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
            replace_in_folder(folder, path.name, content, mode=_current_mode(folder, path))
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}", "check its permissions"
        ) from error


def replace_in_folder(
    folder: int, name: str, content: bytes, *, mode: int | None, private: bool = False
) -> None:
    """Replace a file of an opened folder in one step, and make it durable.

    Args:
        folder: descriptor of the folder.
        name: of the file.
        content: what it will hold.
        mode: its permissions; None: those of a new file.
        private: whether only the user may read a new file.

    Raises:
        OSError: it cannot be written.
    """
    aside = f".codescan-{os.urandom(_NAME_BYTES).hex()}.partial"
    descriptor = os.open(aside, _NEW_FILE, 0o600 if private else _MODE, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            if mode is not None:
                os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside, dir_fd=folder)
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left of files that they were about to replace.

    Args:
        folder: that no other process writes to meanwhile.

    Raises:
        OSError: the folder cannot be read or changed.
    """
    for path in folder.iterdir():
        if _UNFINISHED.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink()


@contextlib.contextmanager
def _opened_folder(path: Path, inside: Path | None) -> Iterator[int]:
    """The folder of a file, made if it is missing, as a descriptor."""
    if inside is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = os.open(path.parent, _FOLDER)
    else:
        folder = _walk(path, inside)
    try:
        yield folder
    finally:
        os.close(folder)


def _walk(path: Path, inside: Path) -> int:
    """Open one folder after the other, from `inside` to that of a file, following no link."""
    parts = path.relative_to(inside).parts[:-1]
    folder = os.open(inside, _FOLDER)
    for number, part in enumerate(parts, start=1):
        if part == os.pardir:
            os.close(folder)
            raise OutputError(f"{path} leads out of {inside}", "name a file inside it")
        try:
            below = _folder_in(folder, part)
        except OSError as error:
            if error.errno not in {errno.ELOOP, errno.ENOTDIR}:
                raise
            place = inside.joinpath(*parts[:number])
            raise OutputError(
                f"cannot write {path}: {place} is a link or not a folder",
                "replace it by a folder",
            ) from error
        finally:
            os.close(folder)
        folder = below
    return folder


def _folder_in(folder: int, name: str) -> int:
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        with contextlib.suppress(FileExistsError):  # made by another process in between
            os.mkdir(name, dir_fd=folder)
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)


def _current_mode(folder: int, path: Path) -> int | None:
    """The permissions of the file; None where there is none."""
    try:
        status = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OutputError(
            f"cannot write {path}: it is a link, a folder, a pipe or a device",
            "replace it by a regular file, or name another one",
        )
    return stat.S_IMODE(status.st_mode)
