# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""nv-recall counts what was given away of a work, across pieces, and nothing that was not."""

import random
from itertools import pairwise

from codescan.audits.measures.long_works import Run, joined, long_works, runs
from codescan.prompts.long_work import LongWorkStrategy
from codescan.records import Completion, Document, Origin, Package
from codescan.records.json_form import encode
from codescan.runs import RunStore

RNG = random.Random(1)
WORDS = [f"word{RNG.randrange(10**6)}" for _ in range(1_000)]
TEXT = " ".join(WORDS) + "\n"


def document(text=TEXT):
    package = Package("pkg:generic/book@1", "book", "1", "book")
    return Document(text.encode(), "prose", Origin(package, "book.txt", "0" * 64))


def measured(tmp_path, answer, **options):
    """Statistics of a run whose answers are what `answer(piece number, true text)` gives."""
    prompts = list(LongWorkStrategy(**options).prompts(document()))
    with RunStore(tmp_path / "run") as store:
        store.add_prompts(prompts)
        for number, prompt in enumerate(prompts):
            text = answer(number, prompt.expected)
            if text is not None:
                store.save([Completion(prompt.id, "m", text)])
        return encode(long_works(store))


def test_pieces_follow_each_other_and_are_given_the_text_before():
    prompts = list(LongWorkStrategy(given_words=40, step_words=60).prompts(document()))
    assert len(prompts) == 16
    assert "".join(p.expected for p in prompts).split() == WORDS[40:]
    assert [len(p.text.split()) for p in prompts] == [40] * 16
    for before, after in pairwise(prompts):
        assert (before.text + before.expected).endswith(after.text)
    assert list(LongWorkStrategy().prompts(document("too short. " * 20))) == []
    (own,) = LongWorkStrategy(mode="own", given_words=40).prompts(document())
    assert (own.text + own.expected).split() == WORDS


def test_a_work_that_is_known_by_heart_is_one_run(tmp_path):
    works = measured(tmp_path, lambda _n, true: true + " and something else")
    assert works["longest_run_words"] == 900
    assert works["target"]["value"] == 1.0
    assert works["works"][0]["nv_recall"] == 1.0


def test_what_is_made_up_counts_nothing(tmp_path):
    works = measured(tmp_path, lambda n, _true: f"quite another story {n} " * 20)
    assert works["longest_run_words"] == 0
    assert works["target"]["value"] == 0.0


def test_short_runs_are_named_but_do_not_count(tmp_path):
    works = measured(tmp_path, lambda n, true: true if n == 3 else "nothing")
    assert works["longest_run_words"] == 70
    assert works["target"]["k"] == 0
    two = measured(tmp_path / "two", lambda n, true: true if n in (3, 4) else "nothing")
    assert (two["longest_run_words"], two["target"]["k"]) == (140, 140)


def test_a_piece_without_an_answer_parts_runs_and_is_not_counted(tmp_path):
    works = measured(tmp_path, lambda n, true: None if n == 6 else true)
    assert works["target"]["n"] == 830
    assert works["longest_run_words"] == 420


def test_small_changes_stay_in_a_run_and_large_ones_end_it():
    true = WORDS[:300]
    edited = [*true[:100], "x", *true[101:200], *true[201:]]
    assert runs(true, edited) == [Run(0, 300, 298)]
    cut = [*true[:100], *["x"] * 20, *true[130:]]
    assert [(run.start, run.end) for run in runs(true, cut)] == [(0, 100), (130, 300)]
    assert runs(true, list(reversed(true))) == []


def test_runs_that_meet_are_joined():
    assert joined([Run(0, 50, 50), Run(50, 120, 70), Run(200, 230, 30)]) == [
        Run(0, 120, 120),
        Run(200, 230, 30),
    ]
    assert [(run.start, run.end) for run in joined([Run(0, 50, 50), Run(20, 80, 60)])] == [(0, 80)]


def test_the_models_own_output_is_followed_from_the_beginning(tmp_path):
    works = measured(
        tmp_path, lambda _n, true: " ".join(true.split()[:250]) + " the end", mode="own"
    )
    assert works["longest_run_words"] == 250


def test_other_strategies_have_no_long_works(tmp_path):
    with RunStore(tmp_path / "run") as store:
        assert long_works(store) is None
