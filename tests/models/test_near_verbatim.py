# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The bound on near-verbatim copies never exceeds the truth, and is more than nothing."""

import itertools
import math
import random

import pytest

from codescan.models.generation.beam_search import BeamSearch
from codescan.models.generation.edit_distance import METRICS
from codescan.models.generation.generate import Generator, PromptInput
from codescan.models.generation.sampling import log_chances
from codescan.models.scoring.token_rows import Row
from codescan.records import Decoding, Prompt, Sampling
from codescan.stats.intervals import clopper_pearson

END = 9
LETTERS = 10
LENGTH = 4
ROUNDING = 2e-5
"""Of chances whose logits have seven digits, differently on different processors."""


class Tokenizer:
    padding = 0

    @staticmethod
    def continuation(_before, added):
        return "".join(map(str, added))


@pytest.fixture(scope="module")
def model():
    """Ten tokens, so that every continuation can be looked at."""
    import torch
    import transformers

    torch.manual_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=LETTERS, hidden_size=16, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=64, initializer_range=0.6,
        bos_token_id=None, eos_token_id=END, pad_token_id=0,
    )  # fmt: skip
    return transformers.LlamaForCausalLM(config).eval()


def levenshtein(one, other):
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return row[-1]


def hamming(one, other):
    return sum(a != b for a, b in zip(one, other, strict=False)) + len(other) - len(one)


TRUTH = {"levenshtein": levenshtein, "hamming": hamming}


def every_continuation(model, prompt, decoding):
    """{tokens: probability} of all of at most LENGTH tokens; shorter ones have ended."""
    import torch

    open_, done = {(): 1.0}, {}
    for _ in range(LENGTH):
        with torch.inference_mode():
            logits = model(torch.tensor([[*prompt, *made] for made in open_])).logits[:, -1]
        rows = log_chances(logits, decoding).exp().tolist()
        following = {}
        for (made, chance), row in zip(open_.items(), rows, strict=True):
            for token, share in enumerate(row):
                if token == END:
                    done[made] = chance * share
                elif share:
                    following[*made, token] = chance * share
        open_ = following
    return {**done, **open_}


def bounds(model, texts, decoding, distance, **options):
    search = BeamSearch(model, frozenset({END}), 0, decoding, distance, **options)
    return [math.exp(bound) for bound in search.bounds(texts)]


CASES = [
    (Decoding(1.0), "levenshtein"),
    (Decoding(0.7, top_k=4), "levenshtein"),
    (Decoding(1.0, top_p=0.8), "hamming"),
    (Decoding(1.2, top_k=6, top_p=0.9), "levenshtein"),
]


@pytest.mark.parametrize(("decoding", "metric"), CASES, ids=str)
def test_the_bound_lies_between_exact_and_true_probability(model, decoding, metric):
    rng = random.Random(3)
    prompts = [tuple(rng.randrange(9) for _ in range(n)) for n in (3, 8)]
    for prompt in prompts:
        truth = every_continuation(model, prompt, decoding)
        assert sum(truth.values()) == pytest.approx(1.0, abs=ROUNDING)
        likeliest = max((made for made in truth if len(made) == LENGTH), key=truth.get)
        for target in (likeliest, tuple(rng.randrange(9) for _ in range(LENGTH))):
            for distance in (0, 1, 2):
                true = math.fsum(
                    chance
                    for made, chance in truth.items()
                    if TRUTH[metric](made, target) <= distance
                )
                row = [Row(prompt, target)]
                last = 0.0
                for beam in (1, 5, 7_000):
                    (found,) = bounds(
                        model, row, decoding, distance, metric=metric, beam=beam,
                        least_probability=0.0,

                    )  # fmt: skip
                    assert found <= true + ROUNDING
                    assert found >= truth.get(target, 0.0) - ROUNDING
                    assert found >= last - ROUNDING
                    last = found
                    if beam == 1 and distance == 0:
                        assert found == pytest.approx(truth.get(target, 0.0), abs=ROUNDING)
                    if beam > 9**LENGTH:
                        assert found == pytest.approx(true, abs=ROUNDING)


def test_the_bound_is_not_above_what_sampling_shows(model):
    """Five texts, 1,000 samples each; the upper end of the 99.9 % interval."""
    decoding = Decoding(1.0, top_k=5)
    rng = random.Random(5)
    rows = [
        Row(tuple(rng.randrange(9) for _ in range(4)), tuple(rng.randrange(9) for _ in range(8)))
        for _ in range(4)
    ]
    import torch

    with torch.inference_mode():
        made = list(rows[0].prompt)
        for _ in range(8):
            made.append(int(model(torch.tensor([made])).logits[0, -1, :9].argmax()))
    rows.append(Row(rows[0].prompt, tuple(made[4:])))
    found = bounds(model, rows, decoding, 2)
    generator = Generator(model, Tokenizer(), "m", frozenset({END}), rows=512)
    sampling = Sampling(max_new_tokens=8, temperature=1.0, top_k=5, count=1_000)
    for number, (row, bound) in enumerate(zip(rows, found, strict=True)):
        prompt_input = PromptInput(Prompt(f"p{number}", "", "t"), row.prompt)
        hits = sum(
            levenshtein(tuple(map(int, c.text)), row.expected) <= 2
            for c in generator.completions([prompt_input], sampling)
        )
        assert bound <= clopper_pearson(hits, 1_000, 0.999)[1]
    assert found[-1] > 0.01, "what greedy decoding writes is near"


def test_a_batch_gives_what_each_text_gives_alone(model):
    rng = random.Random(7)
    rows = [
        Row(tuple(rng.randrange(9) for _ in range(n)), tuple(rng.randrange(9) for _ in range(n)))
        for n in (2, 7, 5, 9, 3)
    ]
    together = bounds(model, rows, Decoding(), 1, beam=4, rows=20)
    alone = [bounds(model, [row], Decoding(), 1, beam=4)[0] for row in rows]
    assert together == pytest.approx(alone, rel=1e-4)


@pytest.mark.parametrize("metric", METRICS)
def test_distances_are_those_of_whole_sequences_and_bound_what_can_come(metric):
    rng = random.Random(11)
    for _ in range(60):
        target = tuple(rng.randrange(3) for _ in range(5))
        greatest = rng.randrange(4)
        kept = METRICS[metric](target, greatest)
        state, made = kept.start(), ()
        for _ in range(rng.randrange(6)):
            token = rng.randrange(4)
            inside = token in kept.matches(len(made))
            state = kept.step(state, len(made), token if inside else None)
            made = (*made, token)
        over = greatest + 1
        assert min(over, kept.final(state, len(made))) == min(over, TRUTH[metric](made, target))
        ends = [
            TRUTH[metric]((*made, *rest), target)
            for size in range(6 - len(made))
            for rest in itertools.product(range(4), repeat=size)
        ]
        assert min(over, kept.least(state, len(made))) <= min(over, *ends)
        if kept.most(state, len(made)) <= greatest:
            assert max(ends) <= greatest
