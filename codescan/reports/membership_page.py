# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page of a membership test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.reports.chart_page import Chart, ChartPage, Point, Series, Table, chart_page
from codescan.reports.membership_text import HEADS, attack_rows, headline, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["membership_page"]

_LISTED = 500


def membership_page(result: Mapping[str, Any]) -> str:
    """The page as HTML.

    Args:
        result: the JSON form of a result, with or without its texts.
    """
    listed = [one for one in result["attacks"] if one["auroc"]["value"] is not None]
    if listed and result["blind"]["auroc"]["value"] is not None:
        listed.append(result["blind"])
    rows = attack_rows(result)
    tables = [Table("Scores", HEADS, tuple(rows))] if rows else []
    if result["skipped"]:
        shown = tuple(
            (one["item"], one["reason"], one["detail"]) for one in result["skipped"][:_LISTED]
        )
        tables.append(Table("Not scored", ("Input", "Reason", "Detail"), shown))
    model = result["model"]
    facts = [
        ("Model", str(model.get("name", ""))),
        ("Members", f"{result['members']:,}"),
        ("Non-members", f"{result['non_members']:,}"),
        ("Unlabeled texts", f"{result['unlabeled']:,}"),
        ("Groups of texts", f"{result['groups']:,}"),
    ]
    if result["base_model"]:
        facts.append(("Base model", str(result["base_model"].get("name", ""))))
    return chart_page(
        ChartPage(
            title="Membership test",
            headline=headline(result),
            facts=tuple(facts),
            sentences=tuple(sentences(result)),
            warnings=tuple(result["warnings"]),
            charts=(_auroc_chart(listed),) if listed else (),
            tables=tuple(tables),
            footer=result["meaning"],
        )
    )


def _auroc_chart(listed: list[Mapping[str, Any]]) -> Chart:
    points = tuple(
        Point(
            float(number),
            one["auroc"]["value"],
            one["auroc"]["low"],
            one["auroc"]["high"],
            f"{one['name']}: AUROC {one['auroc']['value']:.3f}",
        )
        for number, one in enumerate(listed)
    )
    return Chart(
        title="AUROC of each score, with 95 % intervals",
        x_label="",
        y_label="AUROC",
        series=(Series("scores", points, is_line=False),),
        x_ticks=tuple((float(n), one["name"]) for n, one in enumerate(listed)),
        y_range=(0.0, 1.0),
        line=0.5,
    )
