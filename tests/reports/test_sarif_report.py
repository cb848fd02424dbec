# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The SARIF log follows the OASIS schema and what code scanning services ask beyond it."""

import json
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from msgspec import structs

from codescan.records import Level
from codescan.reports import sarif
from codescan.reports.sarif import SarifReporter

SCHEMA = Path(__file__).parents[1] / "data" / "sarif" / "sarif-schema-2.1.0.json"


def log(report):
    return json.loads(SarifReporter().render(report))


def results(report):
    return log(report)["runs"][0]["results"]


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["sample", "empty", "hostile"])
def test_it_follows_the_oasis_schema(name, request, validator):
    validator.validate(log(request.getfixturevalue(name)))


def test_rules_say_all_that_code_scanning_shows(sample):
    for rule in log(sample)["runs"][0]["tool"]["driver"]["rules"]:
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["properties"]["precision"] in {"very-high", "high", "medium", "low"}
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
        assert "security-severity" not in rule["properties"]
        assert len(rule["properties"]["tags"]) <= 10


def test_every_result_has_one_region_with_four_ends(sample, hostile, large):
    for report in (sample, hostile, large):
        for result in results(report):
            (location,) = result["locations"]
            region = location["physicalLocation"]["region"]
            start = region["startLine"], region["startColumn"]
            end = region["endLine"], region["endColumn"]
            assert (1, 1) <= start < end


def test_columns_are_those_of_the_passage(sample):
    result = next(r for r in results(sample) if "igraph" in r["message"]["text"])
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (3, 1)
    assert (region["endLine"], region["endColumn"]) == (18, 2)


def test_paths_stay_inside_the_repository(hostile):
    for result in results(hostile):
        uri = unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        assert not uri.startswith("/")
        assert ":" not in uri.split("/")[0] or "%3A" in str(result)
        assert ".." not in uri.split("/")


def test_the_message_begins_with_a_title_and_names_the_origin(sample):
    text = results(sample)[0]["message"]["text"]
    assert text.startswith("Consistent with a verbatim copy of requests 2.31.0.")
    assert "requests/utils.py, lines 573\u2013580" in text
    assert "Apache-2.0" in text


def test_no_foreign_link_or_placeholder_opens_in_a_message(hostile):
    for result in results(hostile):
        text = result["message"]["text"]
        assert "\\[link\\]" in text or "[" not in text.replace("\\[", "")
        assert "{7" not in text.replace("{{", "")


def test_a_second_copy_in_a_file_has_its_own_fingerprint(sample):
    twice = structs.replace(sample, findings=sample.findings[:1] * 2)
    keys = [r["partialFingerprints"]["primaryLocationLineHash"] for r in results(twice)]
    assert len(set(keys)) == 2


def test_moving_a_passage_keeps_its_fingerprint(sample):
    finding = sample.findings[0]
    region = structs.replace(finding.region, start_line=90, end_line=97)
    moved = structs.replace(
        sample, findings=(structs.replace(finding, region=region),), completions={}
    )
    still = structs.replace(sample, findings=(finding,))
    assert [r["partialFingerprints"] for r in results(moved)] == [
        r["partialFingerprints"] for r in results(still)
    ]


def test_a_level_of_none_goes_with_another_kind_than_failure(sample, validator):
    finding = structs.replace(sample.findings[0], level=Level.NONE)
    report = structs.replace(sample, findings=(finding,))
    validator.validate(log(report))
    assert results(report)[0]["kind"] == "informational"


def test_what_was_not_judged_is_notified(sample):
    (invocation,) = log(sample)["runs"][0]["invocations"]
    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert "Not compared: elicit, filter (1): d00d/0." in texts


def test_no_more_results_than_a_service_takes_and_the_strongest_first(sample, monkeypatch):
    assert sarif._MOST_RESULTS == 25_000
    monkeypatch.setattr(sarif, "_MOST_RESULTS", 3)
    run = log(sample)["runs"][0]
    assert [r["properties"]["grade"] for r in run["results"]] == ["A", "B", "B"]
    assert "Only 3 of 5 findings" in str(run["invocations"])
