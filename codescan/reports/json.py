# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The report as JSON, without loss: the contract that other programs read.

The shape is that of `report.schema.json` beside this file (JSON Schema 2020-12). Lines are 1-based
and inclusive; bytes are half-open offsets into the UTF-8 text as given. Readers must ignore keys
they do not know: a key may be added within a schema version, but never changed or taken away.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from codescan.errors import OutputError
from codescan.reports.escaping import json_text
from codescan.reports.json_decode import SCHEMA_VERSION, loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.records import (
        Alternative,
        Attribution,
        Finding,
        LicenseClaim,
        PolicyVerdict,
        Region,
        Report,
    )

__all__ = ["SCHEMA_VERSION", "JsonReporter", "document", "loads", "qualified", "schema"]


class JsonReporter:
    """Renders the lossless form, from which every other format can be made again."""

    name = "json"
    media_type = "application/json"
    suffix = ".json"

    def render(self, report: Report) -> str:
        """The report as indented JSON.

        Raises:
            OutputError: a mapping of the report holds what JSON cannot.
        """
        try:
            return json_text(document(report))
        except (TypeError, ValueError, RecursionError) as error:
            raise OutputError(
                f"the report cannot be written as JSON: {error}",
                "settings and statistics may hold text, finite numbers, lists and mappings only",
            ) from error


def schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of the reports that this version writes."""
    text = files("codescan.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, object] = json.loads(text)
    return loaded


def document(report: Report) -> dict[str, object]:
    """The report as plain dictionaries and lists, in the published shape."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": report.tool,
        "run": report.run,
        "index": report.index,
        "statistics": report.statistics,
        "findings": [_finding(finding) for finding in report.findings],
        "suppressed": [
            {
                "snippet_id": run.snippet_id,
                **_lines(run.region),
                "tokens": run.tokens,
                "reason": run.reason,
                "view": list(run.view),
            }
            for run in report.suppressed
        ],
        "skipped": [
            {"item": s.item, "stage": s.stage, "reason": s.reason, "detail": s.detail}
            for s in report.skipped
        ],
        "completions": report.completions,
    }


def _finding(finding: Finding) -> dict[str, object]:
    attribution = finding.attribution
    return {
        "rule": finding.rule.value,
        "grade": finding.grade.value,
        "level": finding.level.value,
        "fingerprint": finding.fingerprint,
        "snippet": {
            "id": finding.snippet_id,
            "path": finding.snippet_path,
            **_lines(finding.region),
            "start_byte": finding.span.start,
            "end_byte": finding.span.end,
            "view": list(finding.view),
            "view_lines": _lines(finding.view_region) if finding.view_region is not None else None,
            "text": finding.snippet_text,
            "functions": list(finding.functions),
            "added": _lines(finding.added_region) if finding.added_region is not None else None,
        },
        "kind": finding.kind.value,
        "similarity": finding.similarity,
        "tokens": finding.tokens,
        "bits": finding.bits,
        "renames": _renames(finding),
        "grade_reasons": list(finding.grade_reasons),
        "origin": {
            **_origin(attribution, finding.origin_text),
            "functions": list(attribution.functions),
        },
        "license": _license(attribution.license),
        "claims": _licenses(attribution.claims),
        "copyrights": list(attribution.copyrights),
        "runner_up": _alternative_or_none(attribution.runner_up),
        "margin": attribution.margin,
        "contributions": [
            {
                "rule": each.rule,
                "origin": each.origin,
                "runner_up": each.runner_up,
                "points": each.points,
            }
            for each in attribution.contributions
        ],
        "alternatives": [_alternative(other) for other in attribution.alternatives],
        "alternatives_total": attribution.alternatives_total,
        "licenses_seen": [
            {"expression": expression, "families": families}
            for expression, families in attribution.licenses_seen
        ],
        "earliest": _alternative_or_none(attribution.earliest),
        "families": attribution.families,
        "ambiguous": attribution.ambiguous,
        "origin_reasons": list(attribution.reasons),
        "policy": _policy(finding.policy) if finding.policy is not None else None,
    }


def _policy(verdict: PolicyVerdict) -> dict[str, object]:
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "choice": verdict.choice,
        "obligations": list(verdict.obligations),
        "rules": [rule.value for rule in verdict.rules],
        "relation": verdict.relation,
        "accepted": verdict.accepted,
        "accepted_reason": verdict.accepted_reason,
    }


def _renames(finding: Finding) -> dict[str, str]:
    """{name in the origin: name in the snippet}; a renaming is one to one by definition."""
    renames = dict(finding.renames)
    if len(renames) != len(finding.renames):
        raise ValueError(f"finding {finding.fingerprint} renames an identifier twice")
    return renames


def _origin(attribution: Attribution, text: str) -> dict[str, object]:
    origin, region = attribution.origin, attribution.region
    package = origin.package
    return {
        "purl": package.purl,
        "package": package.name,
        "version": package.version,
        "family": package.family,
        "path": origin.path,
        **_lines(region),
        "sha256": origin.sha256,
        "swhid": qualified(attribution.swhid, region),
        "released": package.released,
        "homepage": package.homepage,
        "package_licenses": _licenses(package.licenses),
        "package_copyrights": list(package.copyrights),
        "text": text,
    }


def _alternative(other: Alternative) -> dict[str, object]:
    return {
        "purl": other.purl,
        "package": other.package,
        "version": other.version,
        "path": other.path,
        **_lines(other.region),
        "swhid": qualified(other.swhid, other.region),
        "released": other.released,
        "license": _license(other.license),
    }


def _alternative_or_none(other: Alternative | None) -> dict[str, object] | None:
    return _alternative(other) if other is not None else None


def qualified(swhid: str, region: Region) -> str:
    """A content's SWHID with its `lines` qualifier (ISO/IEC 18670, 6.3); "" stays ""."""
    return f"{swhid};lines={region.start_line}-{region.end_line}" if swhid else ""


def _lines(region: Region) -> dict[str, int]:
    return {"start_line": region.start_line, "end_line": region.end_line}


def _licenses(claims: Iterable[LicenseClaim]) -> list[Mapping[str, str]]:
    return [_license(claim) for claim in claims]


def _license(claim: LicenseClaim) -> dict[str, str]:
    return {
        "expression": claim.expression,
        "basis": claim.basis.value,
        "category": claim.category,
        "evidence": claim.evidence,
    }
