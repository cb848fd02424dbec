# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The summary of a corpus as a page, and as lines of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.evidence.training_content import template_fields
from codescan.reports.audit_tables import Table
from codescan.reports.escaping import clip
from codescan.reports.html import page_template, style_source
from codescan.reports.html_page import Tile
from codescan.reports.plurals import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.evidence.corpus_summary import CorpusSummary, Counted

__all__ = ["summary_lines", "summary_page", "summary_tables"]

_NAME = 160
_ROWS = 100
_TERMINAL_ROWS = 8


@dataclass(frozen=True, slots=True)
class _Page:
    tool: str
    title: str
    alerts: tuple[str, ...]
    tiles: tuple[Tile, ...]
    tables: tuple[Table, ...]


def summary_page(summary: CorpusSummary) -> str:
    """The page: one file, without scripts."""
    style, style_hash = style_source("report.css")
    title = f"Corpus {clip(summary.name, _NAME)}"
    page = _Page(
        f"codescan {summary.tool_version}", title,
        (*_unread(summary), *(f"The index is stale: {each}." for each in summary.stale)),
        _tiles(summary), (*summary_tables(summary), _template_table(summary)),
    )  # fmt: skip
    return page_template("corpus_summary.html.j2").render(
        page=page, style=style, style_hash=style_hash
    )


def _unread(summary: CorpusSummary) -> Iterator[str]:
    if summary.unread():
        files = plural(summary.unread(), "file")
        yield f"{files} of the corpus could not be read. The summary does not cover them."


def summary_lines(summary: CorpusSummary) -> Iterator[str]:
    """The summary for a terminal: totals and the first rows of each table."""
    size = f"{plural(summary.files, 'file')}, {summary.bytes / 1e6:,.1f} MB"
    unread = f"; {plural(summary.unread(), 'file')} not read" if summary.unread() else ""
    yield f"{summary.name}: {plural(summary.packages, 'package')}, {size}{unread}"
    for each in summary.stale:
        yield f"stale: {each}"
    for table in summary_tables(summary):
        yield ""
        yield f"{table.title}: {table.meaning}"
        for row in table.rows[:_TERMINAL_ROWS]:
            yield "  " + "  ".join(row)
        more = len(table.rows) - _TERMINAL_ROWS
        if more > 0:
            yield f"  … and {more:,} more; see --format json"


def summary_tables(summary: CorpusSummary) -> tuple[Table, ...]:
    """Every table of the summary."""
    return (
        _sources(summary),
        _counted("registries", "Registries", "Packages by package URL.", summary.registries),
        _counted("languages", "Languages", "Files by language.", summary.languages),
        _counted(
            "categories", "License categories",
            "Files by the category of the license that holds; unknown is never permissive.",
            summary.license_categories,
        ),
        _counted("licenses", "Licenses", "Files by license expression.", summary.licenses),
        _counted(
            "unknown", "Unknown licenses", "Packages with files whose license is not known.",
            summary.unknown_licenses,
        ),
        _counted(
            "holders", "Copyright holders",
            f"{plural(summary.holders_total, 'name')}; "
            f"{plural(summary.files_without_holder, 'file')} name nobody.",
            summary.holders,
        ),
        _facts(summary),
        _private(summary),
        _left_out(summary),
    )  # fmt: skip


def _tiles(summary: CorpusSummary) -> tuple[Tile, ...]:
    unknown = sum(row.files for row in summary.license_categories if row.name == "unknown")
    return (
        Tile("Packages", f"{summary.packages:,}", plural(summary.files, "file")),
        Tile("Size", f"{summary.bytes / 1e6:,.1f} MB", f"{summary.tokens:,} lexer tokens"),
        Tile("Copies", f"{summary.duplicates.extra_files:,}", "files equal to others"),
        Tile("Unknown license", f"{unknown:,}", "files", "alert" if unknown else ""),
    )


def _counted(anchor: str, title: str, meaning: str, rows: Sequence[Counted]) -> Table:
    shown = tuple(
        (clip(row.name, _NAME), f"{row.files:,}", f"{row.bytes:,}", f"{row.packages:,}")
        for row in rows[:_ROWS]
    )
    notes = (f"{len(rows) - _ROWS:,} more are in the JSON.",) if len(rows) > _ROWS else ()
    return Table(anchor, title, meaning, ("Name", "Files", "Bytes", "Packages"), shown, notes)


def _sources(summary: CorpusSummary) -> Table:
    rows = tuple(
        (
            str(source.get("kind", "")),
            clip(", ".join(f"{k} = {v}" for k, v in source.items() if k != "kind"), 400),
        )
        for source in summary.sources[:_ROWS]
    )
    return Table("sources", "Sources", "What the index was made from.", ("Kind", "Options"), rows)


def _facts(summary: CorpusSummary) -> Table:
    duplicates, dates, note = summary.duplicates, summary.dates, summary.opt_outs
    rows = (
        ("Contents that several files have", f"{duplicates.contents:,}"),
        ("Files equal to others", f"{duplicates.extra_files:,} ({duplicates.extra_bytes:,} bytes)"),
        ("Contents of independent packages", f"{duplicates.across_families:,}"),
        ("Contents under licenses of different categories", f"{duplicates.license_conflicts:,}"),
        ("Earliest release", dates.earliest_release or "not known"),
        ("Latest release", dates.latest_release or "not known"),
        ("Packages without a date", f"{dates.packages_without_date:,}"),
        ("Indexed", dates.indexed),
        (
            "Opt-outs",
            "no list was applied" if note is None
            else f"{note.get('entries')} entries, applied on {note.get('applied')}, "
            f"{note.get('files_removed')} files removed",
        ),
    )  # fmt: skip
    return Table(
        "facts", "Copies, dates and opt-outs", "Counted in the index.", ("Fact", "Value"), rows
    )


def _private(summary: CorpusSummary) -> Table:
    data = summary.private_data
    kinds = [] if data is None else data.get("kinds", [])
    meaning = (
        "Not measured; see --private-data." if data is None
        else "Values by kind; grade A or B. No value is shown."
    )  # fmt: skip
    rows = tuple(
        (k["kind"], f"{k['items']:,}", f"{k['values']:,}", f"{k['texts']:,}") for k in kinds
    )
    return Table("private", "Private data", meaning, ("Kind", "Items", "Values", "Files"), rows)


def _left_out(summary: CorpusSummary) -> Table:
    rows = tuple((reason, f"{count:,}") for reason, count in sorted(summary.left_out.items()))
    return Table(
        "left-out", "Left out", "Files that are not in the index.", ("Reason", "Files"), rows
    )


def _template_table(summary: CorpusSummary) -> Table:
    rows = tuple(
        (each.section, each.title, each.answer or "open", each.note)
        for each in template_fields(summary)
    )
    return Table(
        "template", "Public summary of training content",
        "The fields of the European Commission's template; the provider answers the open ones.",
        ("Section", "Field", "Answer", "Measured"), rows,
    )  # fmt: skip
