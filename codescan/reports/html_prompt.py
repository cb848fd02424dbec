# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prompts and completions of the HTML page: an excerpt in each finding, the whole further below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.records import Arm
from codescan.reports import summary
from codescan.reports.deep_links import text_anchor
from codescan.reports.escaping import clip
from codescan.reports.side_by_side import cut_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from codescan.records import Finding, Report, ReportedPrompt

__all__ = [
    "PromptView",
    "TextLine",
    "TextView",
    "completion_excerpt",
    "prompt_excerpt",
    "prompt_view",
    "texts_of",
]

_TEXTS = 300
_TEXT_LINES = 400
_TEXT_BUDGET = 12_000  # lines of all texts and their prompts together
_PROMPT_LINES = 120
_EXCERPT_LINES = 14
_EXCERPT = 1_500  # characters
_FIELD = 200


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a text; `hit` where a finding covers it."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt, shortened at its beginning: a completion continues its end."""

    details: str
    """Strategy, form, arm and file in one line."""
    text: str
    note: str
    """The part that is left out, or ""."""
    suffix: str
    expected: str
    extracted: str
    """Whether greedy decoding emits the true continuation, in words, or ""."""


@dataclass(frozen=True, slots=True)
class TextView:
    """A whole text that has a finding, with the prompt that it continues."""

    anchor: str
    name: str
    hint: str
    lines: tuple[TextLine, ...]
    prompt: PromptView | None


def prompt_view(prompt: ReportedPrompt | None, limit: int = _PROMPT_LINES) -> PromptView | None:
    """A prompt in at most `limit` lines, the last ones."""
    if prompt is None:
        return None
    whole = max(prompt.characters, len(prompt.text))
    shown = "\n".join(prompt.text.split("\n")[-limit:])
    if limit <= _EXCERPT_LINES:
        shown = shown[-_EXCERPT:]
    note = f"The last {len(shown):,} of {whole:,} characters." if len(shown) < whole else ""
    details = [
        clip(prompt.strategy, _FIELD),
        clip(prompt.variant, _FIELD),
        "message" if prompt.chat else "",
        "null arm: unseen text" if prompt.arm is Arm.NULL else "",
        clip(prompt.document_id, _FIELD),
    ]
    extracted = {
        True: "Greedy decoding emits it token for token.",
        False: "Greedy decoding does not emit it.",
        None: "",
    }[prompt.extracted]
    return PromptView(
        details=", ".join(filter(None, details)),
        text=shown,
        note=note,
        suffix=clip("\n".join(cut_lines(prompt.suffix, limit)[0]), _EXCERPT),
        expected=clip("\n".join(cut_lines(prompt.expected, limit)[0]), _EXCERPT),
        extracted=extracted if prompt.expected else "",
    )


def completion_excerpt(finding: Finding, text: str) -> tuple[tuple[TextLine, ...], str]:
    """The first lines of a completion, and a sentence on what is left out ("" for nothing)."""
    head = "\n".join(text.split("\n", _EXCERPT_LINES)[:_EXCERPT_LINES])
    lines, _ = cut_lines(head, _EXCERPT_LINES)
    total = text.count("\n") + (not text.endswith("\n"))
    note = "" if total <= len(lines) else f"The first {len(lines)} of {total:,} lines."
    return _marked(lines, [finding]), note


def prompt_excerpt(prompt: ReportedPrompt | None) -> PromptView | None:
    """The last lines of a prompt, to occur in a finding."""
    return prompt_view(prompt, _EXCERPT_LINES)


def texts_of(
    report: Report, findings: Iterable[Finding], prompts: Mapping[str, ReportedPrompt]
) -> tuple[list[TextView], int]:
    """The whole texts of the best findings, in the findings' order, and how many are left out."""
    hits: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.snippet_id in report.completions:
            hits.setdefault(finding.snippet_id, []).append(finding)
    views: list[TextView] = []
    budget = _TEXT_BUDGET
    for name, held in hits.items():
        if len(views) == _TEXTS or budget <= 0:
            break
        lines, total = cut_lines(report.completions[name], min(_TEXT_LINES, budget))
        prompt = prompt_view(prompts.get(held[0].prompt_id))
        budget -= len(lines) + (prompt.text.count("\n") + 1 if prompt else 0)
        hint = summary.plural(len(held), "finding") + f", {summary.plural(total, 'line')}"
        if total > len(lines):
            hint += f", the first {len(lines)} shown"
        views.append(
            TextView(text_anchor(name), clip(name, _FIELD), hint, _marked(lines, held), prompt)
        )
    return views, len(hits) - len(views)


def _marked(lines: Sequence[str], findings: Sequence[Finding]) -> tuple[TextLine, ...]:
    regions = [finding.region for finding in findings]
    return tuple(
        TextLine(line, any(r.start_line <= at <= r.end_line for r in regions))
        for at, line in enumerate(lines, start=1)
    )
