# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines of documents are looked up with bounded memory, whatever is asked for."""

from __future__ import annotations

import numpy as np

from codescan.dedup import document_table
from codescan.dedup.document_table import DocumentTable


class OneSegment:
    """A segment of documents of 10, 11, 12 … tokens, the n-th of which lies on lines of its own."""

    first = 0
    reads = 0

    def __len__(self):
        return 20

    def line_numbers(self, local):
        self.reads += 1
        return np.arange(10 + local, dtype=np.int32) + 100 * local


def test_lines_are_right_and_few_are_remembered(monkeypatch):
    monkeypatch.setattr(document_table, "_KNOWN_LINES", 40)
    segment = OneSegment()
    table = DocumentTable([segment])
    for _ in range(3):
        for number in (0, 19, 3, 3, 0, 7):
            assert table.lines(number, 2, 9) == (100 * number + 2, 100 * number + 8)
            assert sum(map(len, table._lines.values())) <= 40
    assert segment.reads < 18
    monkeypatch.setattr(document_table, "_KNOWN_LINES", 5)
    assert table.lines(19, 0, 29) == (1900, 1928)
    assert len(table._lines) == 1
