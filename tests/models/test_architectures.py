# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A hundred architectures in batches, against plain code that runs one row at a time."""

import warnings

import pytest
import tiny_architectures
from tiny_models import save_tokenizer

from codescan.errors import ModelError
from codescan.records import Completion, Prompt, Sampling, Score

pytestmark = pytest.mark.slow

NEW_TOKENS = 5
TEXTS = ("def add(left, right):", "for (int i", "class Stack:\n    def push(self, item):\n")
EXPECTED = "\n    return left"
LEAST = 100
"""Architectures that are run and compared."""
NEAR = 2e-3
"""Distance of the two greatest logits, relative to their spread, below which either may win."""


def single_row(model, prompt, expected):
    """Greedy tokens, whether each is clear of the next, and the log-probability of `expected`."""
    import torch

    tokens, new_tokens, is_clear = list(prompt), [], True
    with torch.no_grad():
        for _ in range(NEW_TOKENS):
            logits = model(input_ids=torch.tensor([tokens])).logits[0, -1].float()
            best = logits.topk(2)
            is_clear &= bool(best.values[0] - best.values[1] > NEAR * logits.std())
            if int(best.indices[0]) == 0:  # the end of the text
                break
            new_tokens.append(int(best.indices[0]))
            tokens.append(new_tokens[-1])
        whole = torch.tensor([[*prompt, *expected]])
        logprobs = model(input_ids=whole).logits[0].float().log_softmax(-1)
    first = len(prompt) - 1
    logprob = sum(float(logprobs[first + at, token]) for at, token in enumerate(expected))
    return new_tokens, is_clear, logprob


def differences(plain, tokenizer, model):
    """What a loaded model says otherwise than plain code; "" for nothing."""
    expected = tuple(tokenizer.encode(EXPECTED))
    prompts = [
        Prompt(str(number), text, "prefix", prompt_tokens=tuple(tokenizer.encode(text)),
               expected=EXPECTED, expected_tokens=expected)
        for number, text in enumerate(TEXTS)
    ]  # fmt: skip
    completions = {c.prompt_id: c for c in model.generate(prompts, Sampling(NEW_TOKENS))}
    scores = {s.prompt_id: s for s in model.score(prompts) if isinstance(s, Score)}
    for prompt in prompts:
        new_tokens, is_clear, logprob = single_row(plain, prompt.prompt_tokens, expected)
        completion = completions[prompt.id]
        if not isinstance(completion, Completion):
            return f"no completion: {completion}"
        expected_text = tokenizer.decode(new_tokens, skip_special_tokens=True)
        if is_clear and completion.text != expected_text:
            return f"{completion.text!r} instead of {expected_text!r}"
        if prompt.id not in scores:
            return "no score"
        if scores[prompt.id].logprob != pytest.approx(logprob, rel=1e-3, abs=5e-3):
            return f"log-probability {scores[prompt.id].logprob} instead of {logprob}"
    return ""


def test_batches_are_single_rows_for_a_hundred_architectures(tmp_path):
    import transformers

    from codescan.models.backends.transformers import TransformersModel

    transformers.logging.set_verbosity_error()
    compared, refused, wrong, unbuilt = [], {}, {}, {}
    for name in tiny_architectures.names():
        folder = tmp_path / name
        tokenizer = save_tokenizer(folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                plain = tiny_architectures.build(name, len(tokenizer))
                plain.save_pretrained(folder)
                single_row(plain, [5, 6, 7], [8, 9])
            except Exception as error:  # noqa: BLE001 - a size that is not known here
                unbuilt[name] = f"{type(error).__name__}: {error}"[:200]
                continue
            try:
                model = TransformersModel(folder, device="cpu")
            except ModelError as error:
                refused[name] = str(error)[:200]
                continue
            plain = model_of(folder, plain)
            differing = differences(plain, tokenizer, model)
        compared.append(name)
        if differing:
            wrong[name] = differing
    assert not wrong, wrong
    assert len(compared) >= LEAST, (len(compared), refused, unbuilt)


def model_of(folder, plain):
    """The saved weights in plain transformers, since saving may tie or change them."""
    return type(plain).from_pretrained(folder).eval()
