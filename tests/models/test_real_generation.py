# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""On real models: the running batch decodes as `generate` does; near copies are bounded rightly."""

import math

import pytest
from rapidfuzz.distance import Levenshtein

from codescan.models import load_model
from codescan.models.loading.aliases import aliases
from codescan.records import Decoding, Prompt, Sampling
from codescan.stats.intervals import clopper_pearson

pytestmark = [pytest.mark.slow, pytest.mark.network]

TEXTS = [
    "Permission is hereby granted, free of charge, to any person obtaining a copy",
    "THE SOFTWARE IS PROVIDED",
    "def fibonacci(n):\n    if n < 2:\n        return n\n",
    "#include <stdio.h>\n\nint main(void)\n{\n",
    "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push",
    "import os",
    "Licensed under the Apache License, Version 2.0 (the",
]
NEAR_TIE = 1e-3
"""Logits closer than this may change places with the batch."""


@pytest.fixture(scope="module", params=[n for n, a in aliases().items() if a.packaged])
def model(request, packaged):
    return load_model(packaged(request.param), device="cpu", batch_size=4)


def test_greedy_decoding_is_that_of_generate(model):
    import torch
    import transformers

    sampling = Sampling(max_new_tokens=16)
    prompts = [Prompt(f"p{i}", text, "t") for i, text in enumerate(TEXTS)]
    completions = {c.prompt_id: c for c in model.generate(prompts, sampling)}
    assert model._generator.continuous
    ties = 0
    for prompt in prompts:
        tokens = model.tokenizer.prompt_tokens(prompt)
        with torch.inference_mode():
            output = model._model.generate(
                torch.tensor([tokens]),
                attention_mask=torch.ones(1, len(tokens), dtype=torch.long),
                generation_config=transformers.GenerationConfig(
                    max_new_tokens=16,
                    do_sample=False,
                    eos_token_id=sorted(model._ends),
                    pad_token_id=model._padding,
                ),
            )[0, len(tokens) :].tolist()
        new_tokens = output[:-1] if output[-1] in model._ends else output
        text = model.tokenizer.continuation(tokens, new_tokens)
        if completions[prompt.id].text == text:
            continue
        with torch.inference_mode():  # only where two tokens are as good as equally likely
            logits = model._model(torch.tensor([[*tokens, *output[:-1]]])).logits[0]
        best = logits[len(tokens) - 1 :].topk(2, dim=-1).values
        assert float((best[:, 0] - best[:, 1]).min()) < NEAR_TIE
        ties += 1
    assert ties <= 1


def test_near_copies_are_bounded_below_what_sampling_shows(model):
    if model.name != "smollm2":
        pytest.skip("one model is enough")
    decoding = Decoding(0.6, top_k=40)
    expected = " of this software and associated documentation files (the"
    prompt = Prompt("p", TEXTS[0], "t", expected=expected)
    target = model.tokenizer.expected_tokens(prompt)
    bounds = {}
    for distance in (0, 4):
        (score,) = model.near_verbatim([prompt], decoding, distance)
        bounds[distance] = math.exp(score.logprob)
    assert bounds[0] <= bounds[4] + 1e-6
    model._teacher.decodings, decodings = (decoding,), model._teacher.decodings
    (exact,) = model.score([prompt])
    model._teacher.decodings = decodings
    assert bounds[0] == pytest.approx(math.exp(exact.sampled[0].logprob), rel=1e-3, abs=1e-6)
    sampling = Sampling(len(target), temperature=0.6, top_k=40, count=40, seed=3)
    hits = 0
    for completion in model.generate([prompt], sampling):
        output = model.tokenizer.encode(completion.text)
        hits += Levenshtein.distance(output, target) <= 4
    assert bounds[4] <= clopper_pearson(hits, 40, 0.999)[1]
