# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What every registered model promises, on a small construction of each."""

import importlib.util
import json
import sys
from pathlib import Path
from unittest import mock

import pytest

from codescan.protocols import Model, Scorer
from codescan.records import Completion, Prompt, Sampling, Score, Skipped
from codescan.registry import load, names


def transformers_folder(folder):
    import tokenizers
    import transformers

    bpe = tokenizers.ByteLevelBPETokenizer()
    bpe.train_from_iterator(["def add(left, right): return left + right"], vocab_size=270)
    transformers.PreTrainedTokenizerFast(tokenizer_object=bpe._tokenizer).save_pretrained(folder)
    config = transformers.Starcoder2Config(
        vocab_size=bpe.get_vocab_size(),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=128,
        bos_token_id=None,
        eos_token_id=None,
    )
    transformers.Starcoder2ForCausalLM(config).save_pretrained(folder)


def transformers_model(backend, folder):
    return backend(folder, device="cpu"), [Prompt(f"p{i}", "def add(", "t") for i in range(3)]


def vllm_model(backend, folder):
    file = Path(__file__).parents[1] / "models" / "vllm_stand_in.py"
    spec = importlib.util.spec_from_file_location("vllm", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with mock.patch.dict(sys.modules, {"vllm": module}):
        model = backend(folder)
    return model, [Prompt(f"p{i}", "def add(", "t") for i in range(3)]


def service(backend, _tmp_path):
    model = backend("m", base_url="http://127.0.0.1:1/v1", endpoint="completions")
    # Echoed with log-probabilities: "def" and, apart from it, its continuation.
    logprobs = {
        "tokens": ["def", " add(left", "x"],
        "text_offset": [0, 3, 12],
        "token_logprobs": [None, -0.5, -1.0],
        "top_logprobs": [None, {" add(left": -0.5}, {"x": -1.0}],
    }
    answer = {"choices": [{"text": "x", "finish_reason": "stop", "logprobs": logprobs}]}
    model._service.call = lambda *_: answer
    return model, [Prompt(f"p{i}", "def add(", "t") for i in range(3)]


def log(backend, tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text('{"completion": "x"}\n' * 3)
    model = backend(file)
    return model, list(model.prompts())


def command(backend, _tmp_path):
    """The example of CONTRIBUTING.md, where it is installed."""
    return backend("tr a-z A-Z"), [Prompt(f"p{i}", "def add(", "t") for i in range(3)]


SMALL = {
    "transformers": transformers_model,
    "vllm": vllm_model,
    "openai-compatible": service,
    "replay": log,
    "command": command,
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A folder with a tiny model, which tests leave as it is."""
    folder = tmp_path_factory.mktemp("weights")
    transformers_folder(folder)
    return folder


@pytest.fixture(params=names("models"))
def small(request, tmp_path, monkeypatch):
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    assert request.param in SMALL, "a new backend needs a small construction here"
    needs_weights = request.param in {"transformers", "vllm"}
    folder = request.getfixturevalue("weights") if needs_weights else tmp_path
    return SMALL[request.param](load("models", request.param), folder)


def test_is_a_model(small):
    model, _ = small
    assert isinstance(model, Model)
    assert model.name


def test_every_prompt_is_answered_or_skipped(small):
    model, prompts = small
    strange = Prompt("strange", "x " * 9000, "t")
    results = list(model.generate([*prompts, strange], Sampling(max_new_tokens=4)))
    named = {r.prompt_id if isinstance(r, Completion) else r.item for r in results}
    assert named == {p.id for p in [*prompts, strange]}
    for result in results:
        if isinstance(result, Skipped):
            assert result.stage == "elicit"
            assert result.reason
        else:
            assert result.finish_reason in {"stop", "length", "filter", "refusal", "error"}
    assert len({r.id for r in results if isinstance(r, Completion)}) >= len(prompts)


def test_greedy_answers_are_the_same_again(small):
    model, prompts = small
    once, again = (
        sorted(model.generate(prompts, Sampling(max_new_tokens=4)), key=repr) for _ in range(2)
    )
    assert once == again


def test_nothing_asked_nothing_answered(small):
    model, _ = small
    assert list(model.generate([], Sampling())) == []


def test_describe_is_json_and_names_the_model(small):
    model, _ = small
    described = json.loads(json.dumps(model.describe()))
    assert described["name"] == model.name
    assert described["backend"] in names("models")


def test_a_scorer_rates_what_has_a_continuation(small):
    model, _ = small
    if not isinstance(model, Scorer):
        pytest.skip("no scorer")
    prompts = [Prompt("a", "def", "t"), Prompt("b", "def", "t", expected=" add(left")]
    (score,) = model.score(prompts)
    assert isinstance(score, Score)
    assert score.prompt_id == "b"
    assert 0 <= score.greedy_run <= score.tokens
    assert score.logprob < 0
