# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tell which bytes and lines of a text a change touches; each question costs a binary search."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from codescan.records import Region
from codescan.text.lines import LineMap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.gate.line_diff import LineChanges
    from codescan.records import Span

__all__ = ["Touch"]

_MAX_RUNS = 10_000  # runs of one passage that are looked at for the longest


class Touch:
    """The change of one text.

    Args:
        content: the text after the change.
        lines: what the change adds and removes in it.
    """

    def __init__(self, content: bytes, lines: LineChanges) -> None:
        self._added, self._removed = lines.added, lines.removed
        self._ends = [span.end for span in lines.added]
        line_map = LineMap(content)
        self.regions = [line_map.region(span) for span in lines.added]
        """The added lines, in order."""
        self._last_lines = [region.end_line for region in self.regions]

    def adds_part_of(self, span: Span) -> bool:
        """Whether the change adds a byte of a span."""
        at = bisect_right(self._ends, span.start)
        return at < len(self._added) and self._added[at].start < span.end

    def adds_byte(self, offset: int) -> bool:
        """Whether the change adds the byte at an offset."""
        at = bisect_right(self._ends, offset)
        return at < len(self._added) and self._added[at].start <= offset

    def removes_inside(self, span: Span) -> bool:
        """Whether the change removes lines strictly inside a span, adding none in their place."""
        at = bisect_right(self._removed, span.start)
        return at < len(self._removed) and self._removed[at] < span.end

    def adds_line_of(self, region: Region) -> bool:
        """Whether the change adds a line of a region."""
        return next(self._runs(region), None) is not None

    def longest_run(self, region: Region) -> Region | None:
        """The longest run of lines of a region that the change adds, the first of equals."""
        runs = [run for run, _ in zip(self._runs(region), range(_MAX_RUNS), strict=False)]
        return max(
            runs, key=lambda run: (run.end_line - run.start_line, -run.start_line), default=None
        )

    def _runs(self, region: Region) -> Iterator[Region]:
        at = bisect_left(self._last_lines, region.start_line)
        for number in range(at, len(self.regions)):
            run = self.regions[number]
            if run.start_line > region.end_line:
                return
            yield Region(max(run.start_line, region.start_line), min(run.end_line, region.end_line))
