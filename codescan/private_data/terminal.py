# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The report of a search as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.private_data.search import COUNTED
from codescan.reports.coverage_text import skip_sentences
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.private_data.records import PrivateItem
    from codescan.private_data.report import PrivateReport

__all__ = ["private_lines"]

_LISTED = 50
"""Items listed on a terminal; JSON has more."""


def private_lines(report: PrivateReport) -> Iterator[str]:
    """Headline, counts by kind, items, and what was not searched."""
    yield from _headline(report)
    if report.kinds:
        width = max(len(count.kind) for count in report.kinds)
        yield ""
        yield f"{'kind':{width}}  {'items':>9}  {'values':>9}  {'texts':>9}  {'weak':>6}"
        for count in report.kinds:
            yield (
                f"{count.kind:{width}}  {count.items:>9,}  {count.values:>9,}  {count.texts:>9,}  "
                f"{count.weak:>6,}"
            )
    if report.leaks:
        yield from _leaks(report.leaks)
    else:
        yield from _items(report)
    yield from _gaps(report)


def _headline(report: PrivateReport) -> Iterator[str]:
    texts = report.statistics["texts"]
    items = sum(count.items for count in report.kinds)
    if not isinstance(texts, int) or not texts:
        yield "Nothing was checked."
        return
    unchecked = sum(skip.is_unchecked for skip in report.skipped)
    verb = "was" if unchecked == 1 else "were"
    gap = f"; {plural(unchecked, 'input')} {verb} not searched" if unchecked else ""
    yield (
        f"{plural(items, 'private value')} in {plural(texts, 'text')}; "
        f"{plural(_placeholders(report), 'placeholder')}{gap}"
    )
    rates = report.statistics["rates"]
    if isinstance(rates, Mapping):
        for name, held in rates.items():
            yield f"{name.replace('_', ' ')}: {held['words']}"


def _placeholders(report: PrivateReport) -> int:
    counted = report.statistics["placeholders"]
    return sum(counted.values()) if isinstance(counted, Mapping) else 0


def _items(report: PrivateReport) -> Iterator[str]:
    strong = [item for item in report.items if item.grade in COUNTED]
    weak = [item for item in report.items if item.grade not in COUNTED]
    listed = (strong + weak)[:_LISTED]
    if listed:
        yield ""
    for item in listed:
        yield _line(item)
    more = report.items_total - len(listed)
    if more > 0:
        yield f"… and {more:,} more; see --format json"


def _line(item: PrivateItem) -> str:
    field = f" {item.field}" if item.field else ""
    detail = f" ({item.detail})" if item.detail else ""
    return (
        f"{item.document}:{item.line}:{item.column}{field}: {item.kind}{detail} {item.shown} "
        f"{item.value_hash} [{item.grade.value}]"
    )


def _leaks(leaks: Mapping[str, object]) -> Iterator[str]:
    rates, items = leaks["rates"], leaks["items"]
    yield ""
    if isinstance(rates, Mapping):
        for name, held in rates.items():
            yield f"{name.replace('_', ' ')}: {held['words']}; unit: {held['unit']}"
    if not isinstance(items, list):
        return
    yield f"{len(items):,} leaked values"
    for leak in items[:_LISTED]:
        sources = ", ".join(leak["sources"])
        yield (
            f"{leak['completion']}:{leak['start_line']}:{leak['start_column']}: {leak['kind']} "
            f"{leak['shown']} {leak['hash']} [{leak['grade']}] in {leak['sources_total']:,} texts: "
            f"{sources}"
        )


def _gaps(report: PrivateReport) -> Iterator[str]:
    counts = report.statistics["skipped"]
    sentences = skip_sentences(counts) if isinstance(counts, Mapping) else []
    if sentences:
        yield ""
    yield from sentences
    unchecked = [skip for skip in report.skipped if skip.is_unchecked]
    for skip in unchecked[:_LISTED]:
        yield f"  {skip.item}: {skip.reason} {skip.detail}".rstrip()
    if len(unchecked) > _LISTED:
        yield f"  … and {len(unchecked) - _LISTED:,} more; see --format json"
