# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The chance of a continuation against brute force, the samplers' own code, and sampling."""

import math

import pytest
from msgspec.structs import replace

from codescan.models.scoring.teacher_forcing import TeacherForcing
from codescan.models.scoring.token_rows import Row
from codescan.records import Decoding, Prompt, Sampling
from codescan.stats.intervals import clopper_pearson

DECODINGS = [
    Decoding(),
    Decoding(0.7),
    Decoding(1.0, top_k=40),
    Decoding(1.0, top_k=1),
    Decoding(1.3, top_k=5),
    Decoding(1.0, top_p=0.9),
    Decoding(0.5, top_p=0.2),
    Decoding(0.8, top_k=40, top_p=0.95),
    Decoding(2.0, top_k=999, top_p=0.999),
]


def brute_force(logits, target, decoding):
    """The chance of one token, in Python's own floats, by the definition."""
    scaled = [x / decoding.temperature for x in logits]
    order = sorted(range(len(scaled)), key=lambda i: (-scaled[i], -i))
    if decoding.top_k:
        edge = scaled[order[min(decoding.top_k, len(order)) - 1]]
        order = [i for i in order if scaled[i] >= edge]
    top = scaled[order[0]]
    weights = {i: math.exp(scaled[i] - top) for i in order}
    total = math.fsum(weights.values())
    kept_tokens, reached = [], 0.0
    for i in order:
        if kept_tokens and reached >= decoding.top_p:
            break
        kept_tokens.append(i)
        reached += weights[i] / total
    if target not in kept_tokens:
        return -math.inf
    return math.log(weights[target]) - math.log(math.fsum(weights[i] for i in kept_tokens))


@pytest.mark.parametrize("decoding", DECODINGS, ids=str)
@pytest.mark.parametrize("spread", [0.3, 3.0])
def test_the_chance_of_a_token_equals_brute_force(decoding, spread):
    """Flat rows need the whole row sorted, steep ones a few tokens."""
    import torch

    from codescan.models.scoring.token_distribution import sampled_logprobs

    torch.manual_seed(1)
    logits = torch.randn(40, 3000, dtype=torch.float64) * spread
    targets = torch.cat([logits.argsort(descending=True)[range(20), range(20)], torch.arange(20)])
    logprobs = sampled_logprobs(logits, targets, decoding).tolist()
    for row, target, value in zip(logits.tolist(), targets.tolist(), logprobs, strict=True):
        assert value == pytest.approx(brute_force(row, target, decoding), abs=1e-9)


@pytest.mark.parametrize("decoding", DECODINGS, ids=str)
def test_the_same_tokens_are_kept_as_the_sampler_keeps_with_ties(decoding):
    """Logits of half precision share values; the generator's own warpers say what is drawn."""
    import torch

    from codescan.models.generation.sampling import logits_processors
    from codescan.models.scoring.token_distribution import sampled_logprobs

    torch.manual_seed(2)
    logits = (torch.randn(30, 500) * 2).bfloat16().float()
    sampling = Sampling(
        temperature=decoding.temperature, top_k=decoding.top_k, top_p=decoding.top_p
    )
    scores = logits
    for step in logits_processors(sampling, [[0.5]] * 30, "cpu")[:-1]:
        scores = step(None, scores)
    expected = scores.double().log_softmax(-1)
    differing = 0
    for token in range(0, 500, 7):
        targets = torch.full((30,), token)
        logprobs = sampled_logprobs(logits, targets, decoding)
        same = torch.isclose(logprobs, expected[:, token], atol=1e-4)
        differing += int((~(same | (logprobs == expected[:, token]))).sum())
    # A cumulative share in float32 may fall on the other side of p.
    assert differing <= (0 if decoding.top_p == 1.0 else 30 * 500 // 7 // 200)


def test_a_continuation_has_the_product_of_its_tokens_chances(tiny):
    import torch

    decodings = [d for d in DECODINGS if d.top_k != 1]
    rows = [Row([10, 11, 12], [40, 41]), Row([7] * 9, [8, 9, 10, 11, 12])]
    teacher = TeacherForcing(tiny._model, 0, decodings=decodings, chunk_bytes=9000)
    for row, scored in zip(rows, teacher.score(rows), strict=True):
        with torch.inference_mode():
            logits = tiny._model(torch.tensor([[*row.prompt, *row.expected]])).logits
        places = logits[0, len(row.prompt) - 1 : -1].double().tolist()
        for decoding, value in zip(decodings, scored.sampled, strict=True):
            parts = [
                brute_force(place, target, decoding)
                for place, target in zip(places, row.expected, strict=True)
            ]
            assert value == pytest.approx(sum(parts), abs=1e-3)
        assert scored.sampled[0] == pytest.approx(sum(scored.logprobs), abs=1e-4)


def test_statistics_of_tokens_equal_their_definitions(tiny):
    import torch

    row = Row([10, 11, 12], [40, 41, 9])
    (scored,) = TeacherForcing(tiny._model, 0, token_statistics=True).score([row])
    with torch.inference_mode():
        logits = tiny._model(torch.tensor([[*row.prompt, *row.expected]])).logits.double()
    logs = logits.log_softmax(-1)[0, 2:-1]
    shares = logs.exp()
    means = (shares * logs).sum(-1)
    deviations = ((shares * logs**2).sum(-1) - means**2).sqrt()
    own = logs.gather(-1, torch.tensor(row.expected).unsqueeze(-1))
    statistics = scored.statistics
    assert statistics.logprobs == pytest.approx(own.squeeze(-1).tolist(), abs=1e-4)
    assert list(statistics.ranks) == (logs > own).sum(-1).tolist()
    assert statistics.entropies == pytest.approx((-means).tolist(), abs=1e-4)
    assert statistics.means == pytest.approx(means.tolist(), abs=1e-4)
    assert statistics.deviations == pytest.approx(deviations.tolist(), abs=1e-3)
    teacher = TeacherForcing(tiny._model, 0, token_statistics=True, token_ranks=False)
    (unranked,) = teacher.score([row])
    assert unranked.statistics == replace(statistics, ranks=(-1, -1, -1))


@pytest.mark.parametrize("decoding", [Decoding(1.0, top_k=8), Decoding(0.6, top_p=0.9)], ids=str)
def test_the_chance_lies_in_the_interval_of_what_is_really_sampled(tiny, decoding):
    """Two-token continuations, 400 samples each; 10 prompts, 99.9 % intervals."""
    count = 400
    sampling = Sampling(2, decoding.temperature, decoding.top_p, decoding.top_k, count, seed=5)
    prompts = [
        Prompt(f"p{i}", "", "t", prompt_tokens=tuple(range(20 + i, 30 + i))) for i in range(10)
    ]
    teacher = TeacherForcing(tiny._model, 0, decodings=[decoding])
    for prompt in prompts:
        samples = [tuple(c) for c in _sampled_tokens(tiny, prompt, sampling)]
        common = max(set(samples[::2]), key=lambda tokens: (samples[::2].count(tokens), tokens))
        (scored,) = teacher.score([Row([*tiny.tokenizer.prefix, *prompt.prompt_tokens], common)])
        # Chosen in one half of the samples, counted in the other.
        low, high = clopper_pearson(samples[1::2].count(common), count // 2, 0.999)
        assert low <= math.exp(scored.sampled[0]) <= high


def _sampled_tokens(model, prompt, sampling):
    """Tokens as the generator draws them, end tokens included."""
    import torch
    import transformers

    from codescan.models.generation.sampling import logits_processors, uniforms

    rows = torch.tensor([prompt.prompt_tokens]).repeat(sampling.count, 1)
    draws = [uniforms(sampling.seed, prompt.id, i, 2) for i in range(sampling.count)]
    output = model._model.generate(
        rows,
        attention_mask=torch.ones_like(rows),
        generation_config=transformers.GenerationConfig(
            max_new_tokens=2, do_sample=False, pad_token_id=0, eos_token_id=None
        ),
        logits_processor=logits_processors(sampling, draws, "cpu"),
    )
    return output[:, rows.shape[1] :].tolist()
