# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Progress bars on stderr, for terminals only."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from codescan.cli.terminal_text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.app.progress import OnProgress

__all__ = ["bars"]


@contextlib.contextmanager
def bars() -> Iterator[OnProgress]:
    """One bar for each step, added when the step begins."""
    tasks: dict[str, TaskID] = {}
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as progress:

        def watch(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(printable(step), total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield watch
