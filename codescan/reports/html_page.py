# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The contents of the HTML page, as plain values: the template only places them.

Limits keep a page of thousands of findings light. The page names what is left out; the JSON report
holds all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.records import Finding, Grade, Report
from codescan.reports import audit_tables, coverage_text, html_charts, summary
from codescan.reports.deep_links import citation, finding_anchors, text_anchor
from codescan.reports.escaping import clip
from codescan.reports.finding_measures import FindingMeasures
from codescan.reports.glossary import GLOSSARY, Term, TextPart, link_terms
from codescan.reports.headline import shows_memorization
from codescan.reports.html_card import Card, CardContext, card_of
from codescan.reports.html_projects import Filter, Project, filter_of, projects_of
from codescan.reports.html_prompt import TextView, texts_of
from codescan.reports.side_by_side import Budget, WholeText
from codescan.reports.statement import null_sentence, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Page", "page_of"]

_OPENED = 3  # findings that are unfolded at the start
_SHOWN_ELSEWHERE = audit_tables.TABULATED | {"coverage", "summary", "skipped"}
_ROWS = 500  # of suppressed and of skipped items

Linked = tuple[TextPart, ...]
"""A sentence whose terms link to the glossary."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the statement and its answer."""

    question: str
    answer: Linked


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
    unchecked: str
    statement: tuple[Answer, ...]
    null_result: Linked
    """The result in one sentence where no measure shows anything; else empty."""
    sentences: tuple[Linked, ...]
    """The sentences of the audit."""
    reach: Linked
    unit: str
    """The name of the texts: "completion" or "text"."""
    tiles: tuple[Tile, ...]
    rates: tuple[html_charts.RateView, ...]
    axis: html_charts.Axis | None
    tables: tuple[audit_tables.Table, ...]
    null_tables: tuple[audit_tables.Table, ...]
    charted: str
    licenses: tuple[html_charts.Share, ...]
    projects: tuple[Project, ...]
    filter: Filter
    grades: tuple[GradeView, ...]
    findings: int
    texts: tuple[TextView, ...]
    texts_more: int
    suppressed: LeftOut
    skipped: LeftOut
    run: Sequence[summary.Fact]
    index: Sequence[summary.Fact]
    numbers: Sequence[summary.Fact]
    glossary: tuple[Term, ...]
    disclaimer: str


def page_of(report: Report) -> Page:
    """Lay out a report."""
    audit = summary.is_audit(report)
    findings = summary.ordered(report)
    anchors = finding_anchors(findings)
    measures = FindingMeasures(report)
    supported = [measures.of(finding) for finding in findings]
    serious = [f for f in findings if f.counts]
    charted = serious or findings
    rates, axis = html_charts.rates(summary.intervals(report))
    prompts = {prompt.id: prompt for prompt in report.prompts}
    texts, texts_more = texts_of(report, findings, prompts)
    whole_texts = {name: WholeText(text) for name, text in report.completions.items()}
    shown_texts = {view.anchor for view in texts}
    contexts = [
        CardContext(
            anchor=anchor,
            number=number,
            opened=number <= _OPENED and finding.grade in summary.HEADLINE_GRADES,
            text=whole_texts.get(finding.snippet_id),
            text_anchor=name if (name := text_anchor(finding.snippet_id)) in shown_texts else "",
            is_completion=audit,
            prompt=prompts.get(finding.prompt_id),
            measures=words,
            citation=citation(report, finding),
        )
        for number, (finding, anchor, words) in enumerate(
            zip(findings, anchors, supported, strict=True), start=1
        )
    ]
    tables = audit_tables.tables(report)
    projects = projects_of(findings, anchors)
    model = summary.model_name(report)
    subject = "Memorization report" if audit else "Copy report"
    no_result = "" if not audit or shows_memorization(report) else null_sentence(report)
    return Page(
        title=f"{summary.headline(report)} · codescan",
        subject=f"{subject} · {clip(model, 120)}" if model else subject,
        tool=" ".join(clip(str(report.tool.get(key, "")), 80) for key in ("name", "version")),
        headline=f"{summary.headline(report)}.",
        unchecked=coverage_text.unchecked_sentence(report),
        statement=tuple(
            Answer(part.question, link_terms(part.answer)) for part in statement(report)
        ),
        null_result=link_terms(no_result),
        sentences=tuple(map(link_terms, summary.sentences(report))),
        reach=link_terms(summary.reach(report)),
        unit="completion" if audit else "text",
        tiles=_tiles(report, serious),
        rates=rates,
        axis=axis,
        tables=tuple(table for table in tables if not table.is_null),
        null_tables=tuple(table for table in tables if table.is_null),
        charted="A and B" if serious else "C and D",
        licenses=html_charts.licenses(charted),
        projects=projects,
        filter=filter_of(findings, projects, supported),
        grades=_grades(findings, contexts),
        findings=len(findings),
        texts=tuple(texts),
        texts_more=texts_more,
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
        glossary=GLOSSARY,
        disclaimer=summary.DISCLAIMER,
    )


def _grades(findings: Sequence[Finding], contexts: Sequence[CardContext]) -> tuple[GradeView, ...]:
    budget = Budget()
    cards: dict[Grade, list[Card]] = {}
    for finding, context in zip(findings, contexts, strict=True):
        cards.setdefault(finding.grade, []).append(card_of(finding, context, budget))
    return tuple(
        GradeView(
            grade.value, meaning, summary.plural(len(cards[grade]), "finding"), tuple(cards[grade])
        )
        for grade, meaning in summary.GRADES.items()
        if grade in cards
    )


def _tiles(report: Report, serious: Sequence[Finding]) -> tuple[Tile, ...]:
    counts = summary.grade_counts(report)
    projects = {f.attribution.origin.package.family for f in serious}
    longest = max((f.tokens for f in serious), default=0)
    checked = next(
        (
            Tile(label, f"{count:,}", "compared with the index")
            for key, label in (
                ("completions", "Completions"),
                ("snippets", "Texts"),
                ("prompts", "Prompts"),
            )
            if (count := summary.number(report, key)) is not None
        ),
        Tile("Texts", f"{len(report.completions):,}", "with a finding"),
    )
    return (
        checked,
        Tile(
            "Grade A", f"{counts[Grade.A]:,}", "strong evidence, verbatim",
            "grade-a" if counts[Grade.A] else "none",
        ),
        Tile(
            "Grade B", f"{counts[Grade.B]:,}", "strong, renamed or edited",
            "grade-b" if counts[Grade.B] else "none",
        ),
        Tile("Projects", f"{len(projects):,}", "that they come from", "" if projects else "none"),
        Tile(
            "Longest", f"{longest:,}" if longest else "\u2013", "tokens in one passage",
            "" if longest else "none",
        ),
    )  # fmt: skip


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
