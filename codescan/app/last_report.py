# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The stored report of the last `codescan check`, for `codescan explain`."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["file", "keep"]


def file() -> Path:
    """Path of the report; it may not exist."""
    chosen = os.environ.get("CODESCAN_CACHE")
    if chosen:
        return Path(chosen).expanduser() / "last-check.json"
    return _cache_folder() / "last-check.json"


def _cache_folder() -> Path:
    """The user's folder for caches, as platformdirs names it."""
    system: str = sys.platform
    if system == "linux":  # loading platformdirs takes as long as reading the index
        chosen = os.environ.get("XDG_CACHE_HOME", "").strip()
        return Path(chosen or Path("~/.cache").expanduser()) / "codescan"
    from platformdirs import user_cache_path

    return user_cache_path("codescan", appauthor=False)


def keep(report: Report) -> None:
    """Store a report in place of the previous one; errors of the cache are ignored."""
    from codescan.errors import CodescanError
    from codescan.reports.json import compact
    from codescan.runs.files import write_atomically

    with contextlib.suppress(OSError, CodescanError):
        file().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file(), compact(report))
