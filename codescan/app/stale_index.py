# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Check whether an index is older than its opt-out list or its source files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.app.indexes import describe_index
from codescan.digests import sha256
from codescan.sources.folder_walk import walk_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.index import Index
    from codescan.index.manifest import Manifest

__all__ = ["described_with_age", "stale_reasons"]

_MANIFEST = "manifest.json"
_MOST_FILES = 200_000
"""Maximum number of source files that are examined."""
_MOST_FILES_OF_A_RUN = 1_000
"""The same before a scan or an audit, which must start quickly."""
_LIST_BYTES = 64 << 20


def described_with_age(index: Index) -> dict[str, object]:
    """The identity and the size of an index, for reports, and under "stale" why it is outdated.

    "stale" is absent without a known change.
    """
    reasons = [
        *_opt_out_reasons(index.manifest),
        *_changed_sources(index.path, index.manifest, _MOST_FILES_OF_A_RUN),
    ]
    return {**describe_index(index), **({"stale": list(reasons)} if reasons else {})}


def stale_reasons(
    folder: Path, manifest: Manifest, *, with_sources: bool = True
) -> tuple[str, ...]:
    """Reasons why an index is outdated, as sentences; empty if it is current.

    Args:
        folder: folder of the index.
        manifest: manifest of the index.
        with_sources: whether to examine local source files, which requires a walk over them.
    """
    reasons = list(_opt_out_reasons(manifest))
    if with_sources:
        reasons += [
            f"its source {path} is not there any more"
            for path in _local_paths(folder, manifest)
            if not path.exists()
        ]
        reasons += _changed_sources(folder, manifest, _MOST_FILES)
    return tuple(reasons)


def _opt_out_reasons(manifest: Manifest) -> Iterator[str]:
    note = manifest.opt_outs
    if note is None:
        return
    path = Path(str(note.get("list", "")))
    try:
        with path.open("rb") as file:
            digest = sha256(file.read(_LIST_BYTES)).hexdigest()
    except OSError as error:
        yield f"its opt-out list {path} cannot be read: {error.strerror}"
    else:
        if digest != note.get("sha256"):
            yield f"its opt-out list {path} has changed since it was applied"
    if note.get("digest") != manifest.digest:
        yield "packages were added or removed since its opt-out list was applied"


def _changed_sources(folder: Path, manifest: Manifest, most_files: int) -> Iterator[str]:
    """Local folders and files of the recipe that changed since the index was written."""
    try:
        written = (folder / _MANIFEST).stat().st_mtime
    except OSError:
        return
    for path in _local_paths(folder, manifest):
        changed = next((p for p in _walk(path, most_files) if _is_newer(p, written)), None)
        if changed is not None:
            yield f"its source {path} has changed since it was built: {changed}"


def _local_paths(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """The folders and files that the sources of an index read in place."""
    sources = manifest.recipe.get("sources")
    for source in sources if isinstance(sources, list) else ():
        path = _local_path(source)
        if path is not None and path.resolve() != folder.resolve():
            yield path


def _local_path(source: object) -> Path | None:
    """The folder or file that a source reads in place; None for other sources."""
    if not isinstance(source, dict):
        return None
    options = source.get("options", source)
    path = options.get("path") if isinstance(options, dict) else None
    is_local = isinstance(path, str) and source.get("kind") in ("directory", "dataset", "archives")
    return Path(str(path)).expanduser() if is_local else None


def _is_newer(path: str, moment: float) -> bool:
    try:
        return os.lstat(path).st_mtime > moment
    except OSError:
        return False


def _walk(path: Path, most_files: int) -> Iterator[str]:
    """A path and everything below it; a folder's time shows that entries were added or removed.

    Paths are strings, because creating thousands of Path objects costs more than reading the times.
    """
    yield str(path)
    count = 0
    for folder, names in walk_folder(path, (".git",)):
        for each in (folder, *(f"{folder}{os.sep}{name}" for name in names)):
            count += 1
            if count > most_files:
                return
            yield each
