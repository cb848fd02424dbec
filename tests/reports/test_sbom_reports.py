# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX and CycloneDX documents pass official schemas and the validators of their libraries."""

import functools
import json
from pathlib import Path

import pytest
from msgspec import structs

from codescan.records import LicenseBasis, LicenseClaim
from codescan.reports.cyclonedx import CyclonedxReporter
from codescan.reports.spdx import SpdxReporter
from codescan.reports.spdx3 import Spdx3Reporter

pytest.importorskip("spdx_tools", reason="the extra 'sbom' is not installed")
pytest.importorskip("cyclonedx", reason="the extra 'sbom' is not installed")

SPDX_3 = Path(__file__).parents[1] / "data" / "spdx" / "spdx-json-schema-3.0.1.json"
EVERY = pytest.mark.parametrize("name", ["sample", "empty", "hostile"])


@pytest.fixture
def report(name, request):
    return request.getfixturevalue(name)


@EVERY
def test_spdx_tools_finds_nothing_wrong(report, tmp_path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    path = tmp_path / "report.spdx.json"
    path.write_text(SpdxReporter().render(report), encoding="utf-8")
    assert validate_full_spdx_document(parse_file(str(path))) == []


def test_spdx_snippets_have_byte_and_line_ranges(sample):
    sbom = json.loads(SpdxReporter().render(sample))
    snippet = sbom["snippets"][0]
    finding = sample.findings[1]
    pointers = [(r["startPointer"], r["endPointer"]) for r in snippet["ranges"]]
    assert (pointers[0][0]["offset"], pointers[0][1]["offset"]) == (
        finding.span.start + 1,
        finding.span.end,
    )
    assert (pointers[1][0]["lineNumber"], pointers[1][1]["lineNumber"]) == (4, 11)
    assert snippet["licenseConcluded"] == "NOASSERTION"
    assert snippet["licenseInfoInSnippets"] == ["Apache-2.0"]


def test_a_license_of_its_own_comes_with_its_text(sample, tmp_path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    claim = LicenseClaim("LicenseRef-house-rules", LicenseBasis.FILE_HEADER, "Be kind.")
    finding = sample.findings[1]
    attribution = structs.replace(finding.attribution, license=claim)
    finding = structs.replace(finding, attribution=attribution)
    text = SpdxReporter().render(structs.replace(sample, findings=(finding,)))
    assert json.loads(text)["hasExtractedLicensingInfos"] == [
        {"extractedText": "Be kind.", "licenseId": "LicenseRef-house-rules"}
    ]
    path = tmp_path / "report.spdx.json"
    path.write_text(text, encoding="utf-8")
    assert validate_full_spdx_document(parse_file(str(path))) == []


def test_passages_of_unknown_texts_are_counted_not_invented(sample):
    sbom = json.loads(SpdxReporter().render(structs.replace(sample, completions={})))
    assert "snippets" not in sbom
    assert "3 passages are left out" in sbom["comment"]


def test_spdx_says_what_the_policy_says(sample):
    sbom = json.loads(SpdxReporter().render(sample))
    (comment,) = (
        note["comment"] for snippet in sbom["snippets"] for note in snippet.get("annotations", ())
        if "conflict" in note["comment"]
    )  # fmt: skip
    assert comment.startswith("Policy: conflict: OSADL matrix, LGPL-2.1-or-later into MIT: no.")
    assert "Disclose the source of the library." in comment


def spdx3(report):
    pytest.importorskip("spdx_python_model", reason="the extra 'sbom' is not installed")
    return json.loads(Spdx3Reporter().render(report))


def of_type(document, name):
    return [element for element in document["@graph"] if element["type"] == name]


@functools.cache
def spdx3_schema():
    # The schema's unevaluatedProperties take jsonschema twenty seconds a document.
    rust = pytest.importorskip("jsonschema_rs")
    return rust.validator_for(json.loads(SPDX_3.read_text(encoding="utf-8")))


@EVERY
def test_spdx_3_passes_the_official_schema(report):
    sbom = spdx3(report)
    spdx3_schema().validate(sbom)
    sbom["@graph"][-1]["unheard_of"] = 1
    assert not spdx3_schema().is_valid(sbom)


@EVERY
def test_spdx_3_is_read_back_by_its_library(report, tmp_path):
    model = pytest.importorskip("spdx_python_model.bindings.v3_0_1")
    path = tmp_path / "report.spdx3.json"
    path.write_text(Spdx3Reporter().render(report), encoding="utf-8")
    read = model.SHACLObjectSet()
    with path.open("rb") as stream:
        model.JSONLDDeserializer().read(stream, read)
    # Left unresolved are only the individuals that the specification itself defines.
    assert all("/terms/ExpandedLicensing/" in str(each) for each in read.missing_ids)
    snippets = list(read.foreach_type(model.software_Snippet))
    assert len(snippets) == len(of_type(spdx3(report), "software_Snippet"))
    for snippet in snippets:
        assert snippet.software_byteRange.beginIntegerRange >= 1
        assert isinstance(snippet.software_snippetFromFile, model.software_File)


def test_spdx_3_snippets_descend_from_origins_under_declared_licenses(sample):
    sbom = spdx3(sample)
    elements = {each.get("spdxId"): each for each in sbom["@graph"]}
    (snippet,) = (s for s in of_type(sbom, "software_Snippet") if s["name"].startswith("igraph"))
    finding = sample.findings[2]
    assert snippet["software_byteRange"]["beginIntegerRange"] == finding.span.start + 1
    assert snippet["software_byteRange"]["endIntegerRange"] == finding.span.end
    assert snippet["software_lineRange"]["beginIntegerRange"] == finding.region.start_line
    assert elements[snippet["software_snippetFromFile"]]["name"] == "./completions/c0de/2.txt"
    links = {
        r["relationshipType"]: r
        for r in of_type(sbom, "Relationship")
        if r["from"] == snippet["spdxId"]
    }
    (origin,) = links["descendantOf"]["to"]
    assert elements[origin]["name"] == "vendor/source/CSparse/cs_transpose.c"
    (declared,) = links["hasDeclaredLicense"]["to"]
    assert elements[declared]["simplelicensing_licenseExpression"] == "LGPL-2.1-or-later"
    assert links["hasConcludedLicense"]["to"] == ["expandedlicensing_NoAssertionLicense"]
    (message,) = (a for a in of_type(sbom, "Annotation") if a["subject"] == snippet["spdxId"])
    assert message["statement"].startswith("Policy: conflict")


def test_spdx_3_brings_the_text_of_a_license_of_its_own(sample):
    claim = LicenseClaim("MIT AND LicenseRef-house-rules", LicenseBasis.FILE_HEADER, "Be kind.")
    finding = sample.findings[1]
    attribution = structs.replace(finding.attribution, license=claim)
    finding = structs.replace(finding, attribution=attribution)
    sbom = spdx3(structs.replace(sample, findings=(finding,)))
    spdx3_schema().validate(sbom)
    (text,) = of_type(sbom, "simplelicensing_SimpleLicensingText")
    assert text["simplelicensing_licenseText"] == "Be kind."
    mapped = [
        entry
        for license_ in of_type(sbom, "simplelicensing_LicenseExpression")
        for entry in license_.get("simplelicensing_customIdToUri", ())
    ]
    assert [(m["key"], m["value"]) for m in mapped] == [("LicenseRef-house-rules", text["spdxId"])]


def test_cyclonedx_says_what_the_policy_says(sample):
    components = json.loads(CyclonedxReporter().render(sample))["components"]
    (igraph,) = (c for c in components if c["name"] == "igraph")
    message = [(p["name"], p["value"]) for p in igraph["properties"]]
    assert ("codescan:policy:conflict", "1") in message
    assert ("codescan:obligation", "Disclose the source of the library.") in message
    assert ("codescan:rule:license-conflict", "1") in message


@EVERY
def test_cyclonedx_finds_nothing_wrong(report):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    pytest.importorskip("jsonschema")
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(CyclonedxReporter().render(report)) is None


def test_cyclonedx_evidence_says_where_and_under_what(sample):
    components = json.loads(CyclonedxReporter().render(sample))["components"]
    (igraph,) = (c for c in components if c["name"] == "igraph")
    (occurrence,) = igraph["evidence"]["occurrences"]
    assert occurrence["location"] == "completions/c0de/2.txt"
    assert occurrence["line"] == 3
    assert (
        "lines 3\u201318; equals vendor/source/CSparse/cs_transpose.c"
        in occurrence["additionalContext"]
    )
    assert igraph["evidence"]["licenses"] == [{"expression": "LGPL-2.1-or-later"}]


@pytest.mark.parametrize("value", ["2026-11-24T13:00:00+01:00", "2026-11-24T12:00:00Z"])
def test_the_time_is_that_of_the_run(sample, value):
    report = structs.replace(sample, run={"finished": value})
    assert '"2026-11-24T12:00:00Z"' in SpdxReporter().render(report)


@pytest.mark.parametrize("value", [None, 7, "yesterday", "9999-12-31T23:59:59-23:00"])
def test_without_a_time_the_document_still_says_one(sample, value):
    report = structs.replace(sample, run={"created": value})
    assert '"1970-01-01T00:00:00Z"' in SpdxReporter().render(report)
