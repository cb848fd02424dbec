# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The first sentence is made from all measures, and from the target arm alone."""

import pytest
from msgspec.structs import replace

from codescan.records import Arm, Grade, Report, Spread
from codescan.records.json_form import encode
from codescan.reports.headline import headline, shows_memorization
from codescan.reports.json import JsonReporter, loads
from codescan.reports.statement import statement
from codescan.stats.intervals import excess, rate

NOTHING = "No passage is consistent with memorization"


def arms(k, n, null_k=None, null_n=None):
    null = encode(rate(null_k, null_n)) if null_n else None
    beyond = encode(excess(k, n, null_k, null_n)) if null_n else None
    return {"target": encode(rate(k, n)), "null": null, "excess": beyond}


def audit(findings=(), **statistics):
    held = {"completions": 6, "copies": arms(0, 6), **statistics}
    return Report({"name": "codescan"}, {"command": "audit"}, {}, held, tuple(findings))


@pytest.mark.parametrize(
    ("statistics", "message"),
    [
        ({}, NOTHING),
        ({"discoverable_extraction": arms(0, 6)}, NOTHING),
        ({"discoverable_extraction": arms(0, 0)}, NOTHING),
        ({"discoverable_extraction": None}, NOTHING),
        ({"discoverable_extraction": arms(5, 6)}, "5 of 6 continuations extracted"),
        ({"discoverable_extraction": arms(5, 6, 0, 6)}, "5 of 6 continuations extracted"),
        ({"discoverable_extraction": arms(5, 6, 5, 6)}, NOTHING),
        ({"agreement": arms(1, 6)}, "the agreeing samples of 1 prompt"),
        (
            {"prior_aware": {"distinctive": encode(rate(2, 3))}},
            "2 continuations likely after their own prompt only",
        ),
    ],
)
def test_every_measure_enters_the_headline_where_it_shows_something(statistics, message):
    report = audit(**statistics)
    assert headline(report).startswith(message)
    assert shows_memorization(report) is (message != NOTHING)


def test_several_measures_make_one_sentence(sample_finding):
    report = audit([sample_finding], discoverable_extraction=arms(5, 6), agreement=arms(2, 6))
    assert headline(report) == (
        "1 passage of 1 project, 5 of 6 continuations extracted token for token and the agreeing "
        "samples of 2 prompts are consistent with memorization"
    )


def test_widely_copied_passages_have_a_sentence_of_their_own(sample_finding):
    wide = replace(sample_finding, grade=Grade.A, spread=Spread(4))
    near = replace(sample_finding, grade=Grade.A, spread=Spread(3))
    own = "it is in 4 or more independent projects"
    assert headline(audit([wide])) == f"1 passage is widely copied: {own}"
    assert shows_memorization(audit([wide]))
    assert headline(audit([near])) == "1 passage of 1 project is consistent with memorization"
    assert headline(audit([near, wide])) == (
        f"1 passage of 1 project is consistent with memorization; 1 passage is widely copied: {own}"
    )
    assert headline(audit([replace(wide, grade=Grade.D)])) == NOTHING


@pytest.mark.parametrize(
    ("statistics", "message"),
    [
        ({"copies": arms(5, 6, 0, 6)}, "; the excess over the null arm is above 0"),
        ({"copies": arms(1, 6, 0, 6)}, "; the excess of copies over the null arm may be 0"),
        ({"copies": arms(1, 6, 6, 6)}, "; the excess of copies over the null arm may be 0"),
        (
            {"copies": arms(50, 60, 0, 60), "discoverable_extraction": arms(1, 60, 0, 60)},
            "; the excess of extraction over the null arm may be 0",
        ),
        ({"null_arm_completions": None}, "; no null arm was run"),
        (
            {"null_arm_completions": None, "shuffled_index": arms(5, 6, 0, 6)},
            "; the excess over a shuffled index is above 0",
        ),
        ({}, ""),
    ],
)
def test_a_positive_headline_says_what_the_null_arm_shows(sample_finding, statistics, message):
    report = audit([sample_finding], **statistics)
    assert headline(report).endswith(f"consistent with memorization{message}")


def test_common_text_is_named_and_is_no_memorization(sample_finding):
    common = replace(sample_finding, grade=Grade.C)
    assert headline(audit([common])) == f"{NOTHING}; 1 passage is common text (grade C)"
    extracted = headline(audit([common], discoverable_extraction=arms(5, 6, 0, 60)))
    assert extracted == (
        "5 of 6 continuations extracted token for token are consistent with memorization; the "
        "excess over the null arm is above 0; 1 passage is common text (grade C)"
    )
    null = replace(common, arm=Arm.NULL)
    assert headline(audit([null])) == NOTHING


def test_nothing_measured_is_not_a_negative_result():
    empty = audit(completions=0, copies=arms(0, 0))
    assert headline(empty) == "Nothing was checked"
    scored = audit(completions=0, copies=arms(0, 0), discoverable_extraction=arms(0, 9, 0, 9))
    held = {"coverage": {"checked": 9, "unchecked": {}, "out_of_scope": {}}}
    assert headline(replace(scored, statistics={**scored.statistics, **held})) == NOTHING


def test_findings_in_completions_of_the_null_arm_are_listed_but_do_not_count(sample_finding):
    null = replace(sample_finding, grade=Grade.A, arm=Arm.NULL)
    assert headline(audit([null])) == NOTHING
    read = loads(JsonReporter().render(audit([null])))
    assert read.findings[0].arm is Arm.NULL


@pytest.mark.parametrize(
    ("grade", "copies", "is_positive"),
    [
        (Grade.B, arms(1, 60, 5, 60), False),
        (Grade.B, arms(5, 60, 5, 60), False),
        (Grade.B, arms(5, 60, 1, 60), True),
        (Grade.B, arms(5, 60), True),
        (Grade.A, arms(1, 60, 5, 60), True),
        (Grade.B, {**arms(5, 60, 9, 60), "excess_without_indexed_text": {"value": 0.05}}, True),
    ],
)
def test_weak_passages_that_unseen_text_gives_too_are_no_memorization(
    sample_finding, grade, copies, is_positive
):
    report = audit([replace(sample_finding, grade=grade)], copies=copies)
    assert shows_memorization(report) is is_positive
    if not is_positive:
        message = "1 passage of grade B, no more than unseen text gives"
        assert headline(report) == f"{NOTHING}; {message}"


@pytest.mark.parametrize(
    ("ends", "sentence"),
    [
        ({"stop": 6}, NOTHING),
        ({"refusal": 6}, f"{NOTHING}; all 6 completions were refused"),
        ({"refusal": 1, "stop": 5}, f"{NOTHING}; 1 of 6 completions was refused"),
        (
            {"filter": 2, "empty": 3, "stop": 1},
            f"{NOTHING}; 5 of 6 completions were held back by a filter or empty",
        ),
        ({"filter": "2", "empty": -1}, NOTHING),
    ],
)
def test_completions_without_an_answer_are_not_passed_over(ends, sentence):
    report = audit(finish_reasons=ends)
    assert headline(report) == sentence
    assert sentence in " ".join(part.answer for part in statement(report))


def test_a_positive_result_names_completions_without_an_answer_beside_it(sample_finding):
    report = audit([sample_finding], finish_reasons={"empty": 2, "stop": 4})
    assert "empty" not in headline(report)
    words = " ".join(part.answer for part in statement(report))
    assert "2 of 6 completions were empty" in words
