# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Checksums of a task's result, so that a run continues only from undamaged results.

After a power failure or on a bad disk, a complete folder may later have truncated or empty files. A
result that lost rows would look like a result with fewer findings.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.records.json_decode import decode_json
from codescan.records.json_encode import canonical_json
from codescan.records.json_form import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SUMS", "is_undamaged", "write_sums"]

SUMS = ".sums.json"
"""Name of the file with the checksums, inside the folder of the result."""
_DIGEST_BYTES = 16
_MOST_BYTES = 64 << 20


class _Sums(Struct, frozen=True, forbid_unknown_fields=True):
    """The content of the checksum file."""

    task: str
    plan: str
    files: dict[str, tuple[int, str]]
    """Size and checksum of each file, by its path."""


def write_sums(folder: Path, task: str, plan: str) -> None:
    """Write the checksums of all files of a folder.

    Args:
        folder: folder of the result.
        task: stage and name of the task, to detect the result of another task.
        plan: identifies the settings and inputs of the run.

    Raises:
        OSError: a file cannot be read or written.
    """
    sums = _Sums(task, plan, dict(_files(folder)))
    (folder / SUMS).write_bytes(canonical_json(encode(sums)))


def is_undamaged(folder: Path, task: str, plan: str) -> bool:
    """Whether a folder has exactly the files, unchanged, that `write_sums` recorded."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return False
        sums = folder / SUMS
        status = sums.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
            return False
        recorded = decode_json(sums.read_bytes(), _Sums)
        return recorded == _Sums(task, plan, dict(_files(folder)))
    except (OSError, ValueError):
        return False


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, str]]]:
    """Name, size and checksum of each file below a folder.

    Raises:
        OSError: a file cannot be read.
        ValueError: the folder contains something other than files and folders.
    """
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(folder / prefix) as listing:
            entries = list(listing)
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{name}/")
            elif not entry.is_file(follow_symlinks=False):
                raise ValueError(f"{name} is not a regular file")
            elif name != SUMS:
                yield name, _described(entry.path)


def _described(path: str) -> tuple[int, str]:
    with Path(path).open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES))
        return file.tell(), digest.hexdigest()
