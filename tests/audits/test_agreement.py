# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Cliques of near-equal samples: found in noise, verified pair by pair, ranked without a corpus."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from codescan.audits.measures.agreement import (
    COMPARED,
    MIN_SIMILARITY,
    agreement,
    cliques,
)
from codescan.prompts.word_list import WORDS
from codescan.records import Arm, Completion, Prompt
from codescan.records.json_form import encode
from codescan.runs import RunStore


def noise(seed, words=80):
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(words))


def edited(text, seed, edits=4):
    rng = random.Random(seed)
    words = text.split(" ")
    for _ in range(edits):
        words[rng.randrange(len(words))] = rng.choice(WORDS)
    return " ".join(words)


KNOWN = noise("known")


def test_twelve_of_twenty_that_agree_are_found():
    texts = [edited(KNOWN, i) if i % 5 < 3 else noise(i) for i in range(20)]
    first, *others = cliques(texts)
    assert first.members == tuple(i for i in range(20) if i % 5 < 3)
    assert all(len(clique.members) == 1 for clique in others)
    assert cliques(texts) == cliques(texts)


def test_a_sample_that_stopped_early_still_agrees():
    (clique,) = cliques([KNOWN, KNOWN[:400], edited(KNOWN, 1)])
    assert clique.members == (0, 1, 2)


@pytest.mark.parametrize("text", ["short", "x = 0\n" * 200, " " * 2000, "0, " * 300])
def test_short_and_repeating_texts_do_not_count(text):
    assert cliques([text] * 20) == []


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=12))
@settings(max_examples=30, deadline=None)
def test_every_two_of_a_clique_are_near_and_no_sample_is_in_two(picks):
    texts = [edited(noise(which), seed, edits=seed // 2) for which, seed in picks]
    groups = cliques(texts)
    members = [m for clique in groups for m in clique.members]
    assert sorted(members) == list(range(len(texts)))
    for clique in groups:
        for one, other in combinations(clique.members, 2):
            a, b = texts[one][:COMPARED], texts[other][:COMPARED]
            size = min(len(a), len(b))
            assert Levenshtein.normalized_similarity(a[:size], b[:size]) >= MIN_SIMILARITY


def sampled(tmp_path, prompts):
    store = RunStore(tmp_path / "run")
    store.add_prompts([prompt for prompt, _ in prompts])
    for prompt, texts in prompts:
        store.save([Completion(prompt.id, "m", text, i) for i, text in enumerate(texts)])
    return store


def test_cliques_are_ranked_by_their_share_of_the_samples(tmp_path):
    few = [edited(noise("few"), i) for i in range(4)] + [noise(i) for i in range(6)]
    many = [edited(KNOWN, i) for i in range(9)] + [noise("one more")]
    none = [noise(i) for i in range(10)]
    null = Prompt("n", "n", "t", document_id="pkg:pypi/d@1#n", arm=Arm.NULL)
    prompts = [(Prompt("a", "a", "t"), few), (Prompt("b", "b", "t"), many), (null, none)]
    with sampled(tmp_path, prompts) as store:
        statistics = encode(agreement(store, [], {}))
    assert [(c["prompt_id"], c["size"], c["samples"]) for c in statistics["cliques"]] == [
        ("b", 9, 10),
        ("a", 4, 10),
    ]
    assert (statistics["target"]["k"], statistics["target"]["n"], statistics["null"]["k"]) == (
        2,
        2,
        0,
    )
    assert statistics["cliques"][0]["grade"] is None


def test_one_sample_of_each_prompt_says_nothing(tmp_path):
    with sampled(tmp_path, [(Prompt("a", "a", "t"), [KNOWN])]) as store:
        assert agreement(store, [], {}) is None


def test_rows_of_a_log_with_the_same_prompt_are_its_samples(tmp_path):
    rows = [(Prompt(f"r{i}", "same", "replay"), [edited(KNOWN, i)]) for i in range(5)]
    rows += [(Prompt(f"s{i}", "", "replay"), [edited(KNOWN, i)]) for i in range(5)]
    with sampled(tmp_path, rows) as store:
        statistics = encode(agreement(store, [], {}))
    assert [(c["prompt_id"], c["size"]) for c in statistics["cliques"]] == [("r0", 5)]
