# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX 3.0 as JSON-LD: files, a Snippet element with its byte range for each passage, origins.

Written with spdx-python-model, the SPDX project's own bindings, which are generated from the
specification's model and check every value. (spdx-tools calls its 3.0 support experimental and
stops at a draft.) Concluded licenses stay NoAssertion: a tool declares what it read, people
conclude.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from typing import TYPE_CHECKING, Any

from codescan.errors import MissingExtraError
from codescan.records import NOASSERTION
from codescan.reports import sbom_common, summary
from codescan.reports.escaping import json_text
from codescan.reports.locations import place

if TYPE_CHECKING:
    from datetime import datetime

    from codescan.records import Finding, LicenseClaim, Origin, Package, Report

__all__ = ["Spdx3Reporter"]

_SPEC = "3.0.1"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SWHID = re.compile(r"swh:1:cnt:[0-9a-f]{40}")
_URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TERMS = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/"
_NO_ASSERTION, _NONE = f"{_TERMS}NoAssertionLicense", f"{_TERMS}NoneLicense"


class Spdx3Reporter:
    """Renders files with their snippets, and the files and packages that they descend from."""

    name = "spdx3"
    media_type = "application/spdx+json"
    suffix = ".spdx3.json"

    def render(self, report: Report) -> str:
        """The SPDX document.

        Raises:
            MissingExtraError: spdx-python-model is not installed.
        """
        try:
            from spdx_python_model.bindings import v3_0_1 as model
        except ImportError as error:
            raise MissingExtraError("the SPDX 3.0 format", "sbom") from error
        out = io.BytesIO()
        model.JSONLDSerializer().write(_Document(report, model).objects, out)
        data = json.loads(out.getvalue())
        # The library's order is that of its own sets; ours is that of the report.
        data["@graph"].sort(key=_order)
        return json_text(data)


def _order(element: dict[str, Any]) -> tuple[int, str, int]:
    """Creation information and document first, the others by kind and number."""
    name = str(element.get("spdxId", element.get("@id", ""))).rpartition("#")[2]
    kind, _, number = name.rpartition("-")
    first = {"CreationInfo": 0, "SpdxDocument": 1}.get(str(element.get("type")), 2)
    return first, kind, int(number) if number.isdecimal() else 0


class _Document:
    """Builds the elements of one report."""

    def __init__(self, report: Report, model: Any) -> None:
        self._model = model
        self.objects = model.SHACLObjectSet()
        self._namespace = (
            f"https://spdx.org/spdxdocs/codescan-report-{sbom_common.identity(report)}-3.0#"
        )
        self._counts: dict[str, int] = {}
        self._licenses: dict[str, Any] = {}
        self._info = model.CreationInfo(
            _id="_:creation",
            specVersion=_SPEC,
            created=sbom_common.created(report),
        )
        agent = self._element("SoftwareAgent", "Agent", name=sbom_common.tool(report))
        self._info.createdBy.append(agent)
        self._info.createdUsing.append(self._element("Tool", "Tool", name=sbom_common.tool(report)))
        self.objects.add(self._info)
        findings, omitted = sbom_common.with_text(report)
        self._references = {
            key: self._element(
                "simplelicensing_SimpleLicensingText",
                "LicenseText",
                name=key,
                simplelicensing_licenseText=evidence,
            )
            for key, evidence in sbom_common.references(findings).items()
        }
        self._fill(report, findings, omitted)

    def _fill(self, report: Report, findings: list[Finding], omitted: int) -> None:
        work = self._element(
            "software_Package",
            "Work",
            name=sbom_common.text(summary.model_name(report)) or "checked work",
            software_copyrightText=NOASSERTION,
        )
        files = {}
        for finding in findings:
            if finding.snippet_id not in files:
                files[finding.snippet_id] = self._file(
                    finding, report.completions[finding.snippet_id]
                )
        self._relate(work, "contains", list(files.values()))
        origins = self._origins(findings)
        for finding in findings:
            snippet = self._snippet(finding, files[finding.snippet_id])
            origin = origins[finding.attribution.origin]
            self._relate(snippet, "descendantOf", [origin], comment=sbom_common.where(finding))
            self._licensed(snippet, finding.attribution.license)
            words = sbom_common.policy_words(finding)
            if words:
                self._element(
                    "Annotation",
                    "Annotation",
                    annotationType=self._model.AnnotationType.review,
                    subject=snippet,
                    statement=words,
                )
        note = f" {omitted} passages are left out for want of their text." if omitted else ""
        data_license = self._license("CC0-1.0")
        document = self._element(
            "SpdxDocument",
            "Document",
            name="codescan-report",
            comment=summary.DISCLAIMER + note,
            dataLicense=data_license,
        )
        profiles = self._model.ProfileIdentifierType
        document.profileConformance = [profiles.core, profiles.software, profiles.simpleLicensing]
        document.rootElement = [work]
        document.element = sorted(
            (
                each
                for each in self.objects.objects
                if each is not document and isinstance(each, self._model.Element)
            ),
            key=lambda each: str(each._id),  # noqa: SLF001 - the library has no other name for it
        )

    def _element(self, class_: str, kind: str, **fields: Any) -> Any:
        """A new element with a name of its own, added to the document."""
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        element = getattr(self._model, class_)(
            _id=f"{self._namespace}{kind}-{number}", creationInfo=self._info, **fields
        )
        self.objects.add(element)
        return element

    def _relate(self, source: Any, kind: str, targets: list[Any], comment: str = "") -> None:
        if targets:
            self._element(
                "Relationship",
                "Relationship",
                from_=source,
                relationshipType=getattr(self._model.RelationshipType, kind),
                to=targets,
                **({"comment": comment} if comment else {}),
            )

    def _hash(self, hexdigest: str) -> Any:
        return self._model.Hash(algorithm=self._model.HashAlgorithm.sha256, hashValue=hexdigest)

    def _file(self, finding: Finding, content: str) -> Any:
        data = content.encode("utf-8", "surrogatepass")
        return self._element(
            "software_File",
            "File",
            name=f"./{sbom_common.text(place(finding))}",
            verifiedUsing=[self._hash(hashlib.sha256(data).hexdigest())],
            software_copyrightText=NOASSERTION,
        )

    def _snippet(self, finding: Finding, file: Any) -> Any:
        attribution, span = finding.attribution, finding.span
        lines = finding.region
        return self._element(
            "software_Snippet",
            "Snippet",
            name=sbom_common.text(summary.origin_name(finding)),
            comment=sbom_common.comment(finding),
            software_snippetFromFile=file,
            # Of positive integers, both of which belong to the range: the first byte is 1.
            software_byteRange=self._range(span.start + 1, max(span.end, span.start + 1)),
            software_lineRange=self._range(lines.start_line, lines.end_line),
            software_copyrightText=_copyright(attribution.copyrights),
        )

    def _range(self, first: int, last: int) -> Any:
        return self._model.PositiveIntegerRange(
            beginIntegerRange=first, endIntegerRange=max(first, last)
        )

    def _origins(self, findings: list[Finding]) -> dict[Origin, Any]:
        """The origin files, inside their packages."""
        files: dict[Origin, Any] = {}
        for group in sbom_common.by_package(findings).values():
            package = group[0].attribution.origin.package
            element = self._package(package)
            held = []
            for finding in group:
                origin = finding.attribution.origin
                if origin not in files:
                    files[origin] = self._origin_file(origin, finding.attribution.swhid)
                    held.append(files[origin])
            self._relate(element, "contains", held)
            self._licensed(element, package.licenses[0] if package.licenses else None)
        return files

    def _origin_file(self, origin: Origin, swhid: str) -> Any:
        element = self._element(
            "software_File", "Origin", name=sbom_common.text(origin.path) or "unnamed"
        )
        if _SHA256.fullmatch(origin.sha256):
            element.verifiedUsing = [self._hash(origin.sha256)]
        if _SWHID.fullmatch(swhid):
            element.software_contentIdentifier = [
                self._model.software_ContentIdentifier(
                    software_contentIdentifierType=self._model.software_ContentIdentifierType.swhid,
                    software_contentIdentifierValue=swhid,
                )
            ]
        return element

    def _package(self, package: Package) -> Any:
        element = self._element(
            "software_Package",
            "Package",
            name=sbom_common.text(package.name) or "unnamed",
            software_copyrightText=_copyright(package.copyrights),
        )
        if package.version:
            element.software_packageVersion = sbom_common.text(package.version)
        if package.purl.startswith("pkg:") and _URI.fullmatch(package.purl):
            element.software_packageUrl = package.purl
        if _URI.fullmatch(package.homepage):
            element.software_homePage = package.homepage
        released = _date(package.released)
        if released is not None:
            element.releaseTime = released
        return element

    def _licensed(self, element: Any, claim: LicenseClaim | None) -> None:
        """The element's declared license; the concluded one is left open."""
        declared = self._license(sbom_common.expression_of(claim))
        where = f"Read in: {summary.BASES[claim.basis]}. " if claim is not None else ""
        evidence = where + sbom_common.text(claim.evidence) if claim is not None else ""
        self._relate(element, "hasDeclaredLicense", [declared], comment=evidence.strip())
        self._relate(element, "hasConcludedLicense", [_NO_ASSERTION])

    def _license(self, expression: str) -> Any:
        if expression == NOASSERTION:
            return _NO_ASSERTION
        if expression == "NONE":
            return _NONE
        element = self._licenses.get(expression)
        if element is None:
            element = self._licenses[expression] = self._element(
                "simplelicensing_LicenseExpression",
                "License",
                simplelicensing_licenseExpression=expression,
            )
            element.simplelicensing_customIdToUri = [
                self._model.DictionaryEntry(key=key, value=text._id)  # noqa: SLF001
                for key, text in self._references.items()
                if re.search(rf"\b{re.escape(key)}(?![A-Za-z0-9.-])", expression)
            ]
        return element


def _copyright(lines: tuple[str, ...]) -> str:
    return "\n".join(sbom_common.text(line) for line in lines) or NOASSERTION


def _date(released: str | None) -> datetime | None:
    from datetime import UTC, datetime

    if released is None or _DATE.fullmatch(released) is None:
        return None
    try:
        return datetime.fromisoformat(released).replace(tzinfo=UTC)
    except ValueError:
        return None
