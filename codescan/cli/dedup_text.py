# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of `codescan dedup` as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.reports.coverage_text import skip_sentences
from codescan.reports.dedup_page import change_sentences, headline_of
from codescan.reports.escaping import clip
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.records.duplicates import DedupSummary

__all__ = ["dedup_text"]

_CLUSTERS = 5
_CASES = 5
_SKIPS = 10
_NAME = 80
_LEVELS = {"file": "files", "unit": "functions and blocks", "passage": "passages"}


def dedup_text(summary: DedupSummary, out: Path | None) -> str:
    """The headline, totals by level, the largest clusters, conflicts, and what was not read.

    Args:
        summary: of the search.
        out: where the results were written; None: nowhere.
    """
    return "\n".join(_lines(summary, out)) + "\n"


def _lines(summary: DedupSummary, out: Path | None) -> Iterator[str]:
    yield f"{headline_of(summary)}."
    yield from _unchecked(summary)
    if not summary.documents:
        return
    share = summary.dropped_bytes / summary.bytes if summary.bytes else 0.0
    yield f"Kept by {summary.keep}: {summary.kept:,}. Dropped: {share:.1%} of the bytes."
    yield ""
    for level in summary.levels:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in level.by_reason)
        yield (
            f"{_LEVELS[level.level]}: {level.copies:,} further "
            f"{'copy' if level.copies == 1 else 'copies'} in "
            f"{plural(level.clusters, 'cluster')}" + (f" ({reasons})" if reasons else "")
        )
    files = [cluster for cluster in summary.largest if cluster.level == "file"]
    if files:
        yield ""
        yield "largest clusters of files:"
    for cluster in files[:_CLUSTERS]:
        least = min((row.similarity for row in cluster.members), default=1.0)
        yield (
            f"  {cluster.copies:>6,} copies of {clip(cluster.kept.document, _NAME)}"
            f" ({cluster.kept.license}; at least {least:.0%} in common)"
        )
    if summary.laundering_total:
        yield ""
        yield (
            f"{plural(summary.laundering_total, 'cluster')} hold files that declare licenses of "
            f"different categories ({plural(summary.laundering_documents, 'file')}):"
        )
    for case in summary.laundering[:_CASES]:
        declared = ", ".join(f"{count:,} \u00d7 {name}" for name, _category, count in case.others)
        declared = clip(declared, _NAME)
        yield f"  {clip(case.kept, _NAME)} is {case.license}; others declare {declared}"
    yield ""
    yield from change_sentences(summary.expected_leaks)
    if out is not None and summary.files:
        yield f"written to {out}: {', '.join(summary.files)}"


def _unchecked(summary: DedupSummary) -> Iterator[str]:
    unchecked, out_of_scope = (summary.coverage.get(key) for key in ("unchecked", "out_of_scope"))
    for counts in (unchecked, out_of_scope):
        if isinstance(counts, dict):
            yield from skip_sentences(counts)
    if isinstance(unchecked, dict) and unchecked:
        named = [skip for skip in summary.skipped if skip.reason in unchecked]
        for skip in named[:_SKIPS]:
            yield f"  {clip(skip.item, _NAME)}: {skip.reason}" + (
                f" ({clip(skip.detail, _NAME)})" if skip.detail else ""
            )
        if len(named) > _SKIPS:
            yield f"  and {summary.skipped_total - _SKIPS:,} more"
    if summary.repeated_names:
        yield (
            f"{plural(summary.repeated_names, 'document')} with the name of another one: the drop "
            "list also gives their part and row."
        )
    if summary.not_compared:
        yield (
            f"{summary.not_compared:,} places of passages were not compared: too many different "
            "texts share their key."
        )
