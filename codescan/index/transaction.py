# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of an index folder: locks it, removes old shards, and describes the new state."""

from __future__ import annotations

import datetime as dt
import hashlib
import heapq
import os
import re
import shutil
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.errors import IndexFormatError, IndexMissingError, OutputError
from codescan.index.catalogues import open_catalogue
from codescan.index.manifest import Manifest, ShardEntry
from codescan.index.regular_files import check_index_path
from codescan.system.file_locks import lock_file
from codescan.system.files import open_file
from codescan.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["changing", "corpus_digest", "described", "tool_version"]

_SHARD_NAME = re.compile("[0-9a-f]{32}")


@contextmanager
def changing(out: Path) -> Iterator[Path]:
    """Hold the lock of an index during a change; the value is the folder of its shards.

    Before and after, shards that the manifest does not name are removed: a killed change left
    them, or this change replaced them.

    Raises:
        UsageError: the path is not UTF-8.
        OutputError: the folder cannot be written, or another process is changing the index.
    """
    check_index_path(out)
    shards = out / "shards"
    try:
        shards.mkdir(parents=True, exist_ok=True)
        lock = os.fdopen(_lock_file(out / ".lock"), "w")
    except OSError as error:
        raise OutputError(
            f"the index folder {out} cannot be written: {error.strerror}",
            "choose another folder with --out",
        ) from error
    with lock:
        try:
            lock_file(lock.fileno())
        except OSError:
            raise OutputError(
                f"another process is changing the index {out}",
                "wait for it to end, or choose another folder with --out",
            ) from None
        _remove_orphans(out)
        try:
            yield shards
        finally:
            _remove_orphans(out)


def _lock_file(path: Path) -> int:
    """The lock file, opened for writing; a link is not followed, and a pipe does not block."""
    descriptor = open_file(path, os.O_RDWR | os.O_CREAT)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, f"{path} is not a regular file")
    return descriptor


def _remove_orphans(out: Path) -> None:
    """Remove shards that the manifest does not name.

    A killed build left them, or this one replaced them. Nothing is removed if the manifest cannot
    be read, and other files are never removed.
    """
    try:
        named = {entry.id for entry in Manifest.load(out).shards}
    except IndexMissingError:
        named = set()
    except IndexFormatError:
        return
    for folder in (out / "shards").iterdir():
        is_shard = _SHARD_NAME.fullmatch(folder.name) and not folder.is_symlink()
        if is_shard and folder.name not in named:
            shutil.rmtree(folder, ignore_errors=True)


def corpus_digest(origins: Iterable[Iterable[tuple[bytes, str, str]]]) -> str:
    """SHA-256 of a corpus, in hexadecimal.

    Args:
        origins: (SHA-256, package URL, path) of every file, sorted, of each shard.
    """
    digest = hashlib.sha256()
    for sha256, purl, path in heapq.merge(*origins):
        digest.update(sha256 + f"{purl}\n{path}\n".encode())
    return digest.hexdigest()


def described(manifest: Manifest, shards: Path, entries: list[ShardEntry]) -> Manifest:
    """The manifest with these shards and their totals."""
    catalogues = [open_catalogue(shards, entry) for entry in entries]
    digest = corpus_digest([catalogue.origins() for catalogue in catalogues])
    packages = {purl for catalogue in catalogues for purl in catalogue.purls()}
    files = sum(catalogue.count_files() for catalogue in catalogues)
    for catalogue in catalogues:
        catalogue.close()
    return replace(
        manifest,
        shards=tuple(entries),
        packages=len(packages),
        files=files,
        contents=sum(entry.contents for entry in entries),
        tokens=sum(entry.tokens for entry in entries),
        bytes=sum(entry.bytes for entry in entries),
        digest=digest,
        created=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        tool_version=tool_version(),
    )


def tool_version() -> str:
    """The version of codescan, which the manifest states."""
    return VERSION
