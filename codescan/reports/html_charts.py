# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The charts of the HTML page, as numbers in the units of their drawings."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.reports import summary
from codescan.reports.escaping import clip
from codescan.reports.html_card import license_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Finding

__all__ = ["Axis", "Bar", "RateView", "Share", "licenses", "rates"]

_WIDTH = 400  # of every chart
_TICK = 3  # of the mark at a rate's value
_GROUPED = 60  # broken-down rates


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval in chart units."""

    low: float
    high: float
    value: float


@dataclass(frozen=True, slots=True)
class RateView:
    """One line of the rates."""

    group: str
    opens_group: bool
    label: str
    words: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Axis:
    """Labels of the rates' common axis."""

    middle: str
    end: str


@dataclass(frozen=True, slots=True)
class Share:
    """A license category's part of the findings."""

    label: str
    tone: str
    count: int
    x: float
    width: float


def rates(intervals: Sequence[summary.Interval]) -> tuple[tuple[RateView, ...], Axis | None]:
    """Numbers with intervals on one common axis; those of the whole run first."""
    sizes = Counter(group for group, _ in {(i.group, summary.part_of(i)) for i in intervals})
    grouped = [i for i in intervals if i.group and sizes[i.group] > 1]  # one part is the whole
    shown = [i for i in intervals if not i.group] + _condensed(grouped)[:_GROUPED]
    end = _round_up(max((i.high for i in shown if i.is_share and not _unmeasured(i)), default=0.0))
    views: list[RateView] = []
    group = ""
    for interval in shown:
        bar = None
        if interval.is_share and end and not _unmeasured(interval):
            low, high, value = (
                round(min(1.0, max(0.0, x / end)) * _WIDTH, 2)
                for x in (interval.low, interval.high, interval.value)
            )
            bar = Bar(low, high, min(value, _WIDTH - _TICK))
        opens = interval.group != group
        group = interval.group
        views.append(
            RateView(group, opens, clip(interval.label, 200), clip(interval.words, 300), bar)
        )
    axis = Axis(_percent(end / 2), _percent(end)) if any(view.bar for view in views) else None
    return tuple(views), axis


def _condensed(intervals: Sequence[summary.Interval]) -> list[summary.Interval]:
    """The intervals with each group in which nothing occurs as one line."""
    groups: dict[str, list[summary.Interval]] = {}
    for interval in intervals:
        groups.setdefault(interval.group, []).append(interval)
    condensed: list[summary.Interval] = []
    for members in groups.values():
        shares = [member for member in members if member.is_share]
        if len(members) == 1 or len(shares) < len(members) or any(m.value for m in members):
            condensed += members
            continue
        widest = max(members, key=lambda member: member.high)
        words = f"0 in each of {len(members)} rates; {widest.words} at most"
        condensed.append(replace(widest, label="Every part", words=words))
    return condensed


def _unmeasured(interval: summary.Interval) -> bool:
    return interval.low <= 0.0 and interval.high >= 1.0


def _round_up(share: float) -> float:
    """The next 1, 2 or 5 times a power of ten, at most 1."""
    if share <= 0:
        return 0.0
    step = 1e-6
    while step < 1:
        for factor in (1, 2, 5):
            if step * factor >= share:
                return step * factor
        step *= 10
    return 1.0


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def licenses(findings: Sequence[Finding]) -> tuple[Share, ...]:
    """Each license category's part of the findings, largest first."""
    counts = summary.tally(f.attribution.license.category for f in findings)
    shares = []
    x = 0.0
    for category, count in counts:
        width = _WIDTH * count / len(findings)
        tone = license_view(category=category).tone
        shares.append(Share(category, tone, count, round(x, 2), round(max(width - 1.5, 1), 2)))
        x += width
    return tuple(shares)
