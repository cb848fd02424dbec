# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the spans that cover a position, without comparing all spans.

A snippet of ten megabytes has thousands of passages; comparing every pair would take minutes.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Generic, TypeVar

__all__ = ["IntervalIndex"]

_BUCKET = 512
_Item = TypeVar("_Item")


class IntervalIndex(Generic[_Item]):
    """Spans with one item each. A query takes expected constant time."""

    def __init__(self) -> None:
        self._buckets: dict[int, list[tuple[int, int, _Item]]] = defaultdict(list)

    def add(self, start: int, end: int, item: _Item) -> None:
        """Add an item with the span [start, end)."""
        for bucket in range(start // _BUCKET, max(start, end - 1) // _BUCKET + 1):
            self._buckets[bucket].append((start, end, item))

    def mostly_over(self, start: int, end: int, share: float) -> list[_Item]:
        """Items whose spans cover at least `share` of [start, end), oldest first.

        Args:
            start: start of the span to look up.
            end: its end.
            share: more than 0.5, so that each span found covers the middle of [start, end).
        """
        needed = share * (end - start)
        return [
            item
            for left, right, item in self._buckets.get((start + end) // 2 // _BUCKET, ())
            if (right if right < end else end) - (left if left > start else start) >= needed  # noqa: FURB136 - faster
        ]
