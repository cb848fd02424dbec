# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the HTML page shows, as plain values: the template only places them.

Limits keep a page of thousands of findings light. What is left out is said on the page and is
whole in the JSON report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.records import Finding, Grade, Report
from codescan.reports import audit_tables, coverage_text, html_charts, summary
from codescan.reports.escaping import clip
from codescan.reports.html_card import Card, card_of
from codescan.reports.side_by_side import Budget, cut_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Page", "page_of"]

_LEDE = 3  # sentences at the top; the others stand beside the rates
_OPENED = 3  # findings that are unfolded at the start
_PROJECTS = 12
_ANSWERS = 200
_ANSWER_LINES = 400
_ANSWER_BUDGET = 8_000  # lines of all answers together
_SHOWN_ELSEWHERE = audit_tables.TABULATED | {"coverage", "summary", "skipped"}
_ROWS = 500  # of suppressed and of skipped items


@dataclass(frozen=True, slots=True)
class Tile:
    """A large number at the top."""

    label: str
    value: str
    hint: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class GradeView:
    """The findings of one grade."""

    letter: str
    meaning: str
    count: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A line of a whole text; `hit` where a finding covers it."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole text that has a finding."""

    number: int
    name: str
    hint: str
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Suppressed or skipped items."""

    anchor: str
    title: str
    meaning: str
    total: int
    reasons: Sequence[tuple[str, int]]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template places."""

    title: str
    subject: str
    tool: str
    headline: str
    sentences: Sequence[str]
    said: Sequence[str]
    reach: str
    unit: str
    tiles: tuple[Tile, ...]
    rates: tuple[html_charts.RateView, ...]
    axis: html_charts.Axis | None
    tables: tuple[audit_tables.Table, ...]
    charted: str
    licenses: tuple[html_charts.Share, ...]
    projects: tuple[html_charts.Project, ...]
    projects_more: int
    grades: tuple[GradeView, ...]
    categories: Sequence[str]
    answers: tuple[Answer, ...]
    answers_more: int
    suppressed: LeftOut
    skipped: LeftOut
    run: Sequence[summary.Fact]
    index: Sequence[summary.Fact]
    numbers: Sequence[summary.Fact]
    disclaimer: str


def page_of(report: Report) -> Page:
    """Lay out a report."""
    audit = summary.is_audit(report)
    findings = summary.ordered(report)
    serious = [f for f in findings if f.counts]
    charted = serious or findings
    rates, axis = html_charts.rates(summary.intervals(report))
    said = summary.sentences(report)
    lede = _LEDE if rates else len(said)
    answers, answers_more = _answers(report, findings)
    numbers = {answer.name: answer.number for answer in answers}
    projects = html_charts.projects(charted)
    subject = "Memorization report" if audit else "Copy report"
    model = summary.model_name(report)
    return Page(
        title=f"{summary.headline(report)} · codescan",
        subject=f"{subject} · {clip(model, 120)}" if model else subject,
        tool=" ".join(clip(str(report.tool.get(key, "")), 80) for key in ("name", "version")),
        headline=f"{summary.headline(report)}.",
        sentences=[*filter(None, [coverage_text.unchecked_sentence(report)]), *said[:lede]],
        said=said[lede:],
        reach=summary.reach(report),
        unit="answer" if audit else "text",
        tiles=_tiles(report, serious),
        rates=rates,
        axis=axis,
        tables=audit_tables.tables(report),
        charted="A and B" if serious else "C and D",
        licenses=html_charts.licenses(charted),
        projects=tuple(projects[:_PROJECTS]),
        projects_more=max(0, len(projects) - _PROJECTS),
        grades=_grades(report, findings, numbers, "Answer" if audit else "Checked text"),
        categories=sorted({f.attribution.license.category for f in findings}),
        answers=tuple(answers),
        answers_more=answers_more,
        suppressed=_suppressed(report),
        skipped=_skipped(report),
        run=summary.facts(report.run),
        index=summary.facts(report.index),
        numbers=summary.facts(
            {
                key: value
                for key, value in report.statistics.items()
                if key not in _SHOWN_ELSEWHERE and not key.startswith("by_")
            }
        ),
        disclaimer=summary.DISCLAIMER,
    )


def _tiles(report: Report, serious: Sequence[Finding]) -> tuple[Tile, ...]:
    counts = summary.grade_counts(report)
    projects = {f.attribution.origin.package.family for f in serious}
    longest = max((f.tokens for f in serious), default=0)
    checked = next(
        (
            Tile(key.capitalize(), f"{count:,}", "compared with the index")
            for key in ("completions", "snippets", "prompts")
            if (count := summary.number(report, key)) is not None
        ),
        Tile("Texts", f"{len(report.completions):,}", "with a finding"),
    )
    return (
        checked,
        Tile(
            "Grade A", f"{counts[Grade.A]:,}", "long, verbatim, rare",
            "grade-a" if counts[Grade.A] else "none",
        ),
        Tile(
            "Grade B", f"{counts[Grade.B]:,}", "renamed or lightly edited",
            "grade-b" if counts[Grade.B] else "none",
        ),
        Tile("Projects", f"{len(projects):,}", "that they come from", "" if projects else "none"),
        Tile(
            "Longest", f"{longest:,}" if longest else "\u2013", "tokens in one passage",
            "" if longest else "none",
        ),
    )  # fmt: skip


def _grades(
    report: Report, findings: Sequence[Finding], answers: dict[str, int], found_label: str
) -> tuple[GradeView, ...]:
    budget = Budget()
    cards: dict[Grade, list[Card]] = {}
    for number, finding in enumerate(findings, start=1):
        card = card_of(
            finding,
            number=number,
            budget=budget,
            text=report.completions.get(finding.snippet_id),
            answer=answers.get(finding.snippet_id, 0),
            found_label=found_label,
            opened=number <= _OPENED and finding.grade in summary.HEADLINE_GRADES,
        )
        cards.setdefault(finding.grade, []).append(card)
    return tuple(
        GradeView(
            grade.value, meaning, summary.plural(len(cards[grade]), "finding"), tuple(cards[grade])
        )
        for grade, meaning in summary.GRADES.items()
        if grade in cards
    )


def _answers(report: Report, findings: Iterable[Finding]) -> tuple[list[Answer], int]:
    """The whole texts of the best findings, in the findings' order."""
    hits: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.snippet_id in report.completions:
            hits.setdefault(finding.snippet_id, []).append(finding)
    answers: list[Answer] = []
    budget = _ANSWER_BUDGET
    for name, found in hits.items():
        if len(answers) == _ANSWERS or budget <= 0:
            break
        lines, total = cut_lines(report.completions[name], min(_ANSWER_LINES, budget))
        budget -= len(lines)
        regions = [finding.region for finding in found]
        hint = summary.plural(len(found), "finding") + f", {summary.plural(total, 'line')}"
        if total > len(lines):
            hint += f", the first {len(lines)} shown"
        answers.append(
            Answer(
                number=len(answers) + 1,
                name=name,
                hint=hint,
                lines=tuple(
                    AnswerLine(line, any(r.start_line <= at <= r.end_line for r in regions))
                    for at, line in enumerate(lines, start=1)
                ),
            )
        )
    return answers, len(hits) - len(answers)


def _suppressed(report: Report) -> LeftOut:
    return LeftOut(
        anchor="suppressed",
        title="Shared, but left out",
        meaning="Runs in common with the index that are deliberately not findings, and why.",
        total=len(report.suppressed),
        reasons=summary.tally(run.reason for run in report.suppressed),
        heads=("Where", "Lines", "Tokens", "Reason"),
        rows=tuple(
            (
                clip(run.snippet_id, 200),
                f"{run.region.start_line}\u2013{run.region.end_line}",
                f"{run.tokens:,}",
                clip(run.reason, 100),
            )
            for run in report.suppressed[:_ROWS]
        ),
        more=max(0, len(report.suppressed) - _ROWS),
    )


def _skipped(report: Report) -> LeftOut:
    return LeftOut(
        anchor="skipped",
        title="Not compared",
        meaning="Inputs out of scope, such as binary files, and inputs that were not checked.",
        total=len(report.skipped),
        reasons=summary.tally(f"{item.stage}: {item.reason}" for item in report.skipped),
        heads=("Item", "Stage", "Reason", "Detail"),
        rows=tuple(
            tuple(clip(x, 300) for x in (item.item, item.stage, item.reason, item.detail))
            for item in report.skipped[:_ROWS]
        ),
        more=max(0, len(report.skipped) - _ROWS),
    )
