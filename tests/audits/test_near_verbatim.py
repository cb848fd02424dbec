# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Bounds on near copies stand beside the exact figures, are kept, and are never below them."""

import math

from codescan.audits.measures.near_verbatim import NearRater, near_verbatim
from codescan.audits.runner import retry_skipped
from codescan.records import Decoding, Prompt, SampledLogprob, Sampling, Score, Skipped
from codescan.runs import RunStore

HAYES = Decoding(1.0, top_k=40)


class Rater:
    def __init__(self):
        self.asked = []

    def near_verbatim(self, prompts, decoding, distance):
        assert (decoding, distance) == (HAYES, 5)
        for prompt in prompts:
            self.asked.append(prompt.id)
            if prompt.id == "p3":
                yield Skipped("p3", "score", "no-beam")
                continue
            bound = {"p0": 0.9, "p1": 0.2, "p2": 1e-9}[prompt.id]
            yield Score(
                prompt.id, "m", 50, 0, math.log(bound),
                sampled=(SampledLogprob(decoding, math.log(bound)),),
            )  # fmt: skip


def filled(store):
    store.add_prompts(
        [
            *(Prompt(f"p{i}", f"text {i}", "t", f"d{i}", expected_tokens=(1,)) for i in range(4)),
            Prompt("free", "no continuation", "t"),
        ]
    )
    exact = Score("p2", "m", 50, 3, -2.0, sampled=(SampledLogprob(HAYES, math.log(0.5)),))
    store.save([exact])


def test_an_entry_beside_the_exact_ones(tmp_path):
    rater = Rater()
    assert isinstance(rater, NearRater)
    with RunStore(tmp_path / "run") as store:
        filled(store)
        watch = lambda *_: None  # noqa: E731
        entry = near_verbatim(rater, store, Sampling(), 5, watch)
        again = near_verbatim(rater, store, Sampling(), 5, watch)
        assert rater.asked == ["p0", "p1", "p2", "p3"], "kept, not rated again"
        retry_skipped(store)
        near_verbatim(rater, store, Sampling(), 5, watch)
    assert entry == again
    assert entry.distance == 5
    entry = entry.table
    assert rater.asked[4:] == ["p3"], "what was skipped may be tried again"
    assert entry["decoding"]["words"] == (
        "temperature 1, top-k 40, at most 5 tokens off (lower bound)"
    )
    assert entry["continuations"] == 3
    once = next(
        line for line in entry["table"] if line["attempts"] == 1 and line["probability"] == 0.5
    )
    assert (once["target"].k, once["target"].n) == (2, 3), "the exact chance counts too"


def test_a_run_without_continuations_has_no_entry(tmp_path):
    with RunStore(tmp_path / "run") as store:
        store.add_prompts([Prompt("free", "no continuation", "t")])
        assert near_verbatim(Rater(), store, Sampling(), 5, lambda *_: None) is None
