# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tell the user where an interrupted command stored its results."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from codescan.errors import CodescanError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["noting_saved_work"]


@contextlib.contextmanager
def noting_saved_work(folder: Path) -> Iterator[None]:
    """Add to an interrupt or error that the same command resumes from a folder.

    Usage errors are excluded, because the same command would fail again.
    """
    try:
        yield
    except UsageError:
        raise
    except (KeyboardInterrupt, CodescanError) as end:
        if folder.is_dir():
            end.add_note(f"results so far are in {folder}: the same command continues from them")
        raise
