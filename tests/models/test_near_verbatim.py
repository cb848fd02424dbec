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
            logits = model(torch.tensor([[*prompt, *prefix] for prefix in open_])).logits[:, -1]
        rows = log_chances(logits, decoding).exp().tolist()
        following = {}
        for (prefix, chance), row in zip(open_.items(), rows, strict=True):
            for token, share in enumerate(row):
                if token == END:
                    done[prefix] = chance * share
                elif share:
                    following[*prefix, token] = chance * share
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
        likeliest = max((sequence for sequence in truth if len(sequence) == LENGTH), key=truth.get)
        for target in (likeliest, tuple(rng.randrange(9) for _ in range(LENGTH))):
            for distance in (0, 1, 2):
                true = math.fsum(
                    chance
                    for sequence, chance in truth.items()
                    if TRUTH[metric](sequence, target) <= distance
                )
                row = [Row(prompt, target)]
                last = 0.0
                for beam in (1, 5, 7_000):
                    (bound,) = bounds(
                        model, row, decoding, distance, metric=metric, beam=beam,
                        least_probability=0.0,

                    )  # fmt: skip
                    assert bound <= true + ROUNDING
                    assert bound >= truth.get(target, 0.0) - ROUNDING
                    assert bound >= last - ROUNDING
                    last = bound
                    if beam == 1 and distance == 0:
                        assert bound == pytest.approx(truth.get(target, 0.0), abs=ROUNDING)
                    if beam > 9**LENGTH:
                        assert bound == pytest.approx(true, abs=ROUNDING)


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
        sequence = list(rows[0].prompt)
        for _ in range(8):
            sequence.append(int(model(torch.tensor([sequence])).logits[0, -1, :9].argmax()))
    rows.append(Row(rows[0].prompt, tuple(sequence[4:])))
    computed = bounds(model, rows, decoding, 2)
    generator = Generator(model, Tokenizer(), "m", frozenset({END}), rows=512)
    sampling = Sampling(max_new_tokens=8, temperature=1.0, top_k=5, count=1_000)
    for number, (row, bound) in enumerate(zip(rows, computed, strict=True)):
        prompt_input = PromptInput(Prompt(f"p{number}", "", "t"), row.prompt)
        hits = sum(
            levenshtein(tuple(map(int, c.text)), row.expected) <= 2
            for c in generator.completions([prompt_input], sampling)
        )
        assert bound <= clopper_pearson(hits, 1_000, 0.999)[1]
    assert computed[-1] > 0.01, "what greedy decoding writes is near"


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
        automaton = METRICS[metric](target, greatest)
        state, path = automaton.start(), ()
        for _ in range(rng.randrange(6)):
            token = rng.randrange(4)
            inside = token in automaton.matches(len(path))
            state = automaton.step(state, len(path), token if inside else None)
            path = (*path, token)
        over = greatest + 1
        assert min(over, automaton.final(state, len(path))) == min(
            over, TRUTH[metric](path, target)
        )
        ends = [
            TRUTH[metric]((*path, *ending), target)
            for size in range(6 - len(path))
            for ending in itertools.product(range(4), repeat=size)
        ]
        assert min(over, automaton.least(state, len(path))) <= min(over, *ends)
        if automaton.most(state, len(path)) <= greatest:
            assert max(ends) <= greatest
