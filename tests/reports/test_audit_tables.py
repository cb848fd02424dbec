# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tables of an audit: whole where the statistics are, absent where they are not what they say."""

import math

import pytest

from codescan.audits.discoverability import Discoverability
from codescan.records import Decoding, Prompt, Report, SampledLogprob, Score
from codescan.reports import summary
from codescan.reports.audit_tables import tables
from codescan.reports.html import HtmlReporter


def report(statistics):
    return Report({"name": "codescan", "version": "1"}, {"command": "audit"}, {}, statistics)


@pytest.fixture
def discoverability():
    made = Discoverability()
    for number, chance in enumerate((0.6, 0.05)):
        logprob = math.log(chance)
        sampled = (SampledLogprob(Decoding(1.0, top_k=40), logprob),)
        prompt = Prompt(f"p{number}", "t", "prefix", document_id=f"pkg:pypi/<b>{number}@1#a.py")
        made.add(prompt, Score(prompt.id, "m", 50, 0, logprob, sampled=sampled))
    return made.as_json()


def test_the_attempts_are_a_table_in_plain_words(discoverability):
    (table,) = tables(report({"discoverability": discoverability}))
    assert table.heads == ("Attempts", "Probability 0.5", "Probability 0.9")
    assert [row[0] for row in table.rows] == ["1", "10", "100", "1,000", "10,000"]
    assert table.rows[0][1].startswith("1 of 2")
    assert table.rows[2][2].startswith("2 of 2")
    assert "asks once" in table.notes[0]


def test_what_is_a_table_is_no_bar_and_no_fact(discoverability):
    made = report({"discoverability": discoverability})
    assert summary.intervals(made) == []
    page = HtmlReporter().render(made)
    assert page.count("asks 14 times") == 1
    assert "<b>1@1" not in page


@pytest.mark.parametrize(
    "odd", [None, 3, "x", [], {}, [3], [{"table": [3], "decoding": 1}], {"cliques": [1, {}]}]
)
def test_odd_statistics_do_no_harm(odd):
    statistics = {"discoverability": odd, "agreement": odd, "self_test": odd}
    HtmlReporter().render(report(statistics))
