# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Shared by the SBOM formats: stable names and dates that come from the report alone."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from codescan.licenses.expressions import normalize
from codescan.records import NOASSERTION
from codescan.reports import summary
from codescan.reports.escaping import clip, visible
from codescan.reports.json import JsonReporter, qualified

if TYPE_CHECKING:
    from codescan.records import Finding, LicenseClaim, Report

__all__ = [
    "by_package", "comment", "created", "expression_of", "identity", "policy_words", "references",
    "serious", "text", "tool", "where", "with_text",
]  # fmt: skip

_FIELD = 1_000
_REFERENCE = re.compile(r"\bLicenseRef-[A-Za-z0-9.-]+")
_NAMESPACE = uuid.UUID("0d0f7e6c-3c44-5d9f-9d0b-0a9b1f3f7c11")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def serious(report: Report) -> list[Finding]:
    """The findings that an SBOM lists, grades A and B: common or short text is not a component."""
    return [f for f in summary.ordered(report) if f.grade in summary.HEADLINE_GRADES]


def by_package(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Findings by the package URL of their origin, sorted by it."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.attribution.origin.package.purl, []).append(finding)
    return dict(sorted(groups.items()))


def identity(report: Report) -> uuid.UUID:
    """A UUID that is the same for the same report (RFC 9562, version 5)."""
    return uuid.uuid5(_NAMESPACE, JsonReporter().render(report))


def created(report: Report) -> datetime:
    """When the run was made, UTC in whole seconds; 1970-01-01 where the report does not say.

    A clock would make two renderings of one report differ.
    """
    value = report.run.get("created") or report.run.get("finished")
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else _EPOCH
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return _EPOCH


def with_text(report: Report) -> tuple[list[Finding], int]:
    """The serious findings whose whole text the report holds, and how many lack it.

    SPDX wants the hash of the file that holds a snippet.
    """
    findings = serious(report)
    with_completion = [finding for finding in findings if finding.snippet_id in report.completions]
    return with_completion, len(findings) - len(with_completion)


def text(value: str) -> str:
    """A field: hidden characters shown by name, cut to a sane length."""
    return visible(clip(value, _FIELD))


def tool(report: Report) -> str:
    """The tool's name and version, of letters, digits and dots."""
    version = "".join(c for c in str(report.tool.get("version", "")) if c.isalnum() or c in ".+-")
    return f"codescan-{clip(version, 40)}" if version else "codescan"


def where(finding: Finding) -> str:
    """The file and lines that the passage equals."""
    attribution = finding.attribution
    lines = summary.lines_of(attribution.region.start_line, attribution.region.end_line)
    swhid = qualified(attribution.swhid, attribution.region)
    return f"Equals {text(attribution.origin.path)}, {lines} ({text(swhid)})."


def comment(finding: Finding) -> str:
    """The origin of a passage and the strength of the evidence."""
    return (
        f"{where(finding)} {summary.kind_of(finding).capitalize()}, grade "
        f"{finding.grade.value}: {summary.GRADES[finding.grade]}."
    )


def policy_words(finding: Finding) -> str:
    """The decision of the project's policy, with the license's conditions; "" without a policy."""
    policy = finding.policy
    if policy is None:
        return ""
    words = [f"Policy: {policy.state}: {text(policy.reason)}."]
    if policy.rules:
        words.append(f"Rules: {', '.join(rule.value for rule in policy.rules)}.")
    if policy.accepted:
        words.append(f"Accepted ({policy.accepted}): {text(policy.accepted_reason)}.")
    if policy.choice not in (finding.attribution.license.expression, NOASSERTION):
        words.append(f"Used under {text(policy.choice)}.")
    if policy.obligations:
        words.append("Asked for: " + " ".join(map(text, policy.obligations)))
    return " ".join(words)


def expression_of(claim: LicenseClaim | None) -> str:
    """The claim's expression in its canonical spelling, NOASSERTION where it is not understood."""
    return normalize(claim.expression) if claim is not None else NOASSERTION


def references(findings: list[Finding]) -> dict[str, str]:
    """Every LicenseRef that is used, sorted, with the text that it was read from."""
    ids: dict[str, str] = {}
    for finding in findings:
        package = finding.attribution.origin.package
        for claim in (finding.attribution.license, *package.licenses[:1]):
            for key in _REFERENCE.findall(expression_of(claim)):
                ids.setdefault(key, text(claim.evidence) or "not kept")
    return dict(sorted(ids.items()))
