# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Looks up documents of all segments by number, with what rows of the table say of them."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from codescan.dedup.documents import InputDocument
    from codescan.dedup.segments import Segment

__all__ = ["DocumentLabels", "DocumentTable"]

_KNOWN = 20_000
_KNOWN_LINES = 1 << 22
"""Tokens whose lines are remembered, of all documents together: 16 MiB."""


class DocumentLabels(NamedTuple):
    """The labels of a document in a row of the table."""

    name: str
    license: str
    category: str
    family: str
    part: str
    row: int
    sha256: str
    size: int


class DocumentTable:
    """Documents by number; those that were looked up last are remembered.

    Args:
        segments: all of the run.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._firsts = [segment.first for segment in segments]
        self.labels = lru_cache(_KNOWN)(self._labels)
        self._lines: OrderedDict[int, npt.NDArray[np.int32]] = OrderedDict()
        self._line_count = 0

    def __len__(self) -> int:
        return self._firsts[-1] + len(self._segments[-1]) if self._segments else 0

    def document(self, number: int) -> InputDocument:
        """The record of a document."""
        segment = self._segment(number)
        return segment.document(number - segment.first)

    def lines(self, number: int, start: int, end: int) -> tuple[int, int]:
        """First and last line of tokens [start, end) of a document."""
        lines = self._line_numbers(number)
        return int(lines[start]), int(lines[end - 1])

    def _labels(self, number: int) -> DocumentLabels:
        return labels_of(self.document(number))

    def _line_numbers(self, number: int) -> npt.NDArray[np.int32]:
        lines = self._lines.get(number)
        if lines is None:
            segment = self._segment(number)
            lines = self._lines[number] = segment.line_numbers(number - segment.first)
            self._line_count += len(lines)
            # The last one stays, however long it is: its parts are asked for one after another.
            while self._line_count > _KNOWN_LINES and len(self._lines) > 1:
                self._line_count -= len(self._lines.popitem(last=False)[1])
        else:
            self._lines.move_to_end(number)
        return lines

    def _segment(self, number: int) -> Segment:
        return self._segments[bisect_right(self._firsts, number) - 1]


def labels_of(document: InputDocument) -> DocumentLabels:
    """The labels of a document, from rows of the table."""
    claim = document.license
    return DocumentLabels(
        document.name, claim.expression, claim.category, document.package.family,
        document.part, document.row, document.document.origin.sha256, document.size,
    )  # fmt: skip
