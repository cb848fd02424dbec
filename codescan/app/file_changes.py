# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of a project's files: as a patch, or written safely to disk."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.errors import OutputError
from codescan.runs.regular_files import write_regular_file
from codescan.sources.regular_files import read_regular_file

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Changes", "patch", "read_current", "write_changes"]

Changes = dict[Path, tuple[bytes | None, bytes]]
"""Content before and after, by file; before is None for a new file."""

_MAX_BYTES = 16 << 20
_QUOTED = re.compile(rb"[\x00-\x1f\"\\\x7f-\xff]")
_ESCAPES = {9: b"\\t", 10: b"\\n", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}


def read_current(path: Path, root: Path) -> bytes | None:
    """Read the content of a file that will be replaced; None for a new file.

    Raises:
        OutputError: the path is a link.
        ConfigError: the path is not a regular file, is too large, or cannot be read.
    """
    if path.is_symlink():
        raise OutputError(f"{path} is a link", "replace the link by a file")
    inside = root if path.is_relative_to(root) else None
    return read_regular_file(path, _MAX_BYTES, inside=inside)


def patch(changes: Changes, root: Path) -> bytes:
    """The changes as a unified diff that `git apply` and `patch -p1` take at the root.

    Args:
        changes: by path below `root`.
        root: folder that paths are relative to.
    """
    return b"".join(
        _file_patch(os.fsencode(os.path.relpath(path, root)), before, after)
        for path, (before, after) in changes.items()
    )


def _file_patch(name: bytes, before: bytes | None, after: bytes) -> bytes:
    old, new = _quoted(b"a/" + name), _quoted(b"b/" + name)
    head = b"diff --git " + old + b" " + new + b"\n"
    if before is None:
        head += b"new file mode 100644\n"
        old = b"/dev/null"
    # Latin-1 maps every byte to one character and back.
    one, other = (
        text.decode("latin-1").split("\n") if text else [""] for text in (before or b"", after)
    )
    lines = difflib.unified_diff(_terminated(one), _terminated(other), "a", "b")
    body = [line.encode("latin-1") for line in lines][2:]
    shown = (line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"
             for line in body)  # fmt: skip
    return head + b"--- " + _named(old) + b"+++ " + _named(new) + b"".join(shown)


def _terminated(pieces: list[str]) -> list[str]:
    """Lines with their line feed; a last line without one stays unchanged."""
    lines = [piece + "\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines


def _named(name: bytes) -> bytes:
    """A name in the header of a file's diff; a tab ends a name with a blank."""
    return name + (b"\t\n" if b" " in name and not name.startswith(b'"') else b"\n")


def _quoted(name: bytes) -> bytes:
    """A name as git quotes it (core.quotePath)."""
    if not _QUOTED.search(name):
        return name
    escaped = _QUOTED.sub(lambda m: _ESCAPES.get(m[0][0], b"\\%03o" % m[0][0]), name)
    return b'"' + escaped + b'"'


def write_changes(changes: Mapping[Path, tuple[bytes | None, bytes]], root: Path) -> None:
    """Replace files, each atomically; permissions are kept, and links are not followed.

    Args:
        changes: by path. A file is skipped if its content differs from the recorded one.
        root: the project; the caller is responsible for links out of it.

    Raises:
        OutputError: a file cannot be written, has changed, or is reached through a link.
    """
    for path, (before, after) in changes.items():
        if read_current(path, root) != before:
            raise OutputError(f"{path} has changed since it was read", "run the command again")
        write_regular_file(path, after, inside=root if path.is_relative_to(root) else None)
