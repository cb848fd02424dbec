# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One row for each finding, for spreadsheets (RFC 4180, with a line feed between rows).

A spreadsheet runs a cell that begins like a formula ("CSV injection", CWE-1236). Such a cell, and
one that begins with an apostrophe, gets an apostrophe before it: `unescape` takes it away.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from codescan.reports.escaping import visible
from codescan.reports.finding_rows import COLUMNS, Cell, rows

if TYPE_CHECKING:
    from codescan.records import Report

__all__ = ["CsvReporter", "escape", "unescape"]

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters of a formula; those of full width are read alike in East Asian locales."""


class CsvReporter:
    """Renders findings as comma-separated values with a header; `COLUMNS` lists them."""

    name = "csv"
    media_type = "text/csv"
    suffix = ".csv"

    def render(self, report: Report) -> str:
        """The findings, strongest evidence first; hidden characters are shown by name."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(column.name for column in COLUMNS)
        for row in rows(report):
            writer.writerow(_cell(cell) for cell in row)
        return out.getvalue()


def escape(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return text.removeprefix("'")


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return escape(visible(cell, keep="\n\t")) if isinstance(cell, str) else repr(cell)
