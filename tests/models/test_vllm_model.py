# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The vLLM backend against a stand-in of vLLM's interface: the same answers and scores."""

import importlib.util
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from codescan.errors import MissingExtraError, ModelError
from codescan.models import load_model
from codescan.models.http.top_logprobs import ListedToken, sampled_logprob
from codescan.protocols import Model, Scorer
from codescan.records import DECODINGS, Completion, Decoding, Prompt, Sampling, Score, Skipped

GREEDY = Sampling(max_new_tokens=8)
SAMPLED = Sampling(max_new_tokens=8, temperature=0.9, top_k=20, count=3, seed=5)
PROMPTS = [
    Prompt(f"p{i}", text, "t", expected=" left + right\n")
    for i, text in enumerate(["def add(", "class Stack:", "x" * 40, "for (int i"])
]


def stand_in():
    spec = importlib.util.spec_from_file_location(
        "vllm", Path(__file__).parent / "vllm_stand_in.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def vllm(monkeypatch, tiny_folder):
    monkeypatch.setitem(sys.modules, "vllm", stand_in())
    return load_model(f"vllm:{tiny_folder}")


def by_id(results):
    return {result.id: result for result in results}


def test_satisfies_the_protocols(vllm):
    assert isinstance(vllm, Model)
    assert isinstance(vllm, Scorer)
    assert vllm.describe()["context_length"] == 256


def test_greedy_answers_are_those_of_the_transformers_backend(vllm, tiny):
    assert by_id(vllm.generate(PROMPTS, GREEDY)) == by_id(tiny.generate(PROMPTS, GREEDY))


def test_a_sample_depends_on_its_own_seed_alone(vllm):
    together = by_id(vllm.generate(PROMPTS, SAMPLED))
    assert len(together) == 12
    assert len({c.text for c in together.values()}) > 6
    vllm._batch = 2
    assert by_id(vllm.generate(PROMPTS[::-1], SAMPLED)) == together
    assert max(vllm._llm.calls[1:]) == 2
    other = by_id(vllm.generate(PROMPTS, replace(SAMPLED, seed=6)))
    assert {c.text for c in other.values()} != {c.text for c in together.values()}


def test_scores_are_those_of_the_transformers_backend(vllm, tiny):
    ours = {s.prompt_id: s for s in tiny.score(PROMPTS)}
    vllm_scores = {s.prompt_id: s for s in vllm.score(PROMPTS)}
    assert ours.keys() == vllm_scores.keys()
    for key, score in vllm_scores.items():
        own = ours[key]
        assert isinstance(score, Score)
        assert (score.tokens, score.greedy_run) == (own.tokens, own.greedy_run)
        assert score.logprob == pytest.approx(own.logprob, abs=1e-4)
        rated = {s.decoding: s.logprob for s in own.sampled}
        assert score.sampled[0].decoding == DECODINGS[0]
        for one in score.sampled:
            assert one.logprob == pytest.approx(rated[one.decoding], abs=1e-4)


def test_too_long_prompts_and_infill_without_sentinels_are_skipped(vllm):
    long = Prompt("long", "x y z " * 200, "t")
    (skipped,) = vllm.generate([long], GREEDY)
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "too-long"
    (scored,) = vllm.score([replace(long, expected="x")])
    assert (scored.stage, scored.reason) == ("score", "too-long")


def test_an_engine_that_dies_is_one_error(vllm, monkeypatch):
    def dead(*_, **__):
        raise RuntimeError("EngineCore encountered an issue")

    monkeypatch.setattr(vllm._llm, "generate", dead)
    with pytest.raises(ModelError, match="EngineCore"):
        list(vllm.generate(PROMPTS, GREEDY))


def test_a_model_that_does_not_fit_is_one_error(monkeypatch, tiny_folder):
    monkeypatch.setitem(sys.modules, "vllm", stand_in())
    with pytest.raises(ModelError, match="World size"):
        load_model(f"vllm:{tiny_folder}", tensor_parallel=2)


def test_without_vllm_the_error_says_how_to_install_it(monkeypatch, tiny_folder):
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(MissingExtraError) as error:
        load_model(f"vllm:{tiny_folder}")
    assert error.value.hint == "pip install 'codescan[vllm]'"


def test_an_aborted_request_is_skipped(vllm, monkeypatch):
    real = vllm._llm.generate

    def aborting(*args, **options):
        outputs = real(*args, **options)
        outputs[0].outputs[0].finish_reason = "abort"
        return outputs

    monkeypatch.setattr(vllm._llm, "generate", aborting)
    results = list(vllm.generate(PROMPTS, GREEDY))
    assert [r.reason for r in results if isinstance(r, Skipped)] == ["aborted"]
    assert sum(isinstance(r, Completion) for r in results) == 3


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding(1.0, top_k=10),
        Decoding(0.7, top_k=10, top_p=0.8),
        Decoding(0.2, top_p=0.95),
        Decoding(1.0, top_p=0.6),
        Decoding(1.0, top_p=0.999999),
        Decoding(1.5),
        Decoding(0.5),
    ],
    ids=str,
)
def test_what_is_listed_gives_the_whole_distribution_or_nothing(decoding):
    """Against the exact calculation on all logits; where it is not settled, None."""
    import torch

    from codescan.models.scoring.token_distribution import sampled_logprobs

    torch.manual_seed(0)
    logits = torch.randn(40, 500) * 4
    targets = torch.cat([logits[:20].argmax(-1), torch.randint(0, 500, (20,))])
    exact = sampled_logprobs(logits, targets, decoding).tolist()
    logs = logits.log_softmax(-1)
    settled = 0
    for row, target, truth in zip(logs, targets, exact, strict=True):
        listed = ListedToken(float(row[target]), tuple(row.topk(64).values.tolist()))
        logprob = sampled_logprob(listed, decoding)
        if logprob is None:
            continue
        settled += 1
        assert logprob == pytest.approx(truth, abs=1e-4) or logprob == truth
    expect_some = decoding.temperature <= 1.0 and decoding.top_p < 0.99
    assert settled >= 20 if expect_some or decoding.top_k else settled <= 40
    if decoding.temperature > 1.0:
        assert settled == 0
