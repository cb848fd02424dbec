# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A self-contained page of figures: sentences, tables, and charts with intervals.

It shares style, escaping and content security policy with the page of a report
(`reports.html`), and needs no script and no network.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from codescan.reports.html import page_template, style_source

__all__ = ["Chart", "ChartPage", "Point", "Series", "Table", "chart_page", "chart_svg"]

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 12, 40
_CHARACTER = 6.5
"""Width of a character of a label."""
_TICKS = 4
_BOX = {
    "width": _WIDTH, "height": _HEIGHT, "left": _LEFT, "right": _WIDTH - _RIGHT, "top": _TOP,
    "bottom": _HEIGHT - _BOTTOM,
}  # fmt: skip
_TONES = ("a", "b", "c", "d")


@dataclass(frozen=True, slots=True)
class Point:
    """A value with an interval."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    words: str = ""
    """The text for screen readers and tooltips."""


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, joined by a line where `is_line`."""

    label: str
    points: tuple[Point, ...]
    is_line: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Some series on common axes."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    x_ticks: tuple[tuple[float, str], ...] = ()
    """Value and label; none: numbers at even steps."""
    is_log_x: bool = False
    """Whether x is drawn by its base-2 logarithm; every x is above 0 then."""
    y_range: tuple[float, float] | None = None
    line: float | None = None
    """A horizontal line, such as chance."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ChartPage:
    """Everything on the page."""

    title: str
    headline: str
    facts: tuple[tuple[str, str], ...] = ()
    sentences: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    footer: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    x: float
    y: float
    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True, slots=True)
class _Drawn:
    label: str
    tone: str
    path: str
    marks: tuple[_Mark, ...]


@dataclass(frozen=True, slots=True)
class _Plot:
    chart: Chart
    series: tuple[_Drawn, ...]
    x_ticks: list[tuple[float, str]] = field(default_factory=list)
    y_ticks: list[tuple[float, str]] = field(default_factory=list)
    line: float | None = None
    slants: bool = False
    """Whether labels of x are slanted: side by side they would overlap."""


def chart_page(page: ChartPage) -> str:
    """The whole page as HTML."""
    style, style_hash = style_source("report.css", "chart_page.css")
    text = page_template("chart_page.html.j2").render(
        page=page,
        plots=[_plot(chart) for chart in page.charts if any(s.points for s in chart.series)],
        box=_BOX,
        style=style,
        style_hash=style_hash,
    )
    return text.strip() + "\n"


def chart_svg(chart: Chart) -> str:
    """A chart alone, as an SVG document with title and legend.

    Args:
        chart: with at least one point.
    """
    text: str = page_template("chart.svg.j2").render(plot=_plot(chart), box=_BOX)
    return "".join(f"{line}\n" for line in text.splitlines() if line.strip())


def _plot(chart: Chart) -> _Plot:
    points = [point for series in chart.series for point in series.points]
    xs = [_x(chart, point.x) for point in points]
    xs += [_x(chart, value) for value, _ in chart.x_ticks]
    ys = [y for p in points for y in (p.y, p.low, p.high) if y is not None and math.isfinite(y)]
    ys += [] if chart.line is None else [chart.line]
    x_low, x_high = _padded(min(xs), max(xs))
    y_low, y_high = chart.y_range or _padded(min(ys), max(ys))

    def at_x(value: float) -> float:
        share = (_x(chart, value) - x_low) / (x_high - x_low)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def at_y(value: float) -> float:
        share = (min(max(value, y_low), y_high) - y_low) / (y_high - y_low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    drawn = []
    for number, series in enumerate(chart.series):
        marks = tuple(
            _Mark(
                at_x(p.x),
                at_y(p.y),
                at_y(p.low) if p.low is not None else None,
                at_y(p.high) if p.high is not None else None,
                p.words or f"{series.label}: {p.y:.3g}",
            )
            for p in series.points
        )
        path = " L ".join(f"{mark.x} {mark.y}" for mark in marks)
        drawn.append(
            _Drawn(
                series.label,
                _TONES[number % len(_TONES)],
                f"M {path}" if series.is_line and len(marks) > 1 else "",
                marks,
            )
        )
    even = [x_low + (x_high - x_low) * step / _TICKS for step in range(_TICKS + 1)]
    ticks = chart.x_ticks or tuple((value, f"{value:.3g}") for value in even)
    y_values = [y_low + (y_high - y_low) * step / _TICKS for step in range(_TICKS + 1)]
    return _Plot(
        chart,
        tuple(drawn),
        [(at_x(value), label) for value, label in ticks],
        [(at_y(value), f"{value:.3g}") for value in y_values],
        None if chart.line is None else at_y(chart.line),
        _CHARACTER * sum(len(label) + 1 for _, label in ticks) > _WIDTH - _LEFT - _RIGHT,
    )


def _x(chart: Chart, value: float) -> float:
    return math.log2(value) if chart.is_log_x else value


def _padded(low: float, high: float) -> tuple[float, float]:
    margin = (high - low) * 0.05 or 0.5
    return low - margin, high + margin
