# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SARIF 2.1.0 (OASIS Standard), shaped for code scanning services such as GitHub's.

Those services show the first location of a result only, want all four ends of its region, track
alerts by `primaryLocationLineHash`, and take at most 25,000 results of a run. Origins outside the
repository therefore appear in the message and the properties, never in locations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from codescan.records import Finding, Level, PolicyRule, Report, Rule, coverage_of
from codescan.records.skip_reasons import is_unchecked_reason
from codescan.reports import summary
from codescan.reports.coverage_text import NOTHING_CHECKED, named_items
from codescan.reports.escaping import clip, json_text, visible
from codescan.reports.json import document
from codescan.reports.locations import columns, numbered, place

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SarifReporter"]

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_MOST_RESULTS = 25_000
_MOST_NOTIFICATIONS = 1_000
_FIELD = 200  # characters of one untrusted field in a message


@dataclass(frozen=True, slots=True)
class _RuleText:
    name: str
    short: str
    full: str
    precision: str
    severity: str
    level: str


_HELP = (
    "Open the origin that the message names and compare. If the passage was taken from there, keep "
    "its copyright notice and follow its license, replace the passage, or remove it. If it was "
    "written independently, say so in review. A finding is evidence of copying. It is not a legal "
    "judgment."
)
_RULES: Mapping[Rule | PolicyRule, _RuleText] = {
    Rule.VERBATIM_COPY: _RuleText(
        "VerbatimCopy",
        "Verbatim copy of indexed code or text",
        "The passage has the same tokens as a file of the index; only layout and comments may "
        "differ. This is consistent with copying or memorization of that file.",
        "very-high",
        "error",
        "error",
    ),
    Rule.RENAMED_COPY: _RuleText(
        "RenamedCopy",
        "Copy of indexed code with renamed identifiers",
        "The passage has the same tokens as a file of the index after a one-to-one renaming of "
        "identifiers. This is consistent with copying or memorization of that file.",
        "high",
        "warning",
        "warning",
    ),
    Rule.NEAR_COPY: _RuleText(
        "NearCopy",
        "Edited copy of indexed code or text",
        "The passage has most of the tokens of a file of the index; some were changed, added or "
        "removed. This is consistent with copying or memorization of that file.",
        "medium",
        "warning",
        "warning",
    ),
    PolicyRule.LICENSE_CONFLICT: _RuleText(
        "LicenseConflict",
        "Passage under a license that the project cannot take in",
        "The passage equals one of the index whose license conflicts with the license or the "
        "policy of this project. Remove or replace it, or ask its owner for another license.",
        "high",
        "error",
        "error",
    ),
    PolicyRule.LICENSE_UNKNOWN: _RuleText(
        "LicenseUnknown",
        "Passage whose license is not known",
        "The passage equals one of the index for which no license was found: all rights are "
        "reserved until shown otherwise.",
        "high",
        "error",
        "error",
    ),
    PolicyRule.AMBIGUOUS_ORIGIN: _RuleText(
        "AmbiguousOrigin",
        "Passage of several projects under different licenses",
        "Nothing decides which of several projects the passage comes from, and their licenses "
        "differ in kind. The strictest one is assumed.",
        "medium",
        "warning",
        "warning",
    ),
    PolicyRule.LICENSE_MISMATCH: _RuleText(
        "LicenseMismatch",
        "Statements about the license of the passage disagree",
        "The file that the passage comes from states another license than its package, or this "
        "project's own tags state another license than the origin.",
        "medium",
        "warning",
        "warning",
    ),
    PolicyRule.MISSING_ATTRIBUTION: _RuleText(
        "MissingAttribution",
        "Passage without the notice that its license asks for",
        "The license of the passage permits its use on conditions that are not met yet, such as "
        "keeping the copyright notice. `codescan attribute` writes the notices.",
        "high",
        "warning",
        "warning",
    ),
}
_ORDER = tuple(_RULES)


class SarifReporter:
    """Renders one SARIF run with one result for each finding."""

    name = "sarif"
    media_type = "application/sarif+json"
    suffix = ".sarif"

    def render(self, report: Report) -> str:
        """The SARIF log."""
        shown = summary.ordered(report)[:_MOST_RESULTS]
        as_json = {id(f): d for f, d in zip(report.findings, _findings(report), strict=True)}
        results = [
            _result(finding, fingerprint, report, as_json[id(finding)])
            for finding, fingerprint in numbered(shown)
        ]
        command = report.run.get("command")
        run = {
            "tool": {"driver": _driver(report)},
            "automationDetails": {
                "id": f"codescan/{quote(command, safe='') if isinstance(command, str) else 'scan'}/"
            },
            "invocations": [
                {
                    "executionSuccessful": coverage_of(report).is_complete,
                    "toolExecutionNotifications": _notifications(report, len(shown)),
                }
            ],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }
        return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _findings(report: Report) -> list[dict[str, object]]:
    findings = document(report)["findings"]
    return findings if isinstance(findings, list) else []


def _driver(report: Report) -> dict[str, object]:
    return {
        "name": "codescan",
        "version": visible(clip(str(report.tool.get("version", "")), _FIELD)) or "0",
        "rules": [
            {
                "id": rule.value,
                "name": text.name,
                "shortDescription": {"text": text.short},
                "fullDescription": {"text": text.full},
                "help": {"text": _HELP, "markdown": _HELP},
                "defaultConfiguration": {"level": text.level},
                "properties": {
                    "precision": text.precision,
                    "problem.severity": text.severity,
                    "tags": ["license", "provenance", "maintainability"],
                },
            }
            for rule, text in _RULES.items()
        ],
    }


def _logical_location(finding: Finding) -> dict[str, object]:
    """The inner text that holds the passage, such as a cell of a notebook (SARIF 3.28.4)."""
    if not finding.view:
        return {}
    return {"logicalLocations": [{"fullyQualifiedName": summary.view_name(finding.view)}]}


def _result(
    finding: Finding, fingerprint: str, report: Report, as_json: dict[str, object]
) -> dict[str, object]:
    start_column, end_column = columns(finding, report.completions)
    # Services show an alert on a change only if every line of it is in the change.
    region = finding.added_region or finding.region
    rule = _rule(finding)
    result: dict[str, object] = {
        "ruleId": rule.value,
        "ruleIndex": _ORDER.index(rule),
        "level": finding.level.value,
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(place(finding), errors="replace")},
                    "region": {
                        "startLine": region.start_line,
                        "startColumn": start_column,
                        "endLine": region.end_line,
                        "endColumn": end_column,
                    },
                },
                **_logical_location(finding),
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": visible(fingerprint),
            "codescanPassage/v1": visible(finding.fingerprint),
        },
        "properties": {
            key: as_json[key]
            for key in (
                "grade", "kind", "similarity", "tokens", "bits", "grade_reasons", "verified",
                "license", "copyrights", "ambiguous", "families", "alternatives_total", "policy",
                "runner_up", "margin", "licenses_seen",
            )
        }
        | {
            "origin": _without_text(as_json["origin"]),
            "passage": {
                "start_line": finding.region.start_line, "end_line": finding.region.end_line,
                **({"view": list(finding.view)} if finding.view else {}),
            },
        },
    }  # fmt: skip
    if finding.policy is not None and finding.policy.accepted:
        in_source = finding.policy.accepted in {"allow-comment", "declared"}
        result["suppressions"] = [
            {
                "kind": "inSource" if in_source else "external",
                "justification": _field(finding.policy.accepted_reason),
            }
        ]
    if finding.level is Level.NONE:
        result["kind"] = "informational"  # 3.27.10: level "none" goes with another kind than "fail"
    return result


def _rule(finding: Finding) -> Rule | PolicyRule:
    """The gravest thing that the policy says, else what kind of copy it is."""
    if finding.policy is not None and finding.policy.rules:
        return finding.policy.rules[0]
    return finding.rule


def _without_text(origin: object) -> dict[str, object]:
    fields = ("purl", "path", "start_line", "end_line", "swhid", "sha256", "released")
    return {key: origin[key] for key in fields} if isinstance(origin, dict) else {}


def _message(finding: Finding) -> str:
    """Plain sentences; the first is what services show as the title."""
    attribution = finding.attribution
    means = summary.kind_of(finding)
    article = "an" if means[0] in "aeiou" else "a"
    where = summary.lines_of(attribution.region.start_line, attribution.region.end_line)
    license_ = _field(summary.license_name(attribution.license.expression))
    sentences = [
        f"Consistent with {article} {means} copy of {_field(summary.origin_name(finding))}.",
        f"Origin: {_field(attribution.origin.path)}, {where}.",
        f"License: {license_}, read in: {summary.BASES[attribution.license.basis]}.",
        f"Grade {finding.grade.value}: {summary.GRADES[finding.grade]}.",
    ]
    if finding.policy is not None:
        state = finding.policy.state.replace("-", " ")
        sentences.append(f"Policy: {state}, {_field(finding.policy.reason)}.")
    if attribution.ambiguous:
        sentences.append("Ambiguous: another project with other license terms may be the origin.")
    if attribution.alternatives_total:
        sentences.append(
            f"{summary.plural(attribution.alternatives_total, 'other holder')} in the index."
        )
    return " ".join(sentences)


def _field(text: str) -> str:
    """Untrusted text for a message: no link and no placeholder can begin in it (3.11.5, 3.11.6)."""
    plain = visible(clip(text, _FIELD)).replace("\\", "\\\\")
    return (
        plain.replace("[", "\\[").replace("]", "\\]").replace("{", "{{").replace("}", "}}")
    )  # fmt: skip


def _notifications(report: Report, shown: int) -> list[dict[str, object]]:
    """Inputs that were not compared, so that silence is not taken for a clean result."""
    notes = []
    coverage = coverage_of(report)
    if coverage.is_nothing and not report.findings:
        notes.append(_notification("error", f"{NOTHING_CHECKED}."))
    by_reason: dict[tuple[str, str], list[str]] = {}
    for skip in report.skipped:
        by_reason.setdefault((skip.stage, skip.reason), []).append(skip.item)
    notes += [
        _notification(
            "note" if reason in coverage.allowed or not is_unchecked_reason(reason) else "warning",
            f"Not compared: {_field(f'{stage}, {reason}')} ({len(items):,}): "
            f"{_field(named_items(items))}.",
        )
        for ((stage, reason), items) in sorted(
            by_reason.items(), key=lambda entry: (-len(entry[1]), entry[0])
        )
    ][:_MOST_NOTIFICATIONS]
    if shown < len(report.findings):
        text = f"Only {shown:,} of {len(report.findings):,} findings are listed here."
        notes.append(_notification("warning", text))
    return notes


def _notification(level: str, text: str) -> dict[str, object]:
    return {"level": level, "message": {"text": text}}
