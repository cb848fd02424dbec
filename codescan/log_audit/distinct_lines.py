# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Distinct lines in sorted order, in bounded memory: what does not fit is sorted on disk."""

from __future__ import annotations

import heapq
import itertools
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["DistinctLines"]

_HELD = 1 << 19
"""Lines in memory."""
_RUNS = 64
"""Sorted files that are merged at a time."""


class DistinctLines:
    """A set of lines without line breaks, of any number.

    Args:
        folder: for temporary files; they stay until the folder is removed.
        held: lines in memory at most.
    """

    def __init__(self, folder: Path, held: int = _HELD) -> None:
        self._folder = folder
        self._held = held
        self._lines: set[bytes] = set()
        self._runs: list[Path] = []
        self._numbers = itertools.count()

    def add(self, line: bytes) -> None:
        """Take a line."""
        self._lines.add(line)
        if len(self._lines) >= self._held:
            self._runs.append(self._written(iter(sorted(self._lines))))
            self._lines.clear()
            if len(self._runs) >= _RUNS:
                runs, self._runs = self._runs, []
                self._runs = [self._written(_merged(runs))]
                for run in runs:
                    run.unlink()

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line once, in order."""
        return _merged(self._runs, sorted(self._lines))

    def _written(self, lines: Iterator[bytes]) -> Path:
        path = self._folder / f"lines-{next(self._numbers)}"
        with path.open("wb") as stream:
            stream.writelines(line + b"\n" for line in lines)
        return path


def _merged(runs: list[Path], held: list[bytes] | None = None) -> Iterator[bytes]:
    with ExitStack() as stack:
        parts: list[Iterator[bytes]] = [
            (line[:-1] for line in stack.enter_context(run.open("rb"))) for run in runs
        ]
        # Equal lines are neighbors after the merge.
        for line, _same in itertools.groupby(heapq.merge(*parts, held or ())):
            yield line
