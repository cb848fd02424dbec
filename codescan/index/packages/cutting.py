# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Cuts the files of an index into parts, and names file and parts by their SHA-256."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError
from codescan.index.packages.statement import MANIFEST, PackageFile, Part
from codescan.index.regular_files import REBUILD, RegularFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from codescan.index.manifest import Manifest

__all__ = ["PART_BYTES", "cut_file", "index_paths", "read_part"]

PART_BYTES = 8 * 1024 * 1024


def index_paths(manifest: Manifest) -> dict[str, int | None]:
    """Bytes of each file of an index by its path; None for those of the manifest itself."""
    paths: dict[str, int | None] = {MANIFEST: None}
    for shard in manifest.shards:
        for name, entry in shard.files.items():
            paths[f"shards/{shard.id}/{name}"] = entry.bytes
    return paths


def cut_file(folder: Path, path: str, on_part: Callable[[Part, bytes], None]) -> PackageFile:
    """Cut one file.

    Args:
        folder: of the index.
        path: of the file in it.
        on_part: called with each part and its bytes.

    Raises:
        IndexFormatError: the file is missing or cannot be read.
    """
    parts: list[Part] = []
    file_hash = hashlib.sha256()
    for content in _blocks(folder / path):
        file_hash.update(content)
        part = Part(hashlib.sha256(content).hexdigest(), len(content))
        parts.append(part)
        on_part(part, content)
    return PackageFile(path, sum(part.bytes for part in parts), file_hash.hexdigest(), tuple(parts))


def read_part(file: RegularFile, part: Part, offset: int) -> bytes | None:
    """The part at an offset of a file; None where other bytes are.

    Raises:
        IndexFormatError: the file cannot be read.
    """
    content = file.read(part.bytes, offset)
    is_part = len(content) == part.bytes and hashlib.sha256(content).hexdigest() == part.sha256
    return content if is_part else None


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        file = RegularFile(path)
    except (FileNotFoundError, NotADirectoryError):
        raise IndexFormatError(f"{path} is missing", REBUILD) from None
    try:
        offset = 0
        while content := file.read(PART_BYTES, offset):
            yield content
            offset += len(content)
    finally:
        file.close()
