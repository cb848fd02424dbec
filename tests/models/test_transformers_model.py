# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Generating and scoring with a local model: exact, the same in any batch, never lost."""

import pytest
from msgspec.structs import replace

from codescan.errors import UsageError
from codescan.models.generation.batches import Budget
from codescan.protocols import Model, Scorer, Tokenizer
from codescan.records import Completion, Prompt, Sampling, Score, Skipped

GREEDY = Sampling(max_new_tokens=16)
SAMPLED = Sampling(max_new_tokens=16, temperature=0.8, top_k=50, top_p=0.9, count=3, seed=7)
PROMPTS = [
    Prompt(id=f"p{i}", text=text, strategy="test")
    for i, text in enumerate(
        ["def", "def add(left, right):\n    return", "class Stack:", "for (int i = 0; i", "x" * 90]
    )
]


def by_id(results):
    return {result.id: result for result in results}


def test_satisfies_the_protocols(tiny):
    assert isinstance(tiny, Model)
    assert isinstance(tiny, Scorer)
    assert isinstance(tiny.tokenizer, Tokenizer)


@pytest.mark.parametrize("sampling", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
def test_a_completion_does_not_depend_on_its_batch(tiny, sampling):
    together = by_id(tiny.generate(PROMPTS, sampling))
    alone = by_id(c for p in PROMPTS for c in tiny.generate([p], sampling))
    assert together == alone
    assert len(together) == len(PROMPTS) * sampling.count


def test_greedy_is_what_argmax_gives_token_by_token(tiny):
    import torch

    for prompt in PROMPTS[:3]:
        tokens = tiny.tokenizer.prompt_tokens(prompt)
        for _ in range(16):
            with torch.inference_mode():
                logits = tiny._model(torch.tensor([tokens])).logits[0, -1]
            tokens.append(int(logits.argmax()))
            if tokens[-1] in tiny._ends:
                tokens.pop()
                break
        (completion,) = tiny.generate([prompt], GREEDY)
        start = len(tiny.tokenizer.prompt_tokens(prompt))
        assert completion.text == tiny.tokenizer.decode(tokens[start:])
        assert completion.tokens == len(tokens) - start


def test_seeds_and_indices_draw_differently_and_repeatably(tiny):
    first, again = (by_id(tiny.generate(PROMPTS, SAMPLED)) for _ in range(2))
    other = by_id(tiny.generate(PROMPTS, replace(SAMPLED, seed=8)))
    assert first == again
    assert {c.text for c in first.values()} != {c.text for c in other.values()}
    assert len({first[f"p1/{i}"].text for i in range(3)}) > 1


def test_sampling_follows_the_model_distribution(tiny):
    """The share of each first token lies within four standard errors of its probability."""
    import torch

    prompt, count = PROMPTS[1], 4000
    with torch.inference_mode():
        logits = tiny._model(torch.tensor([tiny.tokenizer.prompt_tokens(prompt)])).logits[0, -1]
    probabilities = (logits / 2.0).softmax(-1).double()
    from codescan.models.generation.sampling import logits_processors, uniforms

    sampling = Sampling(max_new_tokens=1, temperature=2.0, count=count)
    draws = [uniforms(0, prompt.id, i, 1) for i in range(count)]
    rows = logits.unsqueeze(0).expand(count, -1)
    chosen = logits_processors(sampling, draws, "cpu")(torch.zeros(count, 1), rows).argmax(-1)
    shares = torch.bincount(chosen, minlength=len(probabilities)) / count
    error = (probabilities * (1 - probabilities) / count).sqrt()
    assert ((shares - probabilities).abs() <= 4 * error + 2 / count).all()


def test_top_k_rules_tokens_out(tiny):
    greedy = by_id(tiny.generate(PROMPTS, GREEDY))
    only_best = by_id(tiny.generate(PROMPTS, replace(GREEDY, temperature=5.0, top_k=1, seed=3)))
    assert greedy == only_best


def test_the_prompt_is_no_part_of_the_completion(tiny):
    for completion in tiny.generate(PROMPTS, GREEDY):
        prompt = next(p for p in PROMPTS if p.id == completion.prompt_id)
        assert not completion.text.startswith(prompt.text)
        assert 0 < completion.tokens <= GREEDY.max_new_tokens


def test_generation_defaults_of_a_model_are_not_applied(tiny_folder, tmp_path):
    """A repetition penalty that comes with a model would falsify greedy decoding."""
    import json
    import shutil

    from codescan.models.backends.transformers import TransformersModel

    plain = by_id(TransformersModel(tiny_folder, device="cpu").generate(PROMPTS, GREEDY))
    other = tmp_path / tiny_folder.name
    shutil.copytree(tiny_folder, other)
    (other / "generation_config.json").write_text(
        json.dumps({"do_sample": True, "repetition_penalty": 9.0, "temperature": 3.0, "top_k": 3})
    )
    assert by_id(TransformersModel(other, device="cpu").generate(PROMPTS, GREEDY)) == plain


def test_end_of_sequence_stops_and_is_cut(tiny, monkeypatch):
    (long,) = tiny.generate([PROMPTS[1]], GREEDY)
    tokens = tiny.tokenizer.encode(PROMPTS[1].text)
    import torch

    with torch.inference_mode():
        output = tiny._model.generate(torch.tensor([tokens]), max_new_tokens=16, do_sample=False)
    third = output[0, len(tokens) + 2].item()
    before = output[0, len(tokens) : len(tokens) + 2].tolist()
    if third in before:
        pytest.skip("the tiny model repeats itself")
    monkeypatch.setattr(tiny._generator, "ends", frozenset({third}))
    batch = list(tiny.generate(PROMPTS, GREEDY))
    short = next(c for c in batch if c.prompt_id == "p1")
    assert (short.finish_reason, short.tokens) == ("stop", 2)
    assert long.text.startswith(tiny.tokenizer.decode(before[:1]))


def test_a_pair_too_large_for_memory_is_skipped(tiny, monkeypatch):
    def never(*_):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate")

    monkeypatch.setattr(tiny, "_score_batch", never)
    monkeypatch.setattr(
        "codescan.models.loading.memory.release", lambda: None
    )  # collecting takes seconds
    monkeypatch.setattr(tiny, "_budget", Budget(32, 10**6))
    scored = list(tiny.score([replace(p, expected=" x") for p in PROMPTS]))
    assert {(r.stage, r.reason) for r in scored} == {("score", "out-of-memory")}


def test_a_prompt_longer_than_the_context_is_skipped(tiny):
    long = Prompt(id="long", text="x y z " * 200, strategy="test")
    results = list(tiny.generate([*PROMPTS, long], GREEDY))
    (skipped,) = [r for r in results if isinstance(r, Skipped)]
    assert (skipped.item, skipped.stage, skipped.reason) == ("long", "elicit", "too-long")
    assert len(results) == len(PROMPTS) + 1
    (scored,) = tiny.score([replace(long, expected="x")])
    assert (scored.stage, scored.reason) == ("score", "too-long")


def test_an_empty_prompt_asks_for_text_from_nothing(tiny):
    (completion,) = tiny.generate([Prompt(id="e", text="", strategy="test")], GREEDY)
    assert isinstance(completion, Completion)


def test_fill_in_the_middle_uses_the_sentinels(tiny):
    prompt = Prompt(id="f", text="def add(", suffix="return left", strategy="test")
    names = ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"]
    tokens = tiny._input_tokens(prompt, 1)
    places = [tokens.index(tiny.tokenizer.id_of(name)) for name in names]
    assert places == sorted(places)
    assert tokens[-1] == tiny.tokenizer.id_of("<fim_middle>")
    assert isinstance(next(iter(tiny.generate([prompt], GREEDY))), Completion)


@pytest.mark.parametrize(
    "change", [{"top_p": 0.0}, {"temperature": -1.0}, {"max_new_tokens": 0}, {"count": 0}]
)
def test_senseless_sampling_is_refused(tiny, change):
    with pytest.raises(UsageError, match=next(iter(change))):
        list(tiny.generate(PROMPTS, replace(GREEDY, **change)))


def test_describe_identifies_the_model(tiny, tiny_folder):
    import hashlib
    import json

    described = tiny.describe()
    json.dumps(described)
    digest = hashlib.sha256((tiny_folder / "model.safetensors").read_bytes()).hexdigest()
    assert described["weights_sha256"] == {"model.safetensors": digest}
    assert described["architecture"] == "Starcoder2ForCausalLM"
    assert described["dtype"] == "float32"
    assert described["context_length"] == 256
    assert str(tiny_folder.parent) not in json.dumps(described)


def test_scores_come_for_prompts_with_a_continuation_only(tiny):
    prompts = [PROMPTS[0], replace(PROMPTS[1], expected=" left + right")]
    (score,) = tiny.score(prompts)
    assert isinstance(score, Score)
    assert score.prompt_id == "p1"


EXPECTED = [
    replace(p, expected=" left + right", id=f"e{i}") for i, p in enumerate(PROMPTS) if i != 4
]


def test_scoring_halves_a_batch_that_does_not_fit_and_loses_nothing(tiny, monkeypatch):
    import torch

    expected = {score.prompt_id: score for score in tiny.score(EXPECTED)}
    real, sizes = tiny._teacher.score, []

    def small(rows):
        sizes.append(len(rows))
        if len(rows) > 2:
            raise torch.cuda.OutOfMemoryError("CUDA out of memory")
        return real(rows)

    monkeypatch.setattr(tiny._teacher, "score", small)
    monkeypatch.setattr(tiny, "_budget", Budget(32, 10**6))
    monkeypatch.setattr("codescan.models.loading.memory.release", lambda: None)
    scores = {score.prompt_id: score for score in tiny.score(EXPECTED)}
    assert scores.keys() == expected.keys()
    for name, score in scores.items():
        assert score.greedy_run == expected[name].greedy_run
        assert score.logprob == pytest.approx(expected[name].logprob, abs=1e-4)
    assert sizes[0] == 4
    assert max(sizes[2:]) <= 2


def test_screening_gives_the_flags_and_says_what_it_does_not_know(tiny, tiny_folder):
    import math

    from codescan.models.backends.transformers import TransformersModel

    screened = TransformersModel(tiny_folder, device="cpu", screen=True)
    full = {score.prompt_id: score for score in tiny.score(EXPECTED)}
    scores = list(screened.score(EXPECTED))
    assert len(scores) == len(EXPECTED)
    for score in scores:
        assert score.greedy_run == full[score.prompt_id].greedy_run
        assert score.tokens == full[score.prompt_id].tokens
        assert math.isnan(score.logprob)
        assert score.sampled == ()
    assert screened.describe()["screened"]
    assert screened.describe()["rated_decodings"] == []
    assert not tiny.describe()["screened"]


@pytest.mark.slow
def test_compiled_layers_are_recorded_and_score_the_same(tiny, tiny_folder, monkeypatch):
    import torch

    from codescan.models.backends.transformers import TransformersModel

    whole = torch.compile
    monkeypatch.setattr(torch, "compile", lambda f, **more: whole(f, backend="eager", **more))
    compiled = TransformersModel(tiny_folder, device="cpu", compiled=True)
    assert compiled.describe()["compiled"]
    assert not tiny.describe()["compiled"]
    for one, other in zip(compiled.score(EXPECTED), tiny.score(EXPECTED), strict=True):
        assert one.prompt_id == other.prompt_id
        assert one.greedy_run == other.greedy_run
        assert one.logprob == pytest.approx(other.logprob, abs=1e-4)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float64"])
def test_dtypes_are_kept_and_recorded(tiny_folder, dtype):
    """Flags of another dtype differ only where the greatest logits are close."""
    from codescan.models.backends.transformers import TransformersModel

    model = TransformersModel(tiny_folder, device="cpu", dtype=dtype, token_statistics=True)
    described = model.describe()
    assert described["dtype"] == dtype
    assert set(described["arithmetic"]) == {"float32_matmul_precision", "deterministic_algorithms"}
    for score in model.score(EXPECTED):
        statistics = score.token_statistics
        assert sum(statistics.logprobs) == pytest.approx(score.logprob, rel=1e-3)
        assert all(0 <= rank < 320 for rank in statistics.ranks)
        assert statistics.ranks[: score.greedy_run] == (0,) * score.greedy_run
        assert all(entropy >= 0 for entropy in statistics.entropies)
