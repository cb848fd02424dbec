# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""CycloneDX 1.6 (ECMA-424) as JSON: one component for each origin, with evidence.

Written with cyclonedx-python-lib. An occurrence has no end line, so the whole range occurs in its
additional context.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError
from codescan.records import NOASSERTION, Finding, LicenseClaim, MatchKind, Report
from codescan.reports import sbom_common, summary
from codescan.reports.escaping import json_text
from codescan.reports.locations import place

if TYPE_CHECKING:
    from cyclonedx.model.component import Component
    from packageurl import PackageURL

__all__ = ["CyclonedxReporter"]

_SWHID = re.compile(r"swh:1:(cnt|dir|rel|rev|snp):[0-9a-f]{40}")


class CyclonedxReporter:
    """Renders the origins of findings of grade A and B as components."""

    name = "cyclonedx"
    media_type = "application/vnd.cyclonedx+json"
    suffix = ".cdx.json"

    def render(self, report: Report) -> str:
        """The bill of materials (BOM).

        Raises:
            MissingExtraError: cyclonedx-python-lib is not installed.
        """
        import json

        try:
            from cyclonedx.output.json import JsonV1Dot6
        except ImportError as error:
            raise MissingExtraError("the CycloneDX format", "sbom") from error
        return json_text(json.loads(JsonV1Dot6(_bom(report)).output_as_string()))


def _bom(report: Report) -> Any:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository

    groups = sbom_common.by_package(sbom_common.serious(report))
    return Bom(
        serial_number=sbom_common.identity(report),
        metadata=BomMetaData(
            timestamp=sbom_common.created(report),
            tools=ToolRepository(
                components=[
                    Component(
                        name="codescan",
                        version=sbom_common.text(str(report.tool.get("version", ""))) or None,
                        type=ComponentType.APPLICATION,
                        bom_ref="codescan",
                    )
                ]
            ),
        ),
        components=[
            _component(group, f"origin-{number}")
            for number, group in enumerate(groups.values(), start=1)
        ],
    )


def _component(findings: list[Finding], reference: str) -> Component:
    from cyclonedx.model import Copyright, Property
    from cyclonedx.model.component import Component, ComponentType, Swhid
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence

    package = findings[0].attribution.origin.package
    claims = dict.fromkeys(f.attribution.license for f in findings)
    holders = dict.fromkeys(
        sbom_common.text(line) for f in findings for line in f.attribution.copyrights
    )
    return Component(
        name=sbom_common.text(package.name) or "unnamed",
        version=sbom_common.text(package.version) or None,
        type=ComponentType.LIBRARY,
        bom_ref=reference,
        purl=_purl(package.purl),
        licenses=_licenses(package.licenses[:1], declared=True),
        copyright="\n".join(holders) or None,
        swhids=[
            Swhid(swhid)
            for swhid in sorted({f.attribution.swhid for f in findings})
            if _SWHID.fullmatch(swhid)
        ],
        properties=[Property(name=name, value=value) for name, value in _properties(findings)],
        evidence=ComponentEvidence(
            identity=[_identity(findings)],
            occurrences=[
                Occurrence(
                    bom_ref=f"{reference}-occurrence-{number}",
                    location=sbom_common.text(place(finding)),
                    line=finding.region.start_line,
                    offset=finding.span.start,
                    additional_context=_context(finding),
                )
                for number, finding in enumerate(findings, start=1)
            ],
            # A component's evidence may hold one expression only; several stand in the contexts.
            licenses=_licenses(tuple(claims)) if len(claims) == 1 else None,
            copyright=[Copyright(text=line) for line in holders],
        ),
    )


def _properties(findings: list[Finding]) -> list[tuple[str, str]]:
    """Passages by grade, policy state and rule, and what the licenses ask for."""
    policies = [finding.policy for finding in findings if finding.policy is not None]
    counted: Counter[str] = Counter()
    counted.update(f"codescan:grade:{finding.grade.value}" for finding in findings)
    counted.update(f"codescan:policy:{policy.state}" for policy in policies)
    counted.update(f"codescan:rule:{rule.value}" for policy in policies for rule in policy.rules)
    counted.update(f"codescan:accepted:{policy.accepted}" for policy in policies if policy.accepted)
    obligations = dict.fromkeys(
        sbom_common.text(obligation) for policy in policies for obligation in policy.obligations
    )
    return [
        *((name, str(count)) for name, count in sorted(counted.items())),
        *(("codescan:obligation", sentence) for sentence in obligations),
    ]


def _identity(findings: list[Finding]) -> Any:
    """The evidence for the component's identity: its best passage."""
    from cyclonedx.model.component_evidence import (
        AnalysisTechnique,
        Identity,
        IdentityField,
        Method,
    )

    best = max(findings, key=lambda finding: (finding.similarity, finding.tokens))
    confidence = Decimal(str(round(min(1.0, max(0.0, best.similarity)), 3)))
    verbatim = best.kind is MatchKind.VERBATIM
    return Identity(
        field=IdentityField.PURL,
        confidence=confidence,
        methods=[
            Method(
                technique=AnalysisTechnique.HASH_COMPARISON
                if verbatim
                else AnalysisTechnique.SOURCE_CODE_ANALYSIS,
                confidence=confidence,
                value=f"{summary.kind_of(best)}, {summary.plural(best.tokens, 'token')}",
            )
        ],
    )


def _context(finding: Finding) -> str:
    attribution = finding.attribution
    snippet_lines = summary.lines_of(finding.region.start_line, finding.region.end_line)
    origin_lines = summary.lines_of(attribution.region.start_line, attribution.region.end_line)
    license_ = summary.license_name(attribution.license.expression)
    policy = f"; policy: {finding.policy.state}" if finding.policy is not None else ""
    return (
        f"{snippet_lines}; equals {sbom_common.text(attribution.origin.path)}, {origin_lines}; "
        f"{sbom_common.text(license_)}; grade {finding.grade.value}{policy}"
    )


def _licenses(claims: tuple[LicenseClaim, ...], *, declared: bool = False) -> list[Any]:
    from cyclonedx.model.license import LicenseAcknowledgement, LicenseExpression

    known = [
        e
        for claim in claims
        if (e := sbom_common.expression_of(claim)) not in (NOASSERTION, "NONE")
    ]
    acknowledged = LicenseAcknowledgement.DECLARED if declared else None
    return [LicenseExpression(e, acknowledgement=acknowledged) for e in known[:1]]


def _purl(text: str) -> PackageURL | None:
    from packageurl import PackageURL

    try:
        return PackageURL.from_string(text)
    except ValueError:
        return None
