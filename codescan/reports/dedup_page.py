# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The page of a search for duplicates: totals, clusters side by side, likely leaks, licenses."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from codescan.reports.audit_tables import Table
from codescan.reports.escaping import clip
from codescan.reports.html import page_template, style_source
from codescan.reports.html_page import Tile
from codescan.reports.plurals import plural
from codescan.reports.side_by_side import PairRow, Piece, Side, cut_lines
from codescan.text.display import align

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codescan.records.duplicates import (
        DedupSummary,
        DuplicateCluster,
        DuplicateRow,
        ExpectedLeaks,
    )

__all__ = ["ClusterTexts", "headline_of", "render_dedup_page"]

_LINES = 60  # of one text
_NAME = 160  # characters
_CASES = 50
_SKIPS = 100
_LEVELS = {"file": "Files", "unit": "Functions and blocks", "passage": "Passages"}
_BINS = (1, 2, 3, 4, 5, 10, 20, 50, 100, 1000)
_BAR = 400  # width of the histogram's bars


@dataclass(frozen=True, slots=True)
class ClusterTexts:
    """The kept text of a cluster, and its least similar member; None: not at hand."""

    kept: str | None
    other: str | None


@dataclass(frozen=True, slots=True)
class _Bin:
    label: str
    clusters: int
    width: float


@dataclass(frozen=True, slots=True)
class _Histogram:
    title: str
    bins: tuple[_Bin, ...]


@dataclass(frozen=True, slots=True)
class _ClusterView:
    name: str
    headline: str
    where: str
    other: str
    rows: tuple[PairRow, ...]
    note: str
    members: tuple[tuple[str, str, str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class _Page:
    title: str
    tool: str
    headline: str
    alert: str
    tiles: tuple[Tile, ...]
    change: tuple[str, ...]
    levels: Table
    histograms: tuple[_Histogram, ...]
    clusters: tuple[_ClusterView, ...]
    leaks: Table
    owners: Table
    laundering: Table
    skipped: Table
    files: tuple[str, ...]


def headline_of(summary: DedupSummary) -> str:
    """The result in one sentence."""
    if not summary.documents:
        return "Nothing was checked: the training set holds no text"
    share = summary.dropped / summary.documents
    return (
        f"{summary.dropped:,} of {plural(summary.documents, 'document')} ({share:.1%}) "
        f"{'is a duplicate' if summary.dropped == 1 else 'are duplicates'} of a kept one"
    )


def render_dedup_page(summary: DedupSummary, texts: Mapping[str, ClusterTexts]) -> str:
    """The whole page.

    Args:
        summary: of the search.
        texts: of the shown clusters of files, by name.
    """
    style, style_hash = style_source("report.css")
    text = page_template("dedup.html.j2").render(
        page=_page_of(summary, texts),
        style=style,
        style_hash=style_hash,
    )
    return text.strip() + "\n"


def _page_of(summary: DedupSummary, texts: Mapping[str, ClusterTexts]) -> _Page:
    return _Page(
        title=f"{headline_of(summary)} · codescan",
        tool="codescan",
        headline=f"{headline_of(summary)}.",
        alert=_alert(summary),
        tiles=_tiles(summary),
        change=change_sentences(summary.expected_leaks),
        levels=_levels(summary),
        histograms=tuple(
            _histogram(_LEVELS[level.level], dict(level.histogram))
            for level in summary.levels
            if level.histogram
        ),
        clusters=tuple(
            _cluster_view(cluster, texts.get(cluster.name)) for cluster in summary.largest
        ),
        leaks=_leaks(summary),
        owners=_owners(summary),
        laundering=_laundering(summary),
        skipped=_skipped(summary),
        files=summary.files,
    )


def change_sentences(expected: ExpectedLeaks | None) -> tuple[str, ...]:
    """The expected effect of removal, in words."""
    if expected is None:
        return (
            (
                "Expected change of the leak rate: not measured. Give a measured curve of leaks by "
                "copies with --leak-curve FILE."
            ),
        )
    source = f" Curve: {clip(expected.source, _NAME)}." if expected.source else ""
    return (
        (
            f"Expected leak rate of a file: {expected.before:.3%} now, {expected.after:.3%} if "
            f"each text stays once (n = {expected.files:,} different files)."
        ),
        (
            f"Expected change: {expected.change:+.3%} (95 % interval {expected.low:+.3%} to "
            f"{expected.high:+.3%}, from the curve's own uncertainty).{source}"
        ),
    )


def _alert(summary: DedupSummary) -> str:
    parts = []
    unchecked = summary.coverage.get("unchecked")
    if isinstance(unchecked, dict) and unchecked:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(unchecked.items()))
        parts.append(f"Not everything was checked: {reasons}. These inputs stay in the data.")
    if summary.repeated_names:
        parts.append(
            f"{plural(summary.repeated_names, 'document')} with the name of another one: the drop "
            "list also gives their part and row."
        )
    return " ".join(parts)


def _tiles(summary: DedupSummary) -> tuple[Tile, ...]:
    share = summary.dropped_bytes / summary.bytes if summary.bytes else 0.0
    cases = summary.laundering_total
    units, passages = (
        next((level for level in summary.levels if level.level == name), None)
        for name in ("unit", "passage")
    )
    return (
        Tile("Documents", f"{summary.documents:,}", f"{summary.bytes / 1e6:,.1f} MB"),
        Tile("Kept", f"{summary.kept:,}", f"by {summary.keep}"),
        Tile("Dropped", f"{summary.dropped:,}", f"{share:.1%} of the bytes",
              "grade-b" if summary.dropped else "none"),
        Tile("Repeated units", f"{units.clusters:,}" if units else "\u2013",
              "functions and blocks in independent files"),
        Tile("Passages", f"{passages.clusters:,}" if passages else "\u2013",
              f"of {summary.passage_tokens}+ tokens in independent files"),
        Tile("License conflicts", f"{cases:,}", "clusters with different license categories",
              "grade-a" if cases else "none"),
    )  # fmt: skip


def _levels(summary: DedupSummary) -> Table:
    rows = tuple(
        (
            _LEVELS[level.level],
            f"{level.items:,}",
            f"{level.clusters:,}",
            f"{level.copies:,}",
            ", ".join(f"{count:,} {reason}" for reason, count in level.by_reason) or "\u2013",
        )
        for level in summary.levels
    )
    return _table(
        "levels", "What occurs more than once",
        "Files are dropped; units and passages are listed. Those in near-duplicates of one file "
        "alone are counted with the files.",
        ("Level", "Compared", "Clusters", "Further copies", "By reason"), rows,
    )  # fmt: skip


def _histogram(title: str, counts: Mapping[int, int]) -> _Histogram:
    edges = sorted({*_BINS, max((*counts, _BINS[-1])) + 1})
    totals = []
    for low, high in pairwise(edges):
        total = sum(count for copies, count in counts.items() if low <= copies < high)
        label = f"{low}" if high == low + 1 else f"{low} to {high - 1}"
        totals.append((label, total))
    most = max((total for _label, total in totals), default=0) or 1
    return _Histogram(
        title, tuple(_Bin(label, total, _BAR * total / most) for label, total in totals if total)
    )


def _cluster_view(cluster: DuplicateCluster, texts: ClusterTexts | None) -> _ClusterView:
    rows: tuple[PairRow, ...] = ()
    note = ""
    other = cluster.members[-1] if cluster.members else cluster.kept
    if texts is not None and texts.kept is not None and texts.other is not None:
        kept, total = cut_lines(texts.kept, _LINES)
        second, _ = cut_lines(texts.other, _LINES)
        rows = tuple(
            PairRow(
                _side(line.snippet_number, line.snippet_text, line.snippet_marks),
                _side(line.origin_number, line.origin_text, line.origin_marks),
            )
            for line in align("\n".join(kept), "\n".join(second))
        )
        note = f"The first {len(kept)} of {total} lines are shown." if total > len(kept) else ""
    elif cluster.level == "file":
        note = "The texts are not shown: they changed, or take long to find."
    bits = f"{cluster.bits:,.0f} bits"
    return _ClusterView(
        name=cluster.name,
        headline=f"{cluster.copies:,} copies of {plural(cluster.tokens, 'token')}",
        where=_place(cluster.kept),
        other=f"{_place(other)}, {other.similarity:.1%} in common",
        rows=rows,
        note=f"{plural(cluster.families, 'project')}; {bits}. {note}".strip(),
        members=tuple(
            (_place(row), row.reason, f"{row.similarity:.1%}", clip(row.license, _NAME))
            for row in (cluster.kept, *cluster.members)
        ),
        more=max(0, cluster.copies - 1 - len(cluster.members)),
    )


def _side(number: int | None, text: str, marks: tuple[tuple[int, int], ...]) -> Side | None:
    if number is None:
        return None
    pieces = []
    at = 0
    for start, end in marks:
        pieces += [Piece(text[at:start], ""), Piece(text[start:end], "mark")]
        at = end
    pieces.append(Piece(text[at:], ""))
    return Side(number, tuple(piece for piece in pieces if piece.text))


def _place(row: DuplicateRow) -> str:
    name = clip(row.document, _NAME)
    return f"{name}, lines {row.start_line}\u2013{row.end_line}" if row.end_line else name


def _leaks(summary: DedupSummary) -> Table:
    rows = tuple(
        (
            clip(leak.document, _NAME) + (f":{leak.start_line}" if leak.end_line else ""),
            leak.level,
            f"{leak.copies:,}",
            f"{leak.bits:,.0f}",
            f"{leak.score:,.0f}",
            clip(leak.owner, _NAME) or "unknown",
            clip(leak.license, _NAME),
        )
        for leak in summary.likely_leaks
    )
    return _table(
        "leaks", "Likeliest leaks",
        "Texts by copies times information. Models memorize what they see often (Lee et al. 2022; "
        "Carlini et al. 2023); a text of few bits may be guessed.",
        ("Text", "Level", "Copies", "Bits", "Copies \u00d7 bits", "Owner", "License"), rows,
    )  # fmt: skip


def _owners(summary: DedupSummary) -> Table:
    rows = tuple(
        (clip(owner.owner, _NAME) or "unknown", f"{owner.clusters:,}", f"{owner.copies:,}",
         f"{owner.score:,.0f}")
        for owner in summary.owners
    )  # fmt: skip
    return _table(
        "owners", "Likeliest leaks by owner", "Sums over the texts of each owner.",
        ("Owner", "Texts", "Copies", "Copies \u00d7 bits"), rows,
    )  # fmt: skip


def _laundering(summary: DedupSummary) -> Table:
    rows = tuple(
        (
            clip(case.kept, _NAME),
            f"{clip(case.license, _NAME)} ({case.category})",
            "; ".join(
                f"{count:,} \u00d7 {clip(name, 60)} ({kind})" for name, kind, count in case.others
            ),
            clip(", ".join(case.owners), 300) or "unknown",
            clip(", ".join(case.documents), 300),
        )
        for case in summary.laundering[:_CASES]
    )
    notes = (
        (f"{summary.laundering_total - len(rows):,} more are in license-laundering.jsonl.",)
        if summary.laundering_total > len(rows)
        else ()
    )
    return _table(
        "laundering", "Copies under another license",
        f"{plural(summary.laundering_total, 'cluster')} hold files that declare licenses of "
        f"different categories: {plural(summary.laundering_documents, 'file')} declare another "
        "category than the kept copy.",
        ("Kept copy", "Its license", "Others declare", "Owners", "Files"), rows, notes,
    )  # fmt: skip


def _skipped(summary: DedupSummary) -> Table:
    rows = tuple(
        (clip(skip.item, _NAME), skip.reason, clip(skip.detail, _NAME))
        for skip in summary.skipped[:_SKIPS]
    )
    notes = (
        (f"{summary.skipped_total - len(rows):,} more are left out here.",)
        if summary.skipped_total > len(rows)
        else ()
    )
    return _table(
        "skipped", "Not compared", "Inputs without text, and inputs that were not checked.",
        ("Input", "Reason", "Detail"), rows, notes,
    )  # fmt: skip


def _table(
    anchor: str,
    title: str,
    meaning: str,
    heads: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    notes: tuple[str, ...] = (),
) -> Table:
    return Table(anchor=anchor, title=title, meaning=meaning, heads=heads, rows=rows, notes=notes)
