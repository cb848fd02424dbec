# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 2.3 (ISO/IEC 5962 and its successor) as JSON, with a Snippet element for each passage.

Written with spdx-tools. Concluded licenses stay NOASSERTION: a tool declares what it read, people
conclude.
"""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError
from codescan.records import NOASSERTION, Finding, LicenseClaim, Report
from codescan.reports import sbom_common, summary
from codescan.reports.escaping import json_text
from codescan.reports.locations import place

if TYPE_CHECKING:
    from spdx_tools.spdx.model import Document, File, Package, Snippet

__all__ = ["SpdxReporter"]

_WORK = "SPDXRef-Work"


class SpdxReporter:
    """Renders files with their snippets, and the packages that they descend from."""

    name = "spdx"
    media_type = "application/spdx+json"
    suffix = ".spdx.json"

    def render(self, report: Report) -> str:
        """The SPDX document.

        Raises:
            MissingExtraError: spdx-tools is not installed.
        """
        try:
            from spdx_tools.spdx.writer.json.json_writer import write_document_to_stream
        except ImportError as error:
            raise MissingExtraError("the SPDX format", "sbom") from error
        out = io.StringIO()
        # The library's own check is for hand-made documents; ours are checked by its tests.
        write_document_to_stream(_document(report), out, validate=False)
        return json_text(json.loads(out.getvalue()))


def _document(report: Report) -> Document:
    from spdx_tools.spdx.model import (
        Actor,
        ActorType,
        Annotation,
        AnnotationType,
        CreationInfo,
        Document,
        ExtractedLicensingInfo,
        Relationship,
        RelationshipType,
    )

    # A File must have the hash of its text, so passages of texts that the report lacks cannot
    # be written; the comment says how many.
    findings, omitted = sbom_common.with_text(report)
    texts = dict.fromkeys(f.snippet_id for f in findings)
    file_ids = {snippet: f"SPDXRef-File-{at}" for at, snippet in enumerate(texts, start=1)}
    groups = sbom_common.by_package(findings)
    package_ids = {purl: f"SPDXRef-Package-{at}" for at, purl in enumerate(groups, start=1)}
    first = {f.snippet_id: f for f in reversed(findings)}
    document = Document(
        CreationInfo(
            spdx_version="SPDX-2.3",
            spdx_id="SPDXRef-DOCUMENT",
            name="codescan-report",
            document_namespace=f"https://spdx.org/spdxdocs/codescan-report-{sbom_common.identity(report)}",
            creators=[Actor(ActorType.TOOL, sbom_common.tool(report))],
            created=sbom_common.created(report).replace(tzinfo=None),
            document_comment=summary.DISCLAIMER
            + (f" {omitted} passages are left out for want of their text." if omitted else ""),
        ),
        packages=[
            _work(report),
            *(_package(group, package_ids[purl]) for purl, group in groups.items()),
        ],
        files=[_file(first[s], file_ids[s], report.completions[s]) for s in texts],
    )
    for number, finding in enumerate(findings, start=1):
        snippet = _snippet(finding, f"SPDXRef-Snippet-{number}", file_ids[finding.snippet_id])
        document.snippets.append(snippet)
        document.relationships.append(
            Relationship(
                snippet.spdx_id,
                RelationshipType.DESCENDANT_OF,
                package_ids[finding.attribution.origin.package.purl],
                comment=sbom_common.where(finding),
            )
        )
        words = sbom_common.policy_words(finding)
        if words:
            document.annotations.append(
                Annotation(
                    snippet.spdx_id,
                    AnnotationType.REVIEW,
                    Actor(ActorType.TOOL, sbom_common.tool(report)),
                    sbom_common.created(report).replace(tzinfo=None),
                    words,
                )
            )
    document.relationships += [
        Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, element)
        for element in (_WORK, *file_ids.values())
    ]
    document.extracted_licensing_info = [
        ExtractedLicensingInfo(license_id=name, extracted_text=evidence)
        for name, evidence in sbom_common.references(findings).items()
    ]
    return document


def _work(report: Report) -> Package:
    """The checked work, as an element that the document describes even where nothing is found."""
    from spdx_tools.spdx.model import Package, SpdxNoAssertion

    return Package(
        spdx_id=_WORK,
        name=sbom_common.text(summary.model_name(report)) or "checked work",
        download_location=SpdxNoAssertion(),
        files_analyzed=False,
        license_concluded=SpdxNoAssertion(),
        license_declared=SpdxNoAssertion(),
        copyright_text=SpdxNoAssertion(),
    )


def _package(findings: list[Finding], spdx_id: str) -> Package:
    from spdx_tools.spdx.model import (
        ExternalPackageRef,
        ExternalPackageRefCategory,
        Package,
        SpdxNoAssertion,
    )

    package = findings[0].attribution.origin.package
    return Package(
        spdx_id=spdx_id,
        name=sbom_common.text(package.name) or "unnamed",
        download_location=SpdxNoAssertion(),
        version=sbom_common.text(package.version) or None,
        files_analyzed=False,
        license_concluded=SpdxNoAssertion(),
        license_declared=_license(package.licenses[0] if package.licenses else None),
        copyright_text=_copyright(package.copyrights),
        external_references=[
            ExternalPackageRef(
                ExternalPackageRefCategory.PACKAGE_MANAGER, "purl", sbom_common.text(package.purl)
            )
        ]
        if package.purl.startswith("pkg:") and " " not in sbom_common.text(package.purl)
        else [],
        release_date=_date(package.released),
    )


def _file(finding: Finding, spdx_id: str, text: str) -> File:
    from spdx_tools.spdx.model import Checksum, ChecksumAlgorithm, File, SpdxNoAssertion

    content = text.encode("utf-8", "surrogatepass")
    return File(
        name=f"./{sbom_common.text(place(finding))}",
        spdx_id=spdx_id,
        checksums=[
            # SPDX 2.3, 8.4 asks for SHA-1; SHA-256 is what may be relied on.
            Checksum(
                ChecksumAlgorithm.SHA1, hashlib.sha1(content, usedforsecurity=False).hexdigest()
            ),
            Checksum(ChecksumAlgorithm.SHA256, hashlib.sha256(content).hexdigest()),
        ],
        license_concluded=SpdxNoAssertion(),
        copyright_text=SpdxNoAssertion(),
    )


def _snippet(finding: Finding, spdx_id: str, file_id: str) -> Snippet:
    from spdx_tools.spdx.model import Snippet, SpdxNoAssertion

    attribution = finding.attribution
    return Snippet(
        spdx_id=spdx_id,
        file_spdx_id=file_id,
        # SPDX 2.3, 9.3: the first byte has number 1 and both ends belong to the range.
        byte_range=(finding.span.start + 1, max(finding.span.end, finding.span.start + 1)),
        line_range=(finding.region.start_line, finding.region.end_line),
        license_concluded=SpdxNoAssertion(),
        license_info_in_snippet=[_license(attribution.license)],
        license_comment=f"Read in: {summary.BASES[attribution.license.basis]}. "
        + sbom_common.text(attribution.license.evidence),
        copyright_text=_copyright(attribution.copyrights),
        comment=sbom_common.comment(finding),
        name=sbom_common.text(summary.origin_name(finding)),
    )


def _license(claim: LicenseClaim | None) -> Any:
    """The expression in the library's form; NOASSERTION where it is not understood."""
    from spdx_tools.common.spdx_licensing import spdx_licensing
    from spdx_tools.spdx.model import SpdxNoAssertion, SpdxNone

    expression = sbom_common.expression_of(claim)
    if expression == "NONE":
        return SpdxNone()
    return SpdxNoAssertion() if expression == NOASSERTION else spdx_licensing.parse(expression)


def _copyright(lines: tuple[str, ...]) -> Any:
    from spdx_tools.spdx.model import SpdxNoAssertion

    return "\n".join(sbom_common.text(line) for line in lines) or SpdxNoAssertion()


def _date(released: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(released).replace(tzinfo=None) if released else None
    except ValueError:
        return None
