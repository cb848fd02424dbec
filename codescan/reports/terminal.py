# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A summary for the terminal: the run, the findings, their origins and licenses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from codescan.records import Finding, Grade, Report, coverage_of
from codescan.reports import audit_tables, coverage_text, summary
from codescan.reports.escaping import clip, visible
from codescan.reports.headline import shows_memorization
from codescan.reports.statement import statement

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TerminalReporter"]

_WIDTH = 100  # columns of the plain form, which must not depend on the window
_ROWS = 50  # findings in the table; the other formats hold all
_TABLE_ROWS = 12  # of each of an audit's tables
_LONGEST = 300  # characters of one untrusted field
_WHOLE = 4_000  # of a sentence, or of a fact that a run is repeated by
_STYLES = {Grade.A: "bold red", Grade.B: "yellow", Grade.C: "cyan", Grade.D: "dim"}


class TerminalReporter:
    """Renders a summary in plain text; `renderable` gives the same in color."""

    name = "terminal"
    media_type = "text/plain"
    suffix = ".txt"

    def render(self, report: Report) -> str:
        """The summary without any control code, 100 columns wide."""
        out = io.StringIO()
        console = Console(
            file=out,
            width=_WIDTH,
            height=1_000,
            force_terminal=False,
            color_system=None,
            legacy_windows=False,
            emoji=False,
            _environ={},
        )
        console.print(self.renderable(report))
        return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())

    def renderable(self, report: Report) -> RenderableType:
        """The summary for a rich console, which decides on color and width."""
        return Group(*_parts(report))


def _parts(report: Report) -> Iterator[RenderableType]:
    counts = summary.grade_counts(report)
    coverage = coverage_of(report)
    serious = shows_memorization(report) or not coverage.is_complete
    yield _text(f"{summary.headline(report)}.", "bold red" if serious else "bold green")
    unchecked = coverage_text.unchecked_sentence(report)
    if unchecked:
        yield _text(unchecked, "red", _WHOLE)
    reach = summary.reach(report)
    if reach:
        yield _text(reach, "dim")
    yield Text()
    yield _statement(report) if statement(report) else _run(report)
    yield from _statistics(report)
    yield from _tables(report)
    yield from _grades(counts)
    yield from _findings(report)
    yield from _left_out(report)
    yield from _repeat(report)
    if report.findings:
        yield Text()
        yield Text(summary.DISCLAIMER, style="dim")


def _run(report: Report) -> Table:
    table = _grid()
    rows = [
        ("Model", summary.model_name(report)),
        ("Index", _described(report.index)),
    ]
    for key in ("prompts", "completions", "snippets"):
        count = summary.number(report, key)
        if count is not None:
            rows.append((key.capitalize(), f"{count:,}"))
    for name, value in rows:
        if value:
            table.add_row(_text(name, "dim"), _text(value))
    return table


def _statement(report: Report) -> Table:
    """The statement to quote; without its last part if the sentences below say more."""
    table = _grid()
    parts = statement(report)
    for part in parts[:-1] if summary.sentences(report) else parts:
        table.add_row(_text(part.question, "dim"), _text(part.answer, limit=_WHOLE))
    return table


def _described(index: dict[str, object]) -> str:
    name = index.get("name")
    sizes = [
        summary.plural(count, key.removesuffix("s"))
        for key in ("packages", "files", "tokens")
        if isinstance(count := index.get(key), int) and not isinstance(count, bool)
    ]
    return ", ".join([str(name), *sizes] if name else sizes)


def _statistics(report: Report) -> Iterator[RenderableType]:
    """The audit's own sentences; without them, its rates as a table."""
    sentences = summary.sentences(report)
    if sentences:
        yield Text()
        for sentence in sentences:
            yield _text(sentence, limit=_WHOLE)
        return
    table = _grid()
    for interval in summary.intervals(report):
        if not interval.group:
            table.add_row(_text(interval.label, "dim"), _text(interval.words))
    if table.row_count:
        yield Text()
        yield table


def _tables(report: Report) -> Iterator[RenderableType]:
    for shown in (*audit_tables.rate_tables(report), *audit_tables.tables(report)):
        if not shown.brief or shown.is_null:
            continue  # the sentences say the result
        table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, show_edge=False)
        for head in shown.heads:
            table.add_column(_text(head), overflow="fold")
        for row in shown.rows[:_TABLE_ROWS]:
            table.add_row(*(_text(cell) for cell in row))
        yield Text()
        yield _text(shown.title, "bold")
        yield table
        for note in shown.notes:
            yield _text(note, "dim", _WHOLE)


def _grades(counts: dict[Grade, int]) -> Iterator[RenderableType]:
    table = _grid()
    for grade, meaning in summary.GRADES.items():
        style = _STYLES[grade] if counts[grade] else "dim"
        table.add_row(
            Text(f"Grade {grade.value}", style=style),
            Text(f"{counts[grade]:,}", style=style, justify="right"),
            Text(meaning, style="dim"),
        )
    yield Text()
    yield table


def _findings(report: Report) -> Iterator[RenderableType]:
    shown = [f for f in summary.ordered(report) if f.counts]
    if not shown:
        return
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, show_edge=False)
    table.add_column("", width=1)
    table.add_column("Found in", ratio=3, overflow="fold")
    table.add_column("Origin", ratio=5, overflow="fold")
    table.add_column("License", ratio=3, overflow="fold")
    table.add_column("Copy", ratio=2, overflow="fold")
    for finding in shown[:_ROWS]:
        table.add_row(*_row(finding))
    yield Text()
    yield table
    if len(shown) > _ROWS:
        yield _text(f"… and {len(shown) - _ROWS:,} more in the other formats.", "dim")


def _row(finding: Finding) -> tuple[Text, Text, Text, Text, Text]:
    attribution = finding.attribution
    cell = Text.assemble(
        _text(finding.snippet_path or finding.snippet_id),
        "\n",
        (summary.found_lines(finding), "dim"),
    )
    origin = Text.assemble(
        _text(summary.origin_name(finding), "bold"),
        "\n",
        _text(attribution.origin.path),
        "\n",
        (summary.lines_of(attribution.region.start_line, attribution.region.end_line), "dim"),
    )
    if attribution.alternatives_total:
        others = summary.plural(attribution.alternatives_total, "other holder")
        origin.append(f", {others}", style="dim")
    license_ = Text.assemble(
        _text(summary.license_name(attribution.license.expression)),
        "\n",
        (summary.BASES[attribution.license.basis], "dim"),
    )
    if attribution.ambiguous:
        license_.append("\nambiguous", style="yellow")
    copy = Text.assemble(
        summary.KINDS[finding.kind],
        "\n",
        (summary.plural(finding.tokens, "token"), "dim"),
        "" if finding.is_verified else ("\nnot verified", "yellow"),
    )
    return Text(finding.grade.value, _STYLES[finding.grade]), cell, origin, license_, copy


def _left_out(report: Report) -> Iterator[RenderableType]:
    lists = (
        ("Suppressed", [run.reason for run in report.suppressed]),
        ("Skipped", [item.reason for item in report.skipped]),
    )
    table = _grid()
    for title, reasons in lists:
        if reasons:
            words = ", ".join(
                f"{reason} {count:,}" for reason, count in summary.tally(iter(reasons))
            )
            table.add_row(Text(title, style="dim"), Text(f"{len(reasons):,}"), _text(words, "dim"))
    unknown = report.statistics.get("unknown_languages")
    if isinstance(unknown, dict) and unknown:
        words = ", ".join(f"{name} {count}" for name, count in unknown.items())
        table.add_row(Text("Unknown languages", style="dim"), Text(str(len(unknown))), _text(words))
    if table.row_count:
        yield Text()
        yield table


def _repeat(report: Report) -> Iterator[RenderableType]:
    table = _grid()
    for fact in summary.repeat(report):
        table.add_row(_text(fact.name, "dim"), _text(fact.value, "dim", _WHOLE))
    if table.row_count:
        yield Text()
        yield _text("To repeat it", "bold")
        yield table


def _grid() -> Table:
    return Table.grid(padding=(0, 2, 0, 0))


def _text(untrusted: str, style: str = "", limit: int = _LONGEST) -> Text:
    """Text that is neither markup nor able to send a control code."""
    return Text(visible(clip(untrusted, limit)), style=style)
