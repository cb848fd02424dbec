# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One finding as the HTML page shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.records import (
    NOASSERTION,
    Attribution,
    Finding,
    LicenseBasis,
    LicenseClaim,
    MatchKind,
)
from codescan.reports import origin_phrases, summary
from codescan.reports.escaping import clip
from codescan.reports.html_prompt import PromptView, TextLine, completion_excerpt, prompt_excerpt
from codescan.reports.json import qualified
from codescan.reports.side_by_side import Budget, PairRow, WholeText, pair_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codescan.records import ReportedPrompt

__all__ = [
    "Alternate",
    "Card",
    "CardContext",
    "CardKeys",
    "LicenseView",
    "PolicyView",
    "RuleRow",
    "card_of",
    "license_view",
    "project_key",
]

_TONES: Mapping[str, str] = {
    "public-domain": "ok",
    "permissive": "ok",
    "weak-copyleft": "mild",
    "strong-copyleft": "strong",
    "network-copyleft": "strong",
    "source-available": "strong",
    "proprietary": "strong",
}
_STATES: Mapping[str, str] = {
    "ok": "ok",
    "ok-with-obligations": "ok",
    "review": "mild",
    "conflict": "strong",
}
_SHORT, _LONG = 160, 400  # characters of one field
_MANY = 20  # lines, names or holders of one finding
_EXCERPT_SHARE = 2  # lines of an excerpt that weigh as much as a row of a pair
_SWHID = re.compile(r"swh:1:cnt:[0-9a-f]{40};lines=\d+-\d+")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[^\s\"'<>\\]*)?")


@dataclass(frozen=True, slots=True)
class LicenseView:
    """A license as a badge, and where it was read."""

    name: str
    tone: str
    """"ok", "mild", "strong" or "open": what the category asks for."""
    category: str
    basis: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another holder of the passage."""

    name: str
    where: str
    license: LicenseView
    released: str


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The decision of the project's policy."""

    state: str
    tone: str
    """As of a license: "ok", "mild", "strong" or "open"."""
    reason: str
    choice: str
    """The license it would be used under, where that is a choice; else ""."""
    rules: str
    obligations: tuple[str, ...]
    accepted: str
    """Why it does not count, or ""."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """The values of one ranking rule."""

    rule: str
    origin: str
    runner_up: str
    points: str


@dataclass(frozen=True, slots=True)
class CardKeys:
    """The keys by which the page's script sorts, groups and filters."""

    project: str
    license: str
    category: str
    measures: str
    """Separated by spaces."""
    arm: str
    tokens: int
    words: str
    """The text to search besides the visible one, in lower case."""


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the page says about a finding."""

    anchor: str
    """Id of its element: the same in every report that holds the finding."""
    number: int
    opened: bool
    keys: CardKeys
    origin: str
    path: str
    origin_lines: str
    purl: str
    released: str
    homepage: str
    swhid: str
    archive: str
    """Address of the content in the Software Heritage archive, or ""."""
    license: LicenseView
    claims: tuple[LicenseView, ...]
    copyrights: tuple[str, ...]
    kind: str
    size: str
    measure: str
    found_label: str
    found_in: str
    found_lines: str
    text_anchor: str
    """Id of the whole text on the page, "" where it is not shown."""
    prompt: PromptView | None
    completion: tuple[TextLine, ...]
    """First lines of the completion; empty for a file."""
    completion_note: str
    rows: tuple[PairRow, ...]
    rows_note: str
    ambiguous: bool
    grade_reasons: tuple[str, ...]
    origin_reasons: tuple[str, ...]
    families: str
    margin: str
    rules: tuple[RuleRow, ...]
    """Of the ranking; empty where no other family holds the passage."""
    licenses_seen: str
    earliest: str
    policy: PolicyView | None
    renames: tuple[tuple[str, str], ...]
    renames_more: int
    alternatives: tuple[Alternate, ...]
    alternatives_more: int
    fingerprint: str
    citation: str


@dataclass(frozen=True, slots=True)
class CardContext:
    """The values of a card besides its finding.

    Args:
        anchor: id of the card.
        number: 1-based place on the page.
        opened: whether the card starts unfolded.
        text: the whole text that holds the passage, where the report has it.
        text_anchor: id of that text on the page, or "".
        is_completion: whether a model wrote that text.
        prompt: what the completion continues; None for a file.
        measures: what the finding supports, words of `finding_measures.MEASURES`.
        citation: for documents that refer to the finding.
    """

    anchor: str
    number: int
    opened: bool
    text: WholeText | None
    text_anchor: str
    is_completion: bool
    prompt: ReportedPrompt | None
    measures: tuple[str, ...]
    citation: str


def card_of(finding: Finding, context: CardContext, budget: Budget) -> Card:
    """Lay out a finding.

    Args:
        finding: what to show.
        context: what is known of it besides.
        budget: lines that may still be shown side by side.
    """
    attribution = finding.attribution
    origin, package = attribution.origin, attribution.origin.package
    is_light = budget.rows > 0
    rows, note = pair_rows(finding, context.text, budget)
    prompt = prompt_excerpt(context.prompt) if is_light else None
    excerpt, excerpt_note = (
        completion_excerpt(finding, context.text.text)
        if is_light and context.is_completion and context.text is not None
        else ((), "")
    )
    budget.rows -= (len(excerpt) + (prompt.text.count("\n") if prompt else 0)) // _EXCERPT_SHARE
    license_ = license_view(attribution.license)
    others = attribution.alternatives[:_MANY]
    swhid = qualified(attribution.swhid, attribution.region)
    name = clip(summary.origin_name(finding), _SHORT)
    found_in = clip(finding.snippet_path or finding.snippet_id, _SHORT)
    return Card(
        anchor=context.anchor,
        number=context.number,
        opened=context.opened,
        keys=CardKeys(
            project=project_key(finding),
            license=license_.name,
            category=license_.category,
            measures=" ".join(context.measures),
            arm=finding.arm.value,
            tokens=finding.tokens,
            words=clip(f"{package.purl} {found_in}", _LONG).lower(),
        ),
        origin=name,
        path=clip(origin.path, _LONG),
        origin_lines=summary.lines_of(attribution.region.start_line, attribution.region.end_line),
        purl=clip(package.purl, _LONG),
        released=clip(package.released or "", _SHORT),
        homepage=package.homepage if _WEB.fullmatch(package.homepage) else "",
        swhid=clip(swhid, _SHORT),
        archive=f"https://archive.softwareheritage.org/{swhid}" if _SWHID.fullmatch(swhid) else "",
        license=license_,
        claims=tuple(
            license_view(claim) for claim in attribution.claims if claim != attribution.license
        )[:_MANY],
        copyrights=tuple(clip(line, _LONG) for line in attribution.copyrights[:_MANY]),
        kind=_kind(finding),
        size=summary.plural(finding.tokens, "token"),
        measure=(
            f"{summary.plural(finding.tokens, 'token')}, {finding.bits:,.0f} bits, "
            f"similarity {finding.similarity:.1%}"
        ),
        found_label="Completion" if context.is_completion else "Checked text",
        found_in=found_in,
        found_lines=summary.found_lines(finding),
        text_anchor=context.text_anchor,
        prompt=prompt,
        completion=excerpt,
        completion_note=excerpt_note,
        rows=rows,
        rows_note=note,
        ambiguous=attribution.ambiguous,
        grade_reasons=_clipped(finding.grade_reasons),
        origin_reasons=_clipped(attribution.reasons),
        families=_families(attribution.families),
        margin=origin_phrases.margin(attribution),
        rules=_rules(attribution),
        licenses_seen=clip(origin_phrases.licenses_seen(attribution), _LONG),
        earliest=clip(origin_phrases.earliest(attribution), _LONG),
        policy=_policy(finding),
        renames=tuple((clip(a, _SHORT), clip(b, _SHORT)) for a, b in finding.renames[:_MANY]),
        renames_more=max(0, len(finding.renames) - _MANY),
        alternatives=tuple(
            Alternate(
                name=clip(f"{other.package} {other.version}".strip(), _SHORT),
                where=clip(other.path, _LONG)
                + f", {summary.lines_of(other.region.start_line, other.region.end_line)}",
                license=license_view(other.license),
                released=clip(other.released or "", _SHORT),
            )
            for other in others
        ),
        alternatives_more=max(0, attribution.alternatives_total - len(others)),
        fingerprint=clip(finding.fingerprint, _SHORT),
        citation=context.citation,
    )


def project_key(finding: Finding) -> str:
    """The family of the origin: what findings of one project share."""
    package = finding.attribution.origin.package
    return clip(package.family or package.purl, _SHORT)


def license_view(claim: LicenseClaim | None = None, *, category: str = "unknown") -> LicenseView:
    """A license statement as a badge; without one, the badge of a category."""
    if claim is None:
        claim = LicenseClaim(NOASSERTION, LicenseBasis.NONE, category=category)
    return LicenseView(
        name=clip(summary.license_name(claim.expression), _SHORT),
        tone=_TONES.get(claim.category, "open"),
        category=clip(claim.category, _SHORT),
        basis=summary.BASES[claim.basis],
        evidence=clip(claim.evidence, _LONG),
    )


def _policy(finding: Finding) -> PolicyView | None:
    policy = finding.policy
    if policy is None:
        return None
    chosen = policy.choice not in (finding.attribution.license.expression, NOASSERTION)
    return PolicyView(
        state=clip(policy.state.replace("-", " "), _SHORT),
        tone="ok" if policy.accepted else _STATES.get(policy.state, "open"),
        reason=clip(policy.reason, _LONG),
        choice=clip(policy.choice, _SHORT) if chosen else "",
        rules=", ".join(rule.value for rule in policy.rules),
        obligations=_clipped(policy.obligations),
        accepted=clip(f"{policy.accepted}: {policy.accepted_reason}", _LONG)
        if policy.accepted
        else "",
    )


def _rules(attribution: Attribution) -> tuple[RuleRow, ...]:
    return tuple(
        RuleRow(
            clip(contribution.rule, _SHORT),
            clip(contribution.origin, _SHORT),
            clip(contribution.runner_up or "", _SHORT),
            origin_phrases.points(contribution),
        )
        for contribution in attribution.contributions[:_MANY]
        if contribution.runner_up is not None and (contribution.origin or contribution.runner_up)
    )


def _kind(finding: Finding) -> str:
    kind = summary.kind_of(finding)
    return f"{kind}, {finding.similarity:.0%} alike" if finding.kind is MatchKind.EDITED else kind


def _families(count: int) -> str:
    if count <= 1:
        return "No other independent project of the index holds the passage."
    return f"{count:,} independent projects of the index hold the passage."


def _clipped(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(clip(sentence, _LONG) for sentence in sentences[:_MANY])
