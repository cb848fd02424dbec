# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Read the user's files: bounded, without blocking, and with a reason for each skipped file."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from codescan.records import Skipped
from codescan.sources.folder_walk import is_folder
from codescan.system.files import open_file as open_path
from codescan.text.decoding import HEAD_BYTES, binary_reason, decode_text, looks_binary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "EXCLUDED",
    "MAX_BYTES",
    "open_file",
    "read_lines",
    "read_stream",
    "read_text",
    "walk_files",
]

MAX_BYTES = 64 << 20
"""Maximum bytes of a compared text; the report names a longer one as unchecked."""

EXCLUDED = frozenset({".git", ".hg", ".svn", ".tox", ".venv", "__pycache__", "node_modules"})
"""Folders of tools and third-party files; read only if named as an input."""
_OPEN_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""Paths of streams that this process already has open, as shells write `<(command)`."""


def walk_files(
    folder: Path,
    is_excluded: Callable[[Path], bool] | None = None,
    excluded_names: frozenset[str] = EXCLUDED,
) -> Iterator[Path | Skipped]:
    """Yield the regular files below a folder, sorted by name.

    Links are not followed. Other entries that are not files are yielded as Skipped. So are folders
    that are excluded or cannot be listed.

    Args:
        folder: the folder.
        is_excluded: whether to exclude a file or folder, for example because Git ignores it.
        excluded_names: names of excluded folders.
    """
    waiting = [os.fspath(folder)]
    while waiting:  # a loop, since folders may lie deeper than Python's stack
        current = waiting.pop()
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield Skipped(
                Path(current).as_posix(), "read", "unreadable", error.strerror or str(error)
            )
            continue
        folders: list[str] = []
        for entry in entries:
            reason = _skip_reason(entry, is_excluded, excluded_names)
            if reason:
                yield Skipped(Path(entry.path).as_posix(), "read", reason)
            elif is_folder(entry):
                folders.append(entry.path)
            else:
                yield Path(entry.path)
        waiting += reversed(folders)


def _skip_reason(
    entry: os.DirEntry[str],
    is_excluded: Callable[[Path], bool] | None,
    excluded_names: frozenset[str],
) -> str:
    """Why an entry of a folder is not read; "" if it is read."""
    if is_excluded is not None and is_excluded(Path(entry.path)):
        return "ignored"
    try:
        if entry.is_symlink():
            return "link"
        if entry.is_dir(follow_symlinks=False):
            return "excluded-folder" if entry.name in excluded_names else ""
        return "" if entry.is_file(follow_symlinks=False) else "special-file"
    except OSError:  # reading it says why
        return ""


def read_text(path: Path) -> bytes | Skipped:
    """The text of a file as UTF-8, or the reason why it cannot be compared.

    A pipe, socket or device is opened only if this process already has it open.
    """
    opened = open_file(path)
    if isinstance(opened, Skipped):
        return opened
    name = path.as_posix()
    try:
        with opened as stream:
            return read_stream(stream, name)
    except OSError as error:
        return Skipped(name, "read", "unreadable", error.strerror or str(error))


def open_file(path: Path) -> BinaryIO | Skipped:
    """Open a file for reading, or return the reason why not; see `read_text`."""
    name = path.as_posix()
    is_open_stream = name.startswith(_OPEN_STREAMS)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not (is_open_stream and stat.S_ISFIFO(mode)):
            return Skipped(name, "read", "not-a-file", "pipe its content in, with - as the path")
        return os.fdopen(open_path(path, follow_links=True, wait=is_open_stream), "rb")
    except OSError as error:
        return Skipped(name, "read", "unreadable", error.strerror or str(error))


def read_stream(stream: BinaryIO, name: str) -> bytes | Skipped:
    """The text of a stream as UTF-8, or the reason why it cannot be compared.

    Args:
        stream: stream, read to its end or to the size limit.
        name: name of the input.

    Raises:
        OSError: the stream cannot be read.
    """
    head = stream.read(HEAD_BYTES)
    if looks_binary(head):
        return Skipped(name, "read", binary_reason(name))
    content = head + stream.read(max(0, MAX_BYTES + 1 - len(head)))
    if len(content) > MAX_BYTES:
        return Skipped(name, "read", "too-large", f"over {MAX_BYTES >> 20} MiB")
    decoded = decode_text(content, name)
    return Skipped(name, "read", decoded.reason) if decoded.reason else decoded.content


def read_lines(
    name: str, stream: BinaryIO, blank: bytes = b" \t\r\n\v\f"
) -> Iterator[tuple[str, bytes] | Skipped]:
    """Yield the non-empty lines of a stream, each with its location, `name:number`.

    A line above `MAX_BYTES` is yielded as Skipped. So is a stream without lines.

    Args:
        name: name of the file.
        stream: stream, read to its end.
        blank: bytes that count as blank.
    """
    number = rows = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        where = f"{name}:{number}"
        if len(line) > MAX_BYTES:
            while line and not line.endswith(b"\n"):  # the remainder of it
                line = stream.readline(MAX_BYTES)
            rows += 1
            yield Skipped(where, "read", "too-large", f"over {MAX_BYTES >> 20} MiB")
        elif line.strip(blank):
            rows += 1
            yield where, line
    if not rows:
        yield Skipped(name, "read", "empty")
