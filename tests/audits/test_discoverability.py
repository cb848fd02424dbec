# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""(n, p)-discoverability: the arithmetic at its limits, and the table it ends in."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.audits.measures.discoverability import (
    Discoverability,
    attempts_for,
    chance_within,
    words,
)
from codescan.records import Arm, Decoding, Prompt, Report, SampledLogprob, Score
from codescan.records.json_form import encode
from codescan.reports.audit_sentences import audit_sentences

HAYES = Decoding(1.0, top_k=40)


def scored(number, chance, arm=Arm.TARGET, file=None):
    prompt = Prompt(
        f"p{number}", "t", "prefix", document_id=f"pkg:pypi/demo@1#{file or number}.py", arm=arm,
        license_category="strong-copyleft", variant="50 tokens",
    )  # fmt: skip
    logprob = math.log(chance) if chance else -math.inf
    return prompt, Score(prompt.id, "m", 50, 0, logprob, sampled=(SampledLogprob(HAYES, logprob),))


def gathered(pairs):
    discoverability = Discoverability()
    for prompt, score in pairs:
        discoverability.add(prompt, score)
    return discoverability


@given(st.floats(-700, -1e-9), st.sampled_from([0.5, 0.9]))
def test_the_attempts_needed_are_the_fewest_that_suffice(logprob, chance):
    attempts = attempts_for(logprob, chance)
    if attempts < 1e15:
        assert chance_within(logprob, int(attempts)) >= chance - 1e-12
        assert attempts == 1 or chance_within(logprob, int(attempts) - 1) < chance + 1e-12


def test_certain_impossible_and_tiny_chances():
    assert chance_within(0.0, 1) == 1.0
    assert attempts_for(0.0, 0.9) == 1
    assert chance_within(-math.inf, 10_000) == 0.0
    assert attempts_for(-math.inf, 0.5) == math.inf
    # 1 - (1 - q)^n is n q for a chance far below what 1 - q can hold.
    assert chance_within(-50.0, 10_000) == pytest.approx(10_000 * math.exp(-50), rel=1e-9)
    assert attempts_for(-50.0, 0.5) == pytest.approx(math.log(2) * math.exp(50), rel=1e-9)


def test_the_table_counts_each_continuation_from_its_own_number_of_attempts():
    chances = [0.6, 0.05, 0.008, 0.0]
    (entry,) = encode(gathered(scored(i, chance) for i, chance in enumerate(chances)).tables())
    counts = {(row["attempts"], row["probability"]): row["target"]["k"] for row in entry["table"]}
    assert counts[1, 0.5] == 1
    assert counts[10, 0.5] == 1
    assert counts[100, 0.5] == 3
    assert counts[100, 0.9] == 2
    assert counts[10_000, 0.9] == 3
    assert entry["mean_chance"]["1"] == pytest.approx(sum(chances) / 4)
    assert [one["attempts_for_0.5"] for one in entry["likeliest"]] == [1, 14, 87]
    assert entry["likeliest"][1]["words"] == (
        "A user who gives the prompt (prefix, 50 tokens) and asks 14 times (temperature 1, "
        "top-k 40) gets its true continuation in pkg:pypi/demo@1#1.py (strong-copyleft license) "
        "with probability 0.5."
    )
    json.dumps(entry, allow_nan=False)


def test_the_likeliest_are_named_once_for_each_file():
    pairs = [scored(i, 0.9 - i / 1000, file=i % 30) for i in range(90)]
    (entry,) = encode(gathered(pairs).tables())
    assert [one["prompt_id"] for one in entry["likeliest"]] == [f"p{i}" for i in range(20)]
    (other,) = encode(gathered(reversed(pairs)).tables())
    assert other["likeliest"] == entry["likeliest"]


def test_the_null_arm_is_taken_off_and_names_no_text():
    pairs = [scored(i, 0.9) for i in range(4)] + [scored(9, 0.9, Arm.NULL), scored(10, 0, Arm.NULL)]
    (entry,) = encode(gathered(pairs).tables())
    first = entry["table"][0]
    assert (first["null"]["k"], first["null"]["n"]) == (1, 2)
    assert first["excess"]["value"] == pytest.approx(0.5)
    assert len(entry["likeliest"]) == 4


def test_it_is_reported_in_plain_words():
    entries = encode(gathered(scored(i, 0.05) for i in range(3)).tables())
    statistics = {"copies": {}, "discoverability": entries}
    sentences = audit_sentences(Report(tool={}, run={}, index={}, statistics=statistics))
    assert any(
        sentence.startswith(
            "True continuations that 100 samples of the prompt contain with probability 0.5 or "
            "more (temperature 1, top-k 40): 3 of 3"
        )
        for sentence in sentences
    )
    assert words(Decoding(0.2, 5, 0.95)) == "temperature 0.2, top-k 5, top-p 0.95"
    assert Discoverability().tables() == []
