# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are either whole or absent: written aside, synced, renamed."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from codescan.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["output_error", "write_atomically"]


def write_atomically(path: Path, text: str) -> Path:
    """Write `text` as UTF-8 so that `path` holds either all of it or what it held before.

    Lone surrogates, which models and JSON escapes can produce, become "?".

    Returns:
        `path`.

    Raises:
        OutputError: the folder is missing or not writable, or the disk is full.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with aside.open("wb") as stream:
            stream.write(text.encode("utf-8", "replace"))
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(path)
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
    return path


def output_error(path: Path, error: OSError) -> OutputError:
    """The OutputError that says why `path` cannot be written and what to do next."""
    reason = error.strerror or str(error)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        hint = "free some space, then run the same command again: it continues where it was"
    elif error.errno == errno.ENOENT:
        hint = "create the folder first, or choose another place with --out"
    else:
        hint = "choose a place you can write to with --out"
    return OutputError(f"cannot write {path}: {reason}", hint)
