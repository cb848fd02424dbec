# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page of an audit of logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports import log_audit_text
from codescan.reports.chart_page import ChartPage, Table, chart_page

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["log_audit_page"]

_UNREAD = 200
_DIMENSIONS = {"work": "Works", "owner": "Owners", "license": "Licenses", "category": "Categories"}
_SIDES = {"model": "text of the model", "user": "text that the model was given"}


def log_audit_page(summary: Mapping[str, Any]) -> str:
    """The page as HTML.

    Args:
        summary: its JSON form.
    """
    tables = [
        Table(
            f"{title}, {_SIDES[side]}",
            log_audit_text.RATE_HEADS,
            tuple(log_audit_text.rate_rows(summary, side, dimension)),
        )
        for side in summary["findings_by_grade"]
        for dimension, title in _DIMENSIONS.items()
    ]
    tables.append(
        Table("Strata", log_audit_text.STRATUM_HEADS, tuple(log_audit_text.stratum_rows(summary)))
    )
    tables.append(
        Table(
            "Not read",
            log_audit_text.UNREAD_HEADS,
            tuple(log_audit_text.unread_rows(summary, _UNREAD)),
        )
    )
    return chart_page(
        ChartPage(
            title="Audit of logs",
            headline=log_audit_text.headline(summary),
            facts=(
                ("Files", f"{summary['files']:,}"),
                ("Conversations", f"{summary['conversations']:,}"),
                ("Drawn", f"{summary['sampled']:,}"),
                ("Index", f"{summary['index']['name']}, digest {summary['index']['digest']}"),
                ("Seed of the draw", str(summary["design"]["seed"])),
                ("Chain of hashes", summary["chain_head"]),
            ),
            sentences=tuple(log_audit_text.sentences(summary)),
            warnings=tuple(log_audit_text.warnings(summary)),
            tables=tuple(table for table in tables if table.rows),
            footer="A copy is a finding of grade A or B. Each interval is of one rate alone; of 20 "
            "such intervals, one is expected to miss.",
        )
    )
