# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""SPDX and CycloneDX documents pass the validators of their own libraries."""

import dataclasses
import json

import pytest

from codescan.records import LicenseBasis, LicenseClaim
from codescan.reports.cyclonedx import CyclonedxReporter
from codescan.reports.spdx import SpdxReporter

pytest.importorskip("spdx_tools", reason="the extra 'sbom' is not installed")
pytest.importorskip("cyclonedx", reason="the extra 'sbom' is not installed")

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
    made = json.loads(SpdxReporter().render(sample))
    snippet = made["snippets"][0]
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
    attribution = dataclasses.replace(finding.attribution, license=claim)
    finding = dataclasses.replace(finding, attribution=attribution)
    text = SpdxReporter().render(dataclasses.replace(sample, findings=(finding,)))
    assert json.loads(text)["hasExtractedLicensingInfos"] == [
        {"extractedText": "Be kind.", "licenseId": "LicenseRef-house-rules"}
    ]
    path = tmp_path / "report.spdx.json"
    path.write_text(text, encoding="utf-8")
    assert validate_full_spdx_document(parse_file(str(path))) == []


def test_passages_of_unknown_texts_are_counted_not_invented(sample):
    made = json.loads(SpdxReporter().render(dataclasses.replace(sample, completions={})))
    assert "snippets" not in made
    assert "3 passages are left out" in made["comment"]


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
    report = dataclasses.replace(sample, run={"finished": value})
    assert '"2026-11-24T12:00:00Z"' in SpdxReporter().render(report)


@pytest.mark.parametrize("value", [None, 7, "yesterday", "9999-12-31T23:59:59-23:00"])
def test_without_a_time_the_document_still_says_one(sample, value):
    report = dataclasses.replace(sample, run={"created": value})
    assert '"1970-01-01T00:00:00Z"' in SpdxReporter().render(report)
