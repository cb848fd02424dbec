# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Every registered detector of private data keeps the promises of `Detector`, kind by kind."""

from __future__ import annotations

import random
import re
import time

import pytest
import re_examples

from codescan.private_data.anchored_rules import AnchoredDetector
from codescan.private_data.finder import DetectorError, Finder
from codescan.private_data.records import Candidate, Category, Detector, Kind
from codescan.private_data.searched_text import SearchedText
from codescan.records import Grade
from codescan.registry import AXES, load

DETECTORS = {name: load("private_data", name)() for name in AXES["private_data"]}
ANCHORED = {n: d for n, d in DETECTORS.items() if isinstance(d, AnchoredDetector)}
RULES = [
    pytest.param(rule, id=f"{name}-{rule.kind}-{number}")
    for name, detector in ANCHORED.items()
    for number, rule in enumerate(detector._rules)
]
HOSTILE = (
    "a", "@", "a@", "a@a.", "1 ", "1.", "1-", "+1", "tel 0123456", "id number 12345678901 ",
    "://a:b", "://a:@@", "eyJ", "eyJhbGciOiJ9.", "eyJ-", "sk-", "sk-T3BlbkFJ", 'api_key="',
    "password=a;", "server=x;password=", "-----BEGIN RSA PRIVATE KEY-----", '"kty":"RSA"', "A1",
    "DE89", "DE89 3704 ", "2001:", "datadog_api_", "Aa Bb ", "Ab Cd <a@b.de> ", "-us1", "8Q~",
    "a(at)", "a.b-", "\n", "a%40", '"', "xoxb-", "twilio token ", "ghp_-", "MTIz.", "0",
    "hooks.slack.com/services/T", "sig=", "name: Ab Cd a@b.de ", "\\neyJ", "\x00", "\ud800",
    "4111 ", "5555555555554444 ",
)  # fmt: skip


@pytest.fixture(scope="module")
def finder():
    return Finder()


@pytest.mark.parametrize("name", DETECTORS)
def test_a_detector_names_its_kinds(name):
    detector = DETECTORS[name]
    assert isinstance(detector, Detector)
    assert detector.kinds
    for key, kind in detector.kinds.items():
        assert isinstance(kind, Kind)
        assert kind.name == key
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)
        assert isinstance(kind.category, Category)
        assert kind.description


def test_no_two_detectors_claim_the_same_kind():
    claimed = [kind for detector in DETECTORS.values() for kind in detector.kinds]
    assert len(claimed) == len(set(claimed))


@pytest.mark.parametrize("name", DETECTORS)
@pytest.mark.parametrize(
    "text", ["", " ", "\0", "\ud800\udfff", "\n\n\n", "\u2028@\u2028", "é" * 3000]
)
def test_a_detector_finds_nothing_in_nothing(name, text):
    assert list(DETECTORS[name].find(SearchedText(text))) == []


@pytest.mark.parametrize("name", DETECTORS)
def test_candidates_lie_in_the_text_and_are_of_the_detector(name):
    draws = random.Random(name)
    text = "".join(draws.choice(HOSTILE) for _ in range(4000))
    detector = DETECTORS[name]
    for each in detector.find(SearchedText(text)):
        assert isinstance(each, Candidate)
        assert 0 <= each.start < each.end <= len(text)
        assert each.kind in detector.kinds
        assert each.value
        assert each.grade in (Grade.A, Grade.B, Grade.C)
        assert repr(each.value) not in repr(each)


@pytest.mark.parametrize("rule", RULES)
def test_values_of_every_rule_are_found_where_they_stand(rule):
    """Random texts that the pattern describes; placeholders and wrong checksums apart."""
    draws = random.Random(rule.kind)
    detector = AnchoredDetector([rule])
    tried = 0
    for _ in range(8):
        value = re_examples.example(rule.pattern, draws)
        if not any(anchor in value for anchor in rule.anchors):
            continue
        tried += 1
        for before, after in (("", ""), ("x = '", "'\n"), ('{"a": "', '"}'), ("\n", "\n")):
            values = list(detector.find(SearchedText(f"{before}{value}{after}")))
            assert values or rule.failed_grade is None, value
            for each in values:
                assert len(before) <= each.start < each.end <= len(before) + len(value)
                assert each.kind == rule.kind
    assert tried


@pytest.mark.parametrize("rule", RULES)
def test_a_value_inside_a_longer_word_is_none(rule):
    draws = random.Random(rule.kind)
    value = next(
        value
        for value in (re_examples.example(rule.pattern, draws) for _ in range(60))
        if any(anchor in value for anchor in rule.anchors)
    )
    if rule.inside_words:
        pytest.skip("stands inside words: the name of a service in the name of a variable")
    values = AnchoredDetector([rule]).find(SearchedText(f"abc{value}"))
    assert [each for each in values if each.start == 3] == []


def seconds_of(finder, text):
    """The least CPU time of three searches: a pause of the machine is no cost of the text."""
    times = []
    for _ in range(3):
        started = time.process_time()
        finder.find(text)
        times.append(time.process_time() - started)
    return min(times)


def test_cost_is_linear_whatever_the_text_holds(finder):
    slow = []
    for part in HOSTILE:
        short, long = (
            seconds_of(finder, (part * (length // len(part) + 1))[:length])
            for length in (8_000, 32_000)
        )
        if long > max(8 * short, 1.0):  # four times as long; twice that for noise
            slow.append((part, short, long))
    assert slow == []


def test_a_failing_detector_never_quotes_the_text():
    class Failing:
        kinds = {"x": Kind("x", Category.SECRET, "x")}  # noqa: RUF012 - of one test

        def find(self, searched):
            raise ValueError(f"invalid literal: {searched.text!r}")

    with pytest.raises(DetectorError) as failed:
        Finder(detectors=[Failing()]).find("hunter2-hunter2")
    assert "hunter2" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__
