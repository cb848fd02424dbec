# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page of a lab run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports import lab_text
from codescan.reports.chart_page import Chart, ChartPage, Point, Series, Table, chart_page

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["lab_charts", "lab_page"]


def lab_page(result: Mapping[str, Any]) -> str:
    """The page as HTML.

    Args:
        result: the JSON form of a result.
    """
    tables = [
        Table(title, heads, tuple(rows))
        for title, heads, rows in (
            ("Extraction by copies", lab_text.LEVEL_HEADS, lab_text.level_rows(result)),
            ("Canaries by copies", lab_text.CANARY_HEADS, lab_text.canary_rows(result)),
            ("Defenses", lab_text.DEFENSE_HEADS, lab_text.defense_rows(result)),
            ("Coverage", lab_text.COVERAGE_HEADS, lab_text.coverage_rows(result)),
            ("Truth and estimate, first seed", lab_text.HELD_HEADS, lab_text.held_rows(result)),
        )
        if rows
    ]
    settings = result["settings"]
    return chart_page(
        ChartPage(
            title="Lab run",
            headline=lab_text.headline(result),
            facts=(
                ("Size", str(result["size"])),
                ("Corpus", str(settings["corpus"])),
                ("Seeds", str(result["summary"]["seeds"])),
                ("Parameters", f"{result['seeds'][0]['arms'][0]['parameters']:,}"),
            ),
            sentences=tuple(lab_text.sentences(result)),
            charts=lab_charts(result),
            tables=tuple(tables),
            footer="Members, copies and canaries of these models are known, so every estimate "
            "stands beside the truth.",
        )
    )


def lab_charts(result: Mapping[str, Any]) -> tuple[Chart, ...]:
    """Extraction, exposure and detection by copies.

    Args:
        result: the JSON form of a result.
    """
    levels, canaries = result["summary"]["levels"], result["summary"]["canaries"]
    ticks = tuple((float(c), str(c)) for c in sorted({row["copies"] for row in levels}))
    planted = [row for row in canaries if row["copies"]]
    canary_ticks = tuple((float(row["copies"]), str(row["copies"])) for row in planted)
    exact = [row for row in levels if not row["is_near"]]
    near = [row for row in levels if row["is_near"]]
    return (
        Chart(
            "Greedy extraction by copies in the training data, with 95 % intervals",
            "copies",
            "rate",
            (
                Series("exact copies", _rates(exact, "greedy")),
                Series("near copies", _rates(near, "greedy")),
                Series("exact copies, in 100 tries", _rates(exact, "in_100_tries")),
            ),
            ticks,
            is_log_x=True,
            y_range=(0.0, 1.0),
        ),
        Chart(
            "Exposure of canaries by copies; the line is that of held-out ones",
            "copies",
            "bits",
            (
                Series(
                    "exposure",
                    tuple(Point(float(row["copies"]), row["exposure"]) for row in planted),
                ),
            ),
            canary_ticks,
            is_log_x=True,
            line=1.44,
        ),
        Chart(
            "Canaries told from held-out ones (TPR at 1 % FPR) and extracted",
            "copies",
            "rate",
            (
                Series("TPR at 1 % FPR", _rates(planted, "tpr_at_1_percent")),
                Series("extracted", _rates(planted, "extraction")),
            ),
            canary_ticks,
            is_log_x=True,
            y_range=(0.0, 1.0),
        ),
    )


def _rates(rows: list[Mapping[str, Any]], key: str) -> tuple[Point, ...]:
    return tuple(
        Point(
            float(row["copies"]),
            row[key]["value"],
            row[key]["low"],
            row[key]["high"],
            f"{row['copies']} copies: {row[key]['words']}",
        )
        for row in rows
        if row[key] is not None and row[key]["value"] is not None
    )
