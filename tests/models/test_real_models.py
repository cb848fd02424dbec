# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The packaged models themselves: fetched, loaded, and scored as they decode."""

import argparse
import inspect
import math

import pytest

from codescan.models import load_model
from codescan.models.loading.aliases import aliases
from codescan.models.scoring.early_exit import EarlyExit
from codescan.records import Decoding, Prompt, Sampling
from codescan.stats.intervals import clopper_pearson

pytestmark = [pytest.mark.slow, pytest.mark.network]

TEXTS = [
    "We the People of the United States, in Order to form a more perfect Union,",
    "Permission is hereby granted, free of charge, to any person obtaining a copy",
    "def fibonacci(n):\n    if n < 2:\n        return n\n",
    "#include <stdio.h>\n\nint main(void)\n{\n",
    "It is a truth universally acknowledged, that a single man",
    "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push",
    "Lorem ipsum dolor sit amet, consectetur",
    "for (int i = 0; i < n; i++) {",
]


@pytest.fixture(scope="module", params=[n for n, a in aliases().items() if a.packaged])
def model(request, packaged):
    return load_model(packaged(request.param), device="cpu")


def test_the_greedy_flag_equals_decoding(model):
    """Emitted tokens are flagged whole; with one changed, the run ends there. Ties excepted."""
    import torch

    prompts, truth = [], {}
    for i, text in enumerate(TEXTS):
        tokens = model.tokenizer.prompt_tokens(Prompt(id="", text=text, strategy="t"))
        with torch.inference_mode():
            output = model._model.generate(
                torch.tensor([tokens]), max_new_tokens=24, do_sample=False, eos_token_id=None
            )
        emitted = output[0, len(tokens) :].tolist()
        place = (5 * i) % len(emitted)
        changed = [*emitted]
        changed[place] += 1
        for name, expected, run in (("same", emitted, len(emitted)), ("other", changed, place)):
            prompt = Prompt(
                id=f"{i}-{name}",
                text=text,
                strategy="t",
                prompt_tokens=tuple(tokens[len(model.tokenizer.prefix) :]),
                expected_tokens=tuple(expected),
            )
            prompts.append(prompt)
            truth[prompt.id] = run
    for score in model.score(prompts):
        assert score.greedy_run == truth[score.prompt_id] or score.ties
    assert model._teacher.chunked
    # Screened, the same: the rows themselves, as `score` makes them.
    screening = EarlyExit(model._teacher, model._model, 0)
    assert screening.continues
    rows = [model._pair(prompt).row for prompt in prompts]
    for prompt, flag in zip(prompts, screening.flags(rows), strict=True):
        assert flag.run == truth[prompt.id] or flag.ties


def test_what_it_generates_is_language(model):
    prompt = Prompt(id="p", text=TEXTS[0], strategy="t")
    (completion,) = model.generate([prompt], Sampling(max_new_tokens=24))
    assert completion.tokens == 24
    assert sum(c.isalpha() or c.isspace() for c in completion.text) > 0.8 * len(completion.text)


def test_it_says_where_it_comes_from(model):
    alias = aliases()[model.name]
    described = model.describe()
    assert described["weights_sha256"] == {alias.packaged.file: alias.packaged.sha256}
    assert described["license"] == alias.license


@pytest.mark.parametrize(
    "decoding", [Decoding(1.0, top_k=40), Decoding(0.8, top_k=40, top_p=0.95)], ids=str
)
def test_the_chance_of_a_continuation_is_how_often_sampling_emits_it(model, decoding):
    """Fifty continuations, 2,000 samples each behind the generator's own warpers; 99.9 %.

    A sample is dropped at its first other token, so the model is run once for each token.
    """
    import torch

    from codescan.models.generation.sampling import logits_processors

    tokens = model.tokenizer.encode(inspect.getsource(argparse))
    sampling = Sampling(5, decoding.temperature, decoding.top_p, decoding.top_k, seed=1)
    outside = 0
    chance = torch.Generator().manual_seed(1)
    for number in range(50):
        prompt_tokens = [*model.tokenizer.prefix, *tokens[300 * number : 300 * number + 24]]
        with torch.inference_mode():
            output = model._model.generate(
                torch.tensor([prompt_tokens]), max_new_tokens=5, do_sample=False, eos_token_id=None
            )[0, len(prompt_tokens) :].tolist()
        if number % 5 == 0:  # the true text, not what greedy decoding would say
            output = tokens[300 * number + 24 : 300 * number + 29]
        remaining = 2_000
        for step, token in enumerate(output):
            with torch.inference_mode():
                scores = (
                    model._model(torch.tensor([prompt_tokens + output[:step]]))
                    .logits[0, -1:]
                    .float()
                )
            for warp in list(logits_processors(sampling, [[0.0]], "cpu"))[:-1]:
                scores = warp(None, scores)
            chosen = torch.multinomial(
                scores.softmax(-1), remaining, replacement=True, generator=chance
            )
            remaining = int((chosen == token).sum())
            if not remaining:
                break
        prompt = Prompt(
            "p", "", "t", prompt_tokens=tuple(prompt_tokens[len(model.tokenizer.prefix) :]),
            expected_tokens=tuple(output),
        )  # fmt: skip
        model._teacher.decodings = (decoding,)
        (score,) = model.score([prompt])
        low, high = clopper_pearson(remaining, 2_000, 0.999)
        outside += not low <= math.exp(score.sampled[0].logprob) <= high
    assert outside == 0
