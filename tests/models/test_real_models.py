# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The packaged models themselves: fetched, loaded, and scored as they decode."""

import pytest

from codescan.models import load_model
from codescan.models.aliases import aliases
from codescan.records import Prompt, Sampling

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
def model(request):
    return load_model(request.param, device="cpu")


def test_the_greedy_flag_equals_decoding(model):
    """Emitted tokens are flagged whole; with one changed, the run ends there. Ties excepted."""
    import torch

    prompts, truth = [], {}
    for i, text in enumerate(TEXTS):
        tokens = model.tokenizer.prompt_tokens(Prompt(id="", text=text, strategy="t"))
        with torch.inference_mode():
            made = model._model.generate(
                torch.tensor([tokens]), max_new_tokens=24, do_sample=False, eos_token_id=None
            )
        emitted = made[0, len(tokens) :].tolist()
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
