# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The self-test tells a matcher that sees from one that is blind and one that sees things."""

import hashlib
import json
import sysconfig
from pathlib import Path
from types import SimpleNamespace

import pytest

from codescan.audits.measures import matcher_self_test
from codescan.audits.measures import matcher_self_test as module
from codescan.audits.measures.matcher_self_test import self_test
from codescan.audits.planted_passages import CASES, UNRELATED, plant
from codescan.matchers.matching import Matching
from codescan.records import Document, Grade, Origin, Package
from codescan.records.json_form import encode
from codescan.stats.intervals import rate

STDLIB = Path(sysconfig.get_path("stdlib"))


@pytest.fixture(scope="module")
def documents():
    texts = []
    for path in sorted(STDLIB.glob("*.py"))[:80]:
        content = path.read_bytes()
        package = Package("pkg:generic/python@3", "python", "3", "python")
        origin = Origin(package, path.name, hashlib.sha256(content).hexdigest())
        texts.append(Document(content, "python", origin))
    return texts


@pytest.fixture
def counted(monkeypatch):
    """Stand-ins for findings, told apart by their grade alone."""
    monkeypatch.setattr(module, "Finding", SimpleNamespace)
    return {grade: SimpleNamespace(grade=grade) for grade in Grade}


@pytest.fixture
def tested(monkeypatch):
    """Run the self-test with a stand-in for the matcher."""

    def run(planted, scan, observed):
        monkeypatch.setattr(
            matcher_self_test, "scan", lambda snippets, *_index, **_options: scan(snippets)
        )
        return self_test(planted, Matching(None, ()), observed)

    return run


def test_every_form_of_a_passage_is_planted_and_only_the_verbatim_one_is_in_the_corpus(documents):
    corpus = b"\n".join(document.content for document in documents)
    planted = list(plant(documents, 5, 0))
    assert planted == list(plant(documents, 5, 0))
    by_case = {case: [p for p in planted if p.case == case] for case in CASES}
    assert {case: len(items) for case, items in by_case.items()} == dict.fromkeys(CASES, 5)
    for items in zip(*by_case.values(), strict=True):
        verbatim, *others = (item.snippet.content for item in items)
        first = verbatim.splitlines()[0].strip()
        assert first in corpus
        assert all(other not in corpus for other in others)
        assert verbatim.count(b"\n") >= 6
    for item in by_case["reformatted"]:
        plain = by_case["verbatim"][item.passage].snippet.content
        assert item.snippet.content.split() == plain.split()
    for item in by_case["edited"]:
        plain = by_case["verbatim"][item.passage].snippet.content.splitlines()
        changed = sum(a != b for a, b in zip(plain, item.snippet.content.splitlines(), strict=True))
        assert changed == -(-len(plain) // 10)


@pytest.mark.parametrize(
    ("sees", "sensitivity", "specificity", "corrected"),
    [
        (lambda snippet: UNRELATED not in snippet.id, 1.0, 1.0, 0.1),
        (lambda snippet: "verbatim" in snippet.id, 0.25, 1.0, 0.4),
        (lambda _snippet: True, 1.0, 0.0, None),
        (lambda _snippet: False, 0.0, 1.0, None),
    ],
    ids=["perfect", "short-sighted", "paranoid", "blind"],
)
def test_matchers_are_distinguished(
    documents, counted, tested, sees, sensitivity, specificity, corrected
):
    def scan(snippets):
        return [counted[Grade.A] for snippet in snippets if sees(snippet)]

    result = encode(tested(plant(documents, 5, 0), scan, rate(10, 100)))
    assert result["sensitivity"]["value"] == pytest.approx(sensitivity)
    assert result["specificity"]["value"] == pytest.approx(specificity)
    assert (result["corrected"] or {}).get("value") == (
        None if corrected is None else pytest.approx(corrected)
    )
    json.dumps(result, allow_nan=False)


def test_passages_that_are_common_are_left_out_but_missed_ones_are_not(documents, counted, tested):
    def scan(snippets):
        for snippet in snippets:
            _, case, number = snippet.id.split("/")
            if number == "0":
                yield counted[Grade.C]
            elif case != UNRELATED and number != "1":
                yield counted[Grade.B]

    result = encode(tested(plant(documents, 4, 0), scan, rate(0, 10)))
    assert result["sensitivity"]["clusters"] == 3, "passages, not their disguises"
    assert result["left_out_as_common"] == 1
    assert (result["sensitivity"]["k"], result["sensitivity"]["n"]) == (8, 12)


def test_nothing_planted_says_nothing(tested):
    assert tested(plant([], 5, 0), lambda _s: [], rate(0, 10)) is None


def test_an_index_of_common_text_is_reported_to_test_nothing(documents, counted, tested):
    result = encode(tested(plant(documents, 3, 0), lambda _s: [counted[Grade.C]], rate(0, 10)))
    assert result["sensitivity"]["n"] == 0
    assert result["sensitivity"]["value"] is None
    assert result["left_out_as_common"] == 3
