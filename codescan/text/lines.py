# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Translates between byte offsets and line numbers.

A line ends with "\n", "\r\n" or a lone "\r", as in editors and in SARIF; its end belongs to it.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

from codescan.records import Region, Span

__all__ = ["LineMap", "lines_of"]


class LineMap:
    """The lines of one text.

    Built in time linear in the text; a look-up costs the logarithm of the number of lines.
    An empty text has one, empty line. A line end at the very end of a text opens no new line.

    Args:
        content: the text, in an encoding that extends ASCII.
    """

    def __init__(self, content: bytes) -> None:
        # bytes.splitlines, unlike str.splitlines, knows exactly the three line ends above.
        lengths = map(len, content.splitlines(keepends=True))
        self._starts = [0, *accumulate(lengths)]
        self._size = self._starts.pop() if len(self._starts) > 1 else 0

    def __len__(self) -> int:
        """The number of lines, at least 1."""
        return len(self._starts)

    def line_of(self, offset: int) -> int:
        """The 1-based line that holds the byte at `offset`, which is clamped to the text."""
        return bisect_right(self._starts, max(offset, 0))

    def region(self, span: Span) -> Region:
        """The lines that hold at least one byte of `span`; for an empty span, the line it is in."""
        first = self.line_of(span.start)
        return Region(first, max(first, self.line_of(span.end - 1)))

    def span(self, region: Region) -> Span:
        """The bytes of the whole lines of `region`, line ends included; clamped to the text."""
        first = min(max(region.start_line, 1), len(self._starts))
        last = min(max(region.end_line, first), len(self._starts))
        end = self._starts[last] if last < len(self._starts) else self._size
        return Span(self._starts[first - 1], end)


@lru_cache(maxsize=16)
def lines_of(content: bytes) -> LineMap:
    """The lines of a text, kept for the next question about it."""
    return LineMap(content)
