# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One measured step, run as a process of its own: `child.py STEP FOLDER OUT`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__: list[str] = []


def index(folder: Path, out: Path) -> dict[str, object]:
    """Build an index of every file of a folder."""
    from codescan.index.building import build
    from codescan.sources.directory import DirectorySource

    manifest = build(
        [DirectorySource(str(folder), data=True)], out, name="bench", recipe={}, workers=1
    )
    return {"documents": manifest.files, "bytes": manifest.bytes}


def files(folder: Path, out: Path) -> dict[str, object]:
    """Search for duplicates of files alone."""
    return dedup(folder, out, ("file",))


def dedup(
    folder: Path, out: Path, levels: tuple[str, ...] = ("file", "unit", "passage")
) -> dict[str, object]:
    """Search a folder for duplicates, by default on all levels."""
    from codescan.app.dedup import DedupOptions
    from codescan.app.dedup import dedup as search

    summary = search(DedupOptions((folder,), out=out, workers=1, levels=levels)).summary
    return {
        "documents": summary.documents,
        "bytes": summary.bytes,
        "dropped": summary.dropped,
        "levels": {level.level: [level.clusters, level.copies] for level in summary.levels},
        "laundering": summary.laundering_total,
    }


if __name__ == "__main__":
    step = {"index": index, "dedup": dedup, "files": files}[sys.argv[1]]
    print(json.dumps(step(Path(sys.argv[2]), Path(sys.argv[3]))))
