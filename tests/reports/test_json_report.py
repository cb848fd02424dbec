# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The JSON form loses nothing, follows its schema, and refuses what is not a report."""

import copy
import json
import math

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from codescan.app.result_schemas import result_schema
from codescan.errors import OutputError, UsageError
from codescan.records import (
    Alternative,
    Finding,
    LicenseBasis,
    LicenseClaim,
    Package,
    Region,
    Report,
)
from codescan.reports.json import JsonReporter, loads

render = JsonReporter().render

texts = st.text(st.characters(), max_size=12)  # with lone surrogates and controls
numbers = st.integers(0, 2**53)
regions = st.builds(Region, st.integers(1, 10**6), st.integers(1, 10**6))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
mappings = st.dictionaries(texts, values, max_size=3)
claims = st.builds(LicenseClaim, texts, st.sampled_from(LicenseBasis), texts, texts)
st.register_type_strategy(str, texts)
st.register_type_strategy(int, numbers)
st.register_type_strategy(float, st.floats(0, 1))
st.register_type_strategy(Region, regions)
st.register_type_strategy(LicenseClaim, claims)
packages = st.builds(Package, licenses=st.lists(claims, max_size=2).map(tuple))
st.register_type_strategy(Package, packages)
st.register_type_strategy(Alternative, st.builds(Alternative))
renames = st.dictionaries(texts, texts, max_size=3).map(lambda d: tuple(d.items()))
findings = st.builds(Finding, renames=renames)
reports = st.builds(
    Report,
    tool=mappings,
    run=mappings,
    index=mappings,
    statistics=mappings,
    findings=st.lists(findings, max_size=2).map(tuple),
    completions=st.dictionaries(texts, texts, max_size=2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(reports)
def test_any_report_survives_the_way_through_a_file(report):
    assert loads(render(report).encode("utf-8").decode("utf-8")) == report


def test_sample_empty_and_hostile_reports_survive(sample, empty, hostile):
    for report in (sample, empty, hostile):
        assert loads(render(report).encode().decode()) == report


def closed(node):
    """The schema with every described object closed to keys that it does not describe."""
    node = copy.deepcopy(node)
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "required" in item and "$ref" not in item and item is not node["$defs"]["Rate"]:
                item.setdefault("additionalProperties", False)
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return node


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(result_schema("report"))


def test_reports_follow_the_schema_and_hold_no_key_that_it_lacks(sample, empty, hostile):
    validator = jsonschema.Draft202012Validator(closed(result_schema("report")))
    for report in (sample, empty, hostile):
        validator.validate(json.loads(render(report)))


def test_the_schema_refuses_a_finding_without_origin(sample):
    data = json.loads(render(sample))
    del data["findings"][0]["origin"]
    assert not jsonschema.Draft202012Validator(result_schema("report")).is_valid(data)


def test_readers_ignore_keys_that_a_later_version_adds(sample):
    data = json.loads(render(sample))
    data["findings"][0]["later"] = {"state": "ok"}
    data["new"] = 1
    assert loads(json.dumps(data)) == sample


def test_lines_stand_in_the_swhid(sample):
    origin = json.loads(render(sample))["findings"][0]["origin"]
    assert origin["swhid"].endswith(";lines=573-580")
    assert (origin["start_line"], origin["end_line"]) == (573, 580)


def places(node, path=()):
    """Every path to a value of the report that the records type."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*path, key), value
        if isinstance(value, (dict, list)) and key not in ("tool", "run", "index", "statistics"):
            yield from places(value, (*path, key))


def test_a_value_of_the_wrong_type_is_refused_by_name_wherever_it_stands(sample):
    whole = json.loads(render(structs.replace(sample, findings=sample.findings[:1])))
    for path, _ in list(places(whole)):
        data = copy.deepcopy(whole)
        inner = data
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = [[]]
        with pytest.raises(UsageError, match="report") as caught:
            loads(json.dumps(data))
        assert caught.value.hint


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"schema_version": true}', "[" * 100_000])
def test_what_is_no_report_is_refused(text):
    with pytest.raises(UsageError):
        loads(text)


def test_another_schema_version_is_refused_with_its_number():
    with pytest.raises(UsageError, match="schema version 7"):
        loads('{"schema_version": 7}')


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), {1, 2}])
def test_settings_that_json_cannot_hold_are_an_error_with_a_hint(sample, value):
    with pytest.raises(OutputError) as caught:
        render(structs.replace(sample, run={"value": value}))
    assert "statistics" in caught.value.hint


def test_a_report_from_before_a_key_was_added_is_read(sample):
    data = json.loads(render(sample))
    for finding in data["findings"]:
        for key in (
            "runner_up", "margin", "contributions", "licenses_seen", "earliest", "policy",
        ):  # fmt: skip
            del finding[key]
        del finding["snippet"]["functions"], finding["origin"]["functions"]
    old = loads(json.dumps(data))
    for before, after in zip(sample.findings, old.findings, strict=True):
        assert after.attribution.contributions == ()
        assert after.attribution.margin is None
        assert after.attribution.origin == before.attribution.origin
        assert after.attribution.runner_up == before.attribution.runner_up
