# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A work is followed on the model's own words until it is over, and taken up where it was left."""

import random

import pytest
from msgspec.structs import replace

from codescan.audits.elicitation import ask
from codescan.audits.measures.long_works import long_works
from codescan.audits.multi_turn import FOLDER, Continued, Iterative
from codescan.errors import ModelError
from codescan.prompts.long_work import LongWorkStrategy
from codescan.records import Completion, Document, Origin, Package, Prompt, Sampling, Skipped
from codescan.records.json_form import encode
from codescan.runs import RunStore

RNG = random.Random(1)
WORDS = [f"word{RNG.randrange(10**6)}" for _ in range(600)]
ANSWER = 60  # words
ORIGIN = Origin(Package("pkg:generic/book@1", "book", "1", "book"), "b.txt", "0" * 64)
BOOK = Document(" ".join(WORDS).encode(), "prose", ORIGIN)


class Reader:
    """Knows the book up to a word, and goes on wherever it is led; makes things up after that."""

    name, tokenizer = "reader", None

    def __init__(self, known=600, fail_after=None, finish="length"):
        self.known, self.left, self.finish = known, fail_after, finish
        self.asked = []

    def generate(self, prompts, sampling):
        assert sampling.count == 1 or all(p.strategy != "long-work" for p in prompts)
        for prompt in prompts:
            if self.left is not None:
                self.left -= 1
                if self.left < 0:
                    raise ModelError("gone")
            self.asked.append(prompt)
            last = prompt.text.split()[-1]
            at = WORDS.index(last) + 1 if last in WORDS else self.known
            message = WORDS[at : min(self.known, at + ANSWER)]
            message += [f"made {prompt.id[-4:]} {n}" for n in range(ANSWER - len(message))]
            yield Completion(prompt.id, self.name, " " + " ".join(message), 0, self.finish, ANSWER)

    def describe(self):
        return {"name": self.name}


def strategy(**options):
    return LongWorkStrategy(**{"mode": "own", "given_words": 30, "kept_words": 40, **options})


def run_turns(model, path, strategy_used=None, count=1):
    strategy_used = strategy_used or strategy()
    with RunStore(path) as store:
        store.add_prompts(list(strategy_used.prompts(BOOK)))
        ask(model, Sampling(count=count), store, lambda *_: None,
            iterative={strategy_used.name: strategy_used})  # fmt: skip
        return list(store.completions()), encode(long_works(store)), list(store.skipped())


def test_a_work_known_by_heart_is_reported_whole(tmp_path):
    model = Reader()
    (whole,), findings, _ = run_turns(model, tmp_path / "run")
    assert whole.text.split()[:570] == WORDS[30:]
    assert (findings["longest_run_words"], findings["target"]["value"]) == (570, 1.0)
    assert len(model.asked) == 10, "as many words as the work has, and no more"
    assert all(len(prompt.text.split()) <= 40 for prompt in model.asked)
    assert whole.tokens == 10 * ANSWER


def test_who_leaves_the_work_is_not_asked_for_ever(tmp_path):
    model = Reader(known=200)
    (whole,), findings, _ = run_turns(model, tmp_path / "run")
    assert findings["longest_run_words"] == 170
    assert len(model.asked) == 5, "two answers in vain"
    assert whole.finish_reason == "length"


def answers(*texts, finish="length"):
    return [Completion("p", "m", text, finish_reason=finish) for text in texts]


def test_when_a_work_is_over():
    patient = strategy(patience=1)
    (prompt,) = patient.prompts(BOOK)
    piece = " " + " ".join(WORDS[30:60])
    following = patient.follow(prompt, answers(piece))
    assert following.text.split() == WORDS[20:60]
    assert patient.follow(prompt, answers(piece, piece)) is None, "nothing new, over and over"
    assert patient.follow(prompt, answers(piece, " \n")) is None
    assert patient.follow(prompt, answers(piece, finish="stop")) is None
    assert patient.follow(prompt, answers(piece, finish="refusal")) is None
    message = replace(prompt, chat=True)
    assert patient.follow(message, answers(piece, finish="stop")) is not None
    assert isinstance(patient, Iterative)
    assert LongWorkStrategy().rounds == 1


def test_a_killed_run_takes_a_work_up_at_its_round(tmp_path):
    whole, *_ = run_turns(Reader(), tmp_path / "whole", count=2)
    stopped = Reader(fail_after=7)
    with pytest.raises(ModelError):
        run_turns(stopped, tmp_path / "run", count=2)
    going_on = Reader()
    conversation, *_ = run_turns(going_on, tmp_path / "run", count=2)
    assert conversation == whole
    assert len(stopped.asked) + len(going_on.asked) == 20
    with RunStore(tmp_path / "run" / FOLDER) as turn_store:
        assert turn_store.counts()["completions"] == 20


def test_a_round_that_is_skipped_skips_the_work_and_other_prompts_are_asked_once(tmp_path):
    class Refusing(Reader):
        def generate(self, prompts, sampling):
            for prompt in prompts:
                if prompt.id.endswith(".3"):
                    yield Skipped(prompt.id, "elicit", "rate-limited")
                else:
                    yield from super().generate([prompt], sampling)

    done, _, skipped = run_turns(Refusing(), tmp_path / "run")
    assert not done
    assert [item.reason for item in skipped] == ["rate-limited"]
    once = Prompt("once", "a", "prefix")
    model = Continued(Reader(), {"long-work": strategy()}, tmp_path / "none")
    assert [item.prompt_id for item in model.generate([once], Sampling())] == ["once"]
    assert not (tmp_path / "none").exists()
