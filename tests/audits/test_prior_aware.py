# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prior-aware ratios: common text is told from memorized text, and nothing is scored twice."""

import json
import math

import pytest
from msgspec import structs

from codescan.audits.measures.prior_aware import PriorAware, prior_aware, rate_priors
from codescan.records import Prompt, Score
from codescan.records.json_form import encode
from codescan.runs import RunStore

LIKELY, COMMON, ELSEWHERE = -0.5, -3.0, -60.0


def prompt(name, expected, **changes):
    new_prompt = Prompt(
        name, f"prompt {name}", "prefix", "python", f"pkg:pypi/{name}@1#a.py", expected,
        expected_tokens=(1, 2), prompt_tokens=(ord(name[-1]),), frame="uniform",
    )  # fmt: skip
    return structs.replace(new_prompt, **changes)


class Scorer:
    """Gives "learned" after its own prompt only, "common" after any, and the rest never."""

    def __init__(self):
        self.asked = []

    def score(self, prompts):
        for prompt in prompts:
            self.asked.append(prompt.id)
            yield Score(prompt.id, "m", 2, 2 if self.logprob(prompt) == LIKELY else 0,
                        self.logprob(prompt))  # fmt: skip

    @staticmethod
    def logprob(each):
        own = each.text == f"prompt {each.document_id[9:].partition('@')[0]}"
        if each.expected == "common":
            return LIKELY if own else COMMON
        return LIKELY if own and each.expected == "learned" else ELSEWHERE


@pytest.fixture
def store(tmp_path):
    with RunStore(tmp_path / "run") as run_store:
        run_store.add_prompts(
            [prompt("a", "learned"), prompt("b", "common"), prompt("c", "unknown"),
             prompt("d", "unknown"), prompt("e", "unknown", language="prose")]
        )  # fmt: skip
        scorer = Scorer()
        run_store.save(scorer.score(run_store.prompts()))
        yield run_store


def rated(store, scorer, others=3):
    return rate_priors(scorer, store, store, others, lambda *_step: None)


def test_what_is_likely_anywhere_is_common_and_what_is_not_is_the_prompts_own(store):
    ratings = {one.prompt.id: one for one in rated(store, Scorer())}
    assert set(ratings) == {"a", "b"}, "only what the model gives readily"
    assert ratings["a"].gain_bits == pytest.approx((LIKELY - ELSEWHERE) / math.log(2))
    assert ratings["b"].gain_bits == pytest.approx((LIKELY - COMMON) / math.log(2))
    statistics = encode(prior_aware(ratings.values(), "uniform"))
    assert (statistics["distinctive"]["k"], statistics["distinctive"]["n"]) == (1, 2)
    assert "uniform frame" in statistics["distinctive"]["words"]
    first, second = statistics["continuations"]
    assert (first["prompt_id"], second["prompt_id"]) == ("a", "b")
    assert first["zlib_ratio"] == pytest.approx(first["bits"] / first["zlib_bits"])
    json.dumps(statistics, allow_nan=False)


def test_other_prompts_are_of_the_same_language_where_there_are_enough(store):
    scorer = Scorer()
    rated(store, scorer, others=3)
    used = [store.score_of(name) is not None for name in scorer.asked]
    assert len(scorer.asked) == 6
    assert all(used)
    assert rated(store, Scorer(), others=3) == rated(store, Scorer(), others=3)


def test_a_run_that_was_killed_scores_only_what_is_missing(store):
    first = Scorer()
    whole = rated(store, first)
    again = Scorer()
    assert rated(store, again) == whole
    assert again.asked == []


def test_a_finding_says_how_much_likelier_its_prompt_makes_it(store, sample_finding):
    finding = structs.replace(sample_finding, snippet_id="s")
    other = structs.replace(sample_finding, snippet_id="t")
    result = prior_aware(rated(store, Scorer()), "uniform")
    assert isinstance(result, PriorAware)
    explained = result.explained([finding, other], {"s": "a/0", "t": "c/0"})
    assert "+86 bits likelier" in explained[0].grade_reasons[-1]
    assert explained[1] == other


def test_nothing_given_readily_is_no_statistic(tmp_path):
    with RunStore(tmp_path / "other") as store:
        store.add_prompts([prompt("c", "unknown")])
        store.save(Scorer().score(store.prompts()))
        assert prior_aware(rated(store, Scorer()), "uniform") is None
