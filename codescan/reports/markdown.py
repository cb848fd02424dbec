# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A summary in GitHub Flavored Markdown, for job summaries and merge request comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.reports import audit_tables, coverage_text, summary
from codescan.reports.escaping import clip, visible
from codescan.reports.gate_notes import gate_notes, policy_line
from codescan.reports.statement import statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.records import Finding, Report

__all__ = ["MarkdownReporter"]

_ROWS = 100  # of the table: a job summary may hold 1 MiB
_FIELD = 160
_WHOLE = 4_000  # of a fact that a run is repeated by
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")  # every ASCII sign
# All but , ; % ( ) and hyphens, points and colons where they make no link.
_WILD = re.compile(r"[!-$&'*+/<-@\[-`{-~]|:(?=/)|(?<=[wW])\.|^[-+]|^\d+(?=[.)])")


class MarkdownReporter:
    """Renders the headline, the rates and a table of the findings that count."""

    name = "markdown"
    media_type = "text/markdown"
    suffix = ".md"

    def render(self, report: Report) -> str:
        """The summary; untrusted text occurs in code spans, so that it names and links nothing."""
        blocks = ["\n".join(block) for block in _blocks(report)]
        return "\n\n".join(block for block in blocks if block) + "\n"


def _blocks(report: Report) -> Iterator[Sequence[str]]:
    yield [f"## codescan: {summary.headline(report)}"]
    unchecked = coverage_text.unchecked_sentence(report)
    if unchecked:
        yield [f"**{_plain(unchecked)}**"]
    yield [_plain(summary.reach(report))]
    yield [f"- **{part.question}**: {_plain(part.answer)}" for part in statement(report)]
    notes = [note for note in (policy_line(report), *gate_notes(report)) if note]
    if notes:
        yield [f"- {_plain(note)}" for note in notes]
    sentences = summary.sentences(report)
    if sentences:
        yield [f"- {_plain(sentence)}" for sentence in sentences]
    else:
        yield [
            f"- {_plain(interval.label)}: {_plain(interval.words)}"
            for interval in summary.intervals(report)
            if not interval.group
        ]
    tables = (*audit_tables.rate_tables(report), *audit_tables.tables(report))
    yield [f"- {_plain(table.null_sentence)}" for table in tables if table.is_null]
    for table in tables:
        if table.is_null:
            continue
        yield [f"### {_plain(table.title)}"]
        yield [_plain(table.meaning)] if table.meaning else []
        yield _table(table.heads, ([_cell(cell) for cell in row] for row in table.rows))
        yield [f"- {_plain(note)}" for note in table.notes]
    counts = summary.grade_counts(report)
    yield _table(
        ("Grade", "Findings", "Meaning"),
        ((grade.value, f"{counts[grade]:,}", meaning) for grade, meaning in summary.GRADES.items()),
    )
    shown = [f for f in summary.ordered(report) if f.grade in summary.HEADLINE_GRADES]
    if shown:
        yield _table(
            ("", "Found in", "Lines", "Origin", "File", "License", "Copy"), map(_row, shown[:_ROWS])
        )
    if len(shown) > _ROWS:
        yield [f"… and {len(shown) - _ROWS:,} more in the other formats."]
    yield [
        line
        for title, reasons in (
            ("Shared but left out", [run.reason for run in report.suppressed]),
            ("Not compared", [item.reason for item in report.skipped]),
        )
        for line in _left_out(title, reasons)
    ]
    repeated = summary.repeat(report)
    if repeated:
        yield ["### To repeat it"]
        yield _table(
            ("", ""), ([_plain(fact.name), _code(fact.value, _WHOLE)] for fact in repeated)
        )
    yield [f"_{summary.DISCLAIMER}_"]


def _left_out(title: str, reasons: Sequence[str]) -> Iterator[str]:
    if reasons:
        counted = (f"{_code(why)} {count:,}" for why, count in summary.tally(iter(reasons)))
        yield f"- {title}: {len(reasons):,} ({', '.join(counted)})"


def _row(finding: Finding) -> Sequence[str]:
    attribution = finding.attribution
    origin_region = attribution.region
    license_ = _code(summary.license_name(attribution.license.expression))
    remarks = ["ambiguous"] if attribution.ambiguous else []
    if finding.policy is not None:
        remarks.append(finding.policy.state.replace("-", " "))
    return (
        finding.grade.value,
        _code(finding.snippet_path or finding.snippet_id),
        f"{finding.region.start_line}-{finding.region.end_line}"
        + (f" {_code(summary.view_name(finding.view))}" if finding.view else ""),
        _code(summary.origin_name(finding)),
        f"{_code(attribution.origin.path)} {origin_region.start_line}-{origin_region.end_line}",
        f"{license_} ({', '.join(remarks)})" if remarks else license_,
        f"{summary.kind_of(finding)}, {summary.plural(finding.tokens, 'token')}",
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]


def _code(text: str, limit: int = _FIELD) -> str:
    """Untrusted text as a code span, in which Markdown reads nothing.

    The few signs that could end the span or a table cell become character references instead.
    """
    plain = visible(clip(text, limit))
    if not plain.strip():
        return ""
    if re.search(r"[`|\\]", plain):
        return f"<code>{_SIGN.sub(_reference, plain)}</code>"
    return f"`{plain}`"


def _cell(text: str) -> str:
    """A field of a table that may be a stranger's text or a sentence of ours."""
    if re.fullmatch(r"[\d.,]+", text):
        return text
    return _code(text) if re.search(r"[^\w\s.,;:%()+≤≥=-]|://|@", text) else _plain(text)


def _plain(text: str) -> str:
    """A sentence of ours that may carry a stranger's name, which links and mentions nothing."""
    return _WILD.sub(_reference, visible(clip(text, 4 * _FIELD)))


def _reference(entity: re.Match[str]) -> str:
    return "".join(f"&#{ord(character)};" for character in entity[0])
