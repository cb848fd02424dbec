# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A batch whose rows come and go makes what each row alone would make."""

import contextlib
import types
import warnings
from collections import Counter

import pytest
from msgspec.structs import replace

from codescan.models.generation.batches import Budget
from codescan.models.generation.continuous_batching import suits
from codescan.models.generation.generate import Generator, PromptInput
from codescan.records import Completion, Prompt, Sampling, Skipped

GREEDY = Sampling(max_new_tokens=12)
SAMPLED = Sampling(max_new_tokens=12, temperature=0.9, top_k=30, top_p=0.95, count=3, seed=3)
SIZE = {
    "vocab_size": 300,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 128,
    "initializer_range": 0.4,
    "bos_token_id": None,
    "eos_token_id": 7,
    "pad_token_id": 0,
}


class Letters:
    """Tokens as characters, so that completions show them."""

    padding = 0

    @staticmethod
    def continuation(_before, added):
        return "".join(chr(0x4E00 + token) for token in added)


def tokens_of(completion):
    return [ord(c) - 0x4E00 for c in completion.text]


def build(kind):
    import torch
    import transformers

    torch.manual_seed(0)
    if kind == "gemma3":  # windows shorter than the rows
        config = transformers.Gemma3TextConfig(**SIZE, sliding_window=8, sliding_window_pattern=2)
        return transformers.Gemma3ForCausalLM(config).eval()
    if kind == "starcoder2":
        config = transformers.Starcoder2Config(**SIZE, sliding_window=8)
        return transformers.Starcoder2ForCausalLM(config).eval()
    if kind == "gpt2":  # learned positions
        config = transformers.GPT2Config(
            vocab_size=300, n_embd=32, n_layer=2, n_head=4, n_positions=128, initializer_range=0.4,
            bos_token_id=None, eos_token_id=7,
        )  # fmt: skip
        return transformers.GPT2LMHeadModel(config).eval()
    if kind == "mamba":
        config = transformers.MambaConfig(
            vocab_size=300, hidden_size=32, num_hidden_layers=2, state_size=4,
            bos_token_id=None, eos_token_id=7, pad_token_id=0,
        )  # fmt: skip
        return transformers.MambaForCausalLM(config).eval()
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(**SIZE)).eval()


@pytest.fixture(scope="module")
def models():
    import codescan.models.generation.decode_step  # noqa: F401 - before anything that it imports is replaced

    outputs = {}
    return lambda kind: outputs.setdefault(kind, build(kind))


def prompts(count=9):
    """Prompts of unlike lengths, 2 to 34 tokens."""
    return [
        PromptInput(
            Prompt(f"p{i}", "", "t"), tuple((31 * i + 7 * j) % 300 for j in range(2 + i * 29 % 33))
        )
        for i in range(count)
    ]


def generator(model, rows=4, ends=frozenset({7})):
    built = Generator(model, Letters(), "m", ends)
    built.budget = Budget(rows, 10**6)
    return built


def by_id(results):
    return {result.id: result for result in results}


def alone(model, prompt_input, sampling):
    """What transformers' own `generate` makes of one prompt, greedily."""
    import torch
    import transformers

    with torch.inference_mode():
        outputs = model.generate(
            torch.tensor([prompt_input.tokens]),
            attention_mask=torch.ones(1, len(prompt_input.tokens), dtype=torch.long),
            generation_config=transformers.GenerationConfig(
                max_new_tokens=sampling.max_new_tokens,
                do_sample=False,
                eos_token_id=7,
                pad_token_id=0,
            ),
        )
    added = outputs[0, len(prompt_input.tokens) :].tolist()
    return added[:-1] if added[-1] == 7 else added


@pytest.mark.parametrize("kind", ["llama", "starcoder2", "gemma3", "gpt2", "mamba"])
def test_greedy_decoding_is_that_of_generate_token_for_token(models, kind):
    model = models(kind)
    built = generator(model)
    assert built.continuous is (kind != "mamba")
    results = by_id(built.completions(prompts(), GREEDY))
    assert len(results) == 9
    for one in prompts():
        assert tokens_of(results[f"{one.prompt.id}/0"]) == alone(model, one, GREEDY)


@pytest.mark.parametrize("kind", ["llama", "gemma3"])
def test_a_sample_does_not_depend_on_its_batch(models, kind):
    model = generator(models(kind), rows=64)
    expected = by_id(model.completions(prompts(), SAMPLED))
    assert len(expected) == 27
    for rows in (2, 7):
        model.budget = Budget(rows, 10**6)
        assert by_id(model.completions(prompts()[::-1], SAMPLED)) == expected
    (some,) = model.completions(prompts()[4:5], replace(SAMPLED, count=1))
    assert some == expected["p4/0"]


def test_done_rows_leave_and_waiting_ones_join(models, monkeypatch):
    """Ends are common here, so that rows are done at different times."""
    from codescan.models.generation import decode_step

    sizes = []
    real = decode_step.forward
    monkeypatch.setattr(
        decode_step, "forward", lambda m, s, t: sizes.append(len(t)) or real(m, s, t)
    )
    ends = frozenset(range(0, 300, 7))
    sampling = replace(SAMPLED, count=10, max_new_tokens=30)
    model = generator(models("llama"), rows=8, ends=ends)
    results = by_id(model.completions(prompts(), sampling))
    assert len(results) == 90
    steps_alone = sum(c.tokens + 1 for c in results.values())
    assert sum(sizes) <= steps_alone, "no row runs on after its end"
    assert len(sizes) < 1.5 * steps_alone / 8, "the batch is kept full"
    assert {c.finish_reason for c in results.values()} == {"stop", "length"}
    for completion in results.values():
        assert not ends & set(tokens_of(completion))


def test_samples_of_one_prompt_share_its_reading(models, monkeypatch):
    from codescan.models.generation import kv_cache

    read = []
    real = kv_cache.forward
    monkeypatch.setattr(
        kv_cache, "forward", lambda m, s, t: read.append([len(t), len(t[0])]) or real(m, s, t)
    )
    model = generator(models("llama"), rows=4)
    model.continuous  # noqa: B018 - tries the model
    read.clear()
    results = list(model.completions(prompts(3), replace(SAMPLED, count=20)))
    assert len(results) == 60
    assert sum(rows for rows, _ in read) <= 4  # three prompts; one may be read with two batches


def test_results_come_as_they_are_done(models):
    model = generator(models("llama"), rows=2)
    stream = model.completions(prompts(), replace(GREEDY, count=1))
    first = next(stream)
    assert isinstance(first, Completion)
    stream.close()


def test_long_runs_move_to_the_left_and_change_nothing(models):
    """Far more steps than columns: rows are moved again and again."""
    model = generator(models("llama"), rows=3, ends=frozenset(range(0, 300, 5)))
    sampling = Sampling(max_new_tokens=40, temperature=1.0, count=8, seed=1)
    together = by_id(model.completions(prompts(), sampling))
    model.budget = Budget(500, 10**6)
    assert by_id(model.completions(prompts(), sampling)) == together


class Recorded:
    """Stands in for `torch.cuda`: streams do nothing, and a graph runs the step that made it."""

    def __init__(self, monkeypatch):
        import torch

        from codescan.models.generation import decode_step

        self.sizes, self._running = [], []
        record, run = decode_step.CapturedStep.record, decode_step.CapturedStep._run
        nothing = contextlib.nullcontext
        stream = types.SimpleNamespace(wait_stream=lambda _other: None)

        def recording(step, tokens):
            self.sizes.append(len(step._ids))
            self._running.append(step)
            record(step, tokens)

        def graph():
            step = self._running[-1]
            return types.SimpleNamespace(replay=lambda: step._logits.copy_(run(step)))

        monkeypatch.setattr(decode_step.CapturedStep, "record", recording)
        monkeypatch.setattr(torch.cuda, "Stream", lambda: stream)
        monkeypatch.setattr(torch.cuda, "current_stream", lambda: stream)
        monkeypatch.setattr(torch.cuda, "stream", lambda _stream: nothing())
        monkeypatch.setattr(torch.cuda, "graph", lambda _graph: nothing())
        monkeypatch.setattr(torch.cuda, "CUDAGraph", graph)
        real = decode_step.DecodeSteps.__init__
        monkeypatch.setattr(decode_step.DecodeSteps, "__init__", lambda *a: real(*a, record=True))


@pytest.mark.parametrize("kind", ["llama", "starcoder2", "gemma3"])
def test_steps_of_fixed_shape_give_the_same(models, kind, monkeypatch):
    """What CUDA records and plays back, done on the CPU: nothing is written beside the step."""
    plain = by_id(generator(models(kind)).completions(prompts(), GREEDY))
    recorded = Recorded(monkeypatch)
    model = generator(models(kind), rows=20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it would go on without
        assert by_id(model.completions(prompts(), GREEDY)) == plain
    assert recorded.sizes == sorted(set(recorded.sizes)), "each size once, and none for the rest"


def test_a_recording_that_fails_is_done_without(models, monkeypatch):
    from codescan.models.generation import decode_step

    def broken(_self, _tokens):
        raise RuntimeError("capture failed")

    plain = by_id(generator(models("llama")).completions(prompts(), GREEDY))
    real = decode_step.DecodeSteps.__init__
    monkeypatch.setattr(decode_step.CapturedStep, "record", broken)
    monkeypatch.setattr(decode_step.DecodeSteps, "__init__", lambda *a: real(*a, record=True))
    with pytest.warns(RuntimeWarning, match="without CUDA graphs"):
        assert by_id(generator(models("llama")).completions(prompts(), GREEDY)) == plain


def test_out_of_memory_shrinks_the_batch_and_loses_nothing(models, monkeypatch):
    import torch

    from codescan.models.generation import decode_step

    built = generator(models("llama"), rows=32)
    expected = by_id(built.completions(prompts(), SAMPLED))
    real, sizes = decode_step.forward, []

    def small(model, slots, tokens):
        sizes.append(len(tokens))
        if len(tokens) > 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return real(model, slots, tokens)

    monkeypatch.setattr(decode_step, "forward", small)
    monkeypatch.setattr(
        "codescan.models.loading.memory.release", lambda: None
    )  # collecting takes seconds
    results = list(built.completions(prompts(), SAMPLED))
    assert len(results) == len(expected)
    assert by_id(results) == expected
    sizes.clear()
    list(built.completions(prompts(), GREEDY))
    assert max(sizes) <= 2, "the lower limit is kept"


@pytest.mark.parametrize("kind", ["llama", "mamba"])
def test_a_row_too_large_for_memory_is_skipped(models, kind, monkeypatch):
    def never(*_, **__):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")

    model = generator(models(kind))
    model.continuous  # noqa: B018 - tries the model
    monkeypatch.setattr(type(models(kind)), "forward", never)
    monkeypatch.setattr("codescan.models.generation.kv_cache.forward", never)
    monkeypatch.setattr("codescan.models.loading.memory.release", lambda: None)
    results = list(model.completions(prompts(), GREEDY))
    assert {type(r) for r in results} == {Skipped}
    assert sorted(r.item for r in results) == sorted(g.prompt.id for g in prompts())
    assert {(r.stage, r.reason) for r in results} == {("elicit", "out-of-memory")}


def test_other_errors_are_not_swallowed(models, monkeypatch):
    def broken(*_):
        raise RuntimeError("shapes do not match")

    model = generator(models("llama"))
    model.continuous  # noqa: B018 - tries the model
    monkeypatch.setattr("codescan.models.generation.kv_cache.forward", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        list(model.completions(prompts(), GREEDY))


def test_a_model_whose_cached_steps_are_off_is_not_run_so(models, monkeypatch):
    from codescan.models.generation import kv_cache

    real = kv_cache.forward
    assert suits(models("llama"))
    monkeypatch.setattr(kv_cache, "forward", lambda m, s, t: real(m, s, t) * 1.01)
    assert not suits(models("llama"))


WAYS = [
    Sampling(2, temperature=1.0),
    Sampling(2, temperature=0.7, top_k=5),
    Sampling(2, temperature=1.3, top_p=0.8),
    Sampling(2, temperature=0.8, top_k=40, top_p=0.9),
]


@pytest.mark.parametrize("sampling", WAYS, ids=lambda s: f"t{s.temperature}k{s.top_k}p{s.top_p}")
def test_samples_are_distributed_as_the_model_says(models, sampling):
    """Chi-square at 0.1 % against exact probabilities behind transformers' own warpers."""
    import torch
    from scipy.stats import chisquare

    from codescan.models.generation.sampling import logits_processors

    model, prompt_input, n = models("llama"), prompts()[3], 1_200
    built = generator(model, rows=256, ends=frozenset())
    rows = [
        tokens_of(c) for c in built.completions([prompt_input], replace(sampling, count=n, seed=5))
    ]
    assert len(rows) == n
    first, _ = Counter(row[0] for row in rows).most_common(1)[0]
    for before, seen in (
        ((), Counter(row[0] for row in rows)),
        ((first,), Counter(row[1] for row in rows if row[0] == first)),
    ):
        with torch.inference_mode():
            scores = model(torch.tensor([[*prompt_input.tokens, *before]])).logits[0, -1:]
        for warp in list(logits_processors(sampling, [[0.0]], "cpu"))[:-1]:
            scores = warp(None, scores)
        chances = scores.double().softmax(-1)[0].tolist()
        assert not [token for token in seen if chances[token] == 0.0]
        total = sum(seen.values())
        common = [token for token in range(300) if chances[token] * total >= 5]
        observed = [seen[token] for token in common]
        expected = [chances[token] * total for token in common]
        remaining = total - sum(expected)
        if remaining > 1:
            observed, expected = [*observed, total - sum(observed)], [*expected, remaining]
        expected = [w * sum(observed) / sum(expected) for w in expected]
        assert len(expected) == 1 or chisquare(observed, expected).pvalue > 0.001


def test_draws_at_the_edges_stay_inside():
    import torch

    from codescan.models.generation.sampling import draw

    logits = torch.full((4, 1500), float("-inf"))
    logits[:, 700:703] = torch.tensor([1.0, 1.0, 1.0])
    numbers = torch.tensor([0.0, 1 / 3 + 1e-9, 0.999999, 1 - 2**-53], dtype=torch.float64)
    plain = draw(logits, Sampling(temperature=1.0), numbers).tolist()
    assert plain == [700, 701, 702, 702]
    for way in (Sampling(temperature=1.0, top_k=2), Sampling(temperature=1.0, top_p=0.7)):
        assert set(draw(logits, way, numbers).tolist()) <= {700, 701, 702}
    flat = torch.zeros((2, 5000))  # the share reaches further than is sorted at first
    ends = torch.tensor([0.0, 1 - 2**-53], dtype=torch.float64)
    assert draw(flat, Sampling(temperature=1.0, top_p=0.99), ends).max() < 5000
    assert draw(flat, Sampling(temperature=1.0, top_k=10), ends).max() < 5000
