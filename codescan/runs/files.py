# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files of a run: private, and either whole or absent.

Prompts and completions may hold text that others must not read, so only the user may.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import IO, TYPE_CHECKING, cast

from codescan.errors import OutputError
from codescan.system.files import open_file
from codescan.system.folders import open_folder
from codescan.tasks.unfinished import replacing_in_folder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PRIVATE_FOLDER", "output_error", "private_file", "write_atomically"]

PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


def private_file(path: Path, mode: str = "ab") -> IO[bytes]:
    """Open a file for writing that only the user may read, whatever the umask.

    Raises:
        OSError: it cannot be opened, or is a link.
    """

    def opener(name: str, flags: int) -> int:
        return open_file(name, flags, _PRIVATE_FILE)

    return cast("IO[bytes]", open(path, mode, opener=opener))


def write_atomically(path: Path, text: str | bytes) -> Path:
    """Write a file so that `path` holds either all of it or what it held before.

    Text is written as UTF-8, bytes as they are. Lone surrogates, which models and JSON escapes can
    produce, become "?". A device, a pipe or a stream such as /dev/stdout is written to, not
    replaced.

    Returns:
        `path`.

    Raises:
        OutputError: the folder is missing or not writable, or the disk is full.
    """
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    try:
        if _is_stream(path):
            with path.open("ab") as stream:
                stream.write(content)
            return path
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        folder = open_folder(path.parent)
        try:
            with replacing_in_folder(folder, path.name, private=True) as file:
                file.write(content)
        finally:
            folder.close()
    except OSError as error:
        raise output_error(path, error) from error
    return path


def _is_stream(path: Path) -> bool:
    """Whether something other than a regular file or a folder has this name.

    The links to a process's own streams count, too: they may lead to a regular file.
    """
    try:
        mode = path.stat().st_mode
        is_process_link = path.is_symlink() and path.readlink().is_relative_to("/proc")
    except OSError:
        return False
    return is_process_link or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def output_error(path: Path, error: OSError) -> OutputError:
    """The OutputError that says why `path` cannot be written and what to do next."""
    reason = error.strerror or str(error)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "free some space, then run the same command again: it continues where it was"
    elif error.errno == errno.ENOENT:
        hint = "create the folder first, or choose another path with --out"
    else:
        hint = "choose a place you can write to with --out"
    return OutputError(f"cannot write {path}: {reason}", hint)
