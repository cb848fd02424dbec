# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The reference model: asked the same, kept apart, compared prompt by prompt."""

import pytest

from codescan.audits.measures.reference_model import (
    ask_reference,
    reference_comparison,
    same_tokens,
)
from codescan.audits.parts import AuditParts
from codescan.audits.prompt_plan import PromptPlan
from codescan.matchers.matching import Matching
from codescan.records import Arm, Completion, Prompt, Sampling, Score
from codescan.records.json_form import encode
from codescan.runs import RunStore


class Letters:
    def encode(self, text):
        return [ord(letter) for letter in text]

    def decode(self, tokens):
        return "".join(map(chr, tokens))


class Words(Letters):
    def encode(self, text):
        return [hash(word) for word in text.split(" ")]


class Model:
    """Extracts the continuations whose number is below what it knows."""

    def __init__(self, name, knows, tokenizer=None):
        self.name, self.knows, self.tokenizer = name, knows, tokenizer or Letters()
        self.asked, self.scored = [], []

    def generate(self, prompts, sampling):
        for prompt in prompts:
            self.asked.append(prompt)
            for index in range(sampling.count):
                yield Completion(prompt.id, self.name, "x", index)

    def score(self, prompts):
        for prompt in prompts:
            self.scored.append(prompt.id)
            yield Score(prompt.id, self.name, 9, 9 if int(prompt.id[1:]) < self.knows else 0, -9.0)

    def describe(self):
        return {"name": self.name}


PROMPTS = [
    Prompt(
        f"p{n}", f"text {n}", "prefix", document_id=f"pkg:pypi/a@1#{n}.py", expected="y",
        prompt_tokens=(1,), expected_tokens=(2,), frame="uniform",
        arm=Arm.NULL if n >= 20 else Arm.TARGET,
    )
    for n in range(25)
]  # fmt: skip


@pytest.fixture
def reference_run(tmp_path, known_index):
    """Ask a reference for the prompts of a run in which 15 of 20 are extracted."""

    def ask(reference):
        model = Model("audited", 15)
        parts = AuditParts(model, Sampling(), PromptPlan(), Matching(known_index, ()))
        with (
            RunStore(tmp_path / "run") as store,
            RunStore(tmp_path / "run/reference") as reference_store,
        ):
            store.add_prompts(PROMPTS)
            store.save(model.generate(PROMPTS, Sampling()))
            store.save(model.score(PROMPTS))
            reference_statistics = ask_reference(
                parts, reference, store, reference_store, lambda *_step: None
            )
            compared = reference_comparison(
                "audited", reference, store, (), reference_store, reference_statistics
            )
            return encode(compared), list(reference_store.prompts())

    return ask


def test_the_excess_over_the_reference_is_paired_and_the_null_arm_is_not_asked(reference_run):
    reference = Model("other", 3)
    statistics, reference_store = reference_run(reference)
    assert {prompt.id for prompt in reference.asked} == {f"p{n}" for n in range(20)}
    assert reference_store == PROMPTS[:20]
    copies, extracted = statistics["measures"]
    assert (extracted["a"]["k"], extracted["b"]["k"], extracted["b"]["n"]) == (3, 15, 20)
    assert extracted["difference"]["value"] == pytest.approx(0.6)
    assert extracted["only_b"] == 12
    assert extracted["p_value_adjusted"] < 0.01
    assert copies["difference"]["value"] == 0
    assert statistics["frame"] == "uniform"


def test_other_tokens_are_given_as_text_and_scored_all_the_same(reference_run):
    reference = Model("other", 3, Words())
    _, reference_store = reference_run(reference)
    assert all(prompt.prompt_tokens == prompt.expected_tokens == () for prompt in reference_store)
    assert len(reference.scored) == 20


def test_a_reference_that_was_asked_is_not_asked_again(reference_run):
    reference_run(Model("other", 3))
    again = Model("other", 3)
    reference_run(again)
    assert again.asked == again.scored == []


def test_tokenizers_are_compared_by_what_they_do():
    assert same_tokens(Letters(), Letters(), PROMPTS)
    assert not same_tokens(Letters(), Words(), PROMPTS)
    assert not same_tokens(None, Letters(), PROMPTS)
