# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The teacher-forced pass against real decoding, against float64, and across architectures."""

import contextlib
import dataclasses
import random

import pytest
from greedy_decoding import greedy

from codescan.models.scoring.teacher_forcing import TeacherForcing
from codescan.models.scoring.token_rows import Row
from codescan.records import Prompt, Sampling


def random_rows(vocabulary, count, seed=0):
    rng = random.Random(seed)
    return [
        Row(
            [rng.randrange(5, vocabulary) for _ in range(rng.randint(1, 40))],
            [rng.randrange(5, vocabulary) for _ in range(rng.randint(1, 20))],
        )
        for _ in range(count)
    ]


def test_the_greedy_flag_equals_decoding_token_for_token(tiny):
    """What was decoded is flagged whole; with one token changed the run ends exactly there."""
    teacher = TeacherForcing(tiny._model, 0)
    rows, truth = [], []
    for i, row in enumerate(random_rows(300, 24)):
        emitted = greedy(tiny._model, row.prompt, 12)
        rows.append(Row(row.prompt, emitted))
        truth.append(12)
        place = i % 12
        changed = [*emitted]
        changed[place] = (changed[place] + 1) % 300
        rows.append(Row(row.prompt, changed))
        truth.append(place)
    scored = teacher.score(rows)
    assert [s.greedy_run for s in scored] == truth


def test_logprobs_equal_a_float64_reference(tiny_folder):
    import torch
    import transformers

    load = transformers.AutoModelForCausalLM.from_pretrained
    model = load(tiny_folder, dtype=torch.float32).eval()
    exact = load(tiny_folder, dtype=torch.float64).eval()
    rows = random_rows(300, 16, seed=1)
    for row, scored in zip(rows, TeacherForcing(model, 0).score(rows), strict=True):
        ids = torch.tensor([[*row.prompt, *row.expected]])
        with torch.inference_mode():
            logs = exact(ids).logits.log_softmax(-1)[0, len(row.prompt) - 1 : -1]
        reference = logs.gather(-1, torch.tensor(row.expected).unsqueeze(-1)).squeeze(-1)
        assert scored.logprobs == pytest.approx(reference.tolist(), abs=1e-4)


def test_chunks_rows_and_padding_change_nothing(tiny):
    rows = random_rows(300, 12, seed=2)
    whole = TeacherForcing(tiny._model, 0).score(rows)
    for chunk_bytes in (1, 4 * tiny._model.config.vocab_size * 7):
        for padding in (0, 9):
            teacher = TeacherForcing(tiny._model, padding, chunk_bytes=chunk_bytes)
            assert teacher.chunked
            parts = [teacher.score([row])[0] for row in rows]
            for one, other in zip(whole, [*teacher.score(rows)], strict=True):
                assert one.greedy == other.greedy
                assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)
            assert [p.greedy for p in parts] == [w.greedy for w in whole]


@pytest.mark.parametrize("tokens", [1, 60, 200])
def test_rows_that_go_through_in_parts_score_the_same(tiny, monkeypatch, tokens):
    rows = random_rows(300, 12, seed=3)
    teacher = TeacherForcing(tiny._model, 0)
    whole = teacher.score(rows)
    fed = []
    monkeypatch.setattr("codescan.models.scoring.hidden_states._PART_TOKENS", tokens)
    with _watched(teacher.decoder, fed):
        parts = teacher.score(rows)
    assert len(fed) > 1
    assert max(fed) <= max(tokens, *(len(r.prompt) + len(r.expected) - 1 for r in rows))
    for one, other in zip(parts, whole, strict=True):
        assert one.greedy == other.greedy
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)


@contextlib.contextmanager
def _watched(decoder, fed):
    """Note how many tokens each pass is fed."""
    hook = decoder.register_forward_pre_hook(
        lambda _module, _args, named: fed.append(named["input_ids"].numel()), with_kwargs=True
    )
    yield
    hook.remove()


def test_shared_greatest_logits_are_counted(tiny_folder):
    import torch
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(tiny_folder).eval()
    row = Row([10, 11, 12], greedy(model, [10, 11, 12], 4))
    best = row.expected[0]
    twin = best + 1 if best + 1 < model.config.vocab_size else best - 1
    head = torch.nn.Linear(32, model.config.vocab_size, bias=False)
    head.weight.data.copy_(model.lm_head.weight.data)
    head.weight.data[twin] = head.weight.data[best]
    model.lm_head = head
    (scored,) = TeacherForcing(model, 0).score([row])
    assert scored.tied[0]
    assert scored.greedy[0] == (best < twin)  # argmax takes the first, as decoding does


CONFIGS = {
    "gemma2": ("Gemma2Config", {"final_logit_softcapping": 2.0, "head_dim": 8}),
    "granite": ("GraniteConfig", {"logits_scaling": 6.0}),
    "cohere": ("CohereConfig", {"logit_scale": 0.25}),
    "llama": ("LlamaConfig", {}),
    "codegen": ("CodeGenConfig", {"n_embd": 32, "n_layer": 1, "n_head": 4, "rotary_dim": 4}),
    "gpt_neox": ("GPTNeoXConfig", {}),
    "gpt_bigcode": ("GPTBigCodeConfig", {"n_embd": 32, "n_layer": 1, "n_head": 4}),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("chunked", [True, False], ids=["chunked", "own-forward"])
def test_every_architecture_gives_its_own_logits(name, chunked):
    """Softcapping and scaling are part of the model; both ways to score must show them."""
    import torch
    import transformers

    kind, extra = CONFIGS[name]
    torch.manual_seed(0)
    config = getattr(transformers, kind)(
        **{
            "vocab_size": 96,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 1,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "initializer_range": 0.5,
            "pad_token_id": 0,
            "bos_token_id": 1,
            "eos_token_id": 2,
            **extra,
        }
    )
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    teacher = TeacherForcing(model, 0, chunk_bytes=4 * 96 * 5)
    if chunked:
        assert teacher.chunked
    teacher._layer = teacher._layer if chunked else None
    teacher.chunked = chunked
    rows = random_rows(96, 6, seed=3)
    for row, scored in zip(rows, teacher.score(rows), strict=True):
        with torch.inference_mode():
            full = model(torch.tensor([[*row.prompt, *row.expected]])).logits
        logs = full.float().log_softmax(-1)[0, len(row.prompt) - 1 : -1]
        reference = logs.gather(-1, torch.tensor(row.expected).unsqueeze(-1)).squeeze(-1)
        assert scored.logprobs == pytest.approx(reference.tolist(), abs=1e-3)
        assert list(scored.greedy) == (logs.argmax(-1) == torch.tensor(row.expected)).tolist()


def test_an_unknown_output_layer_falls_back_to_the_models_own_forward(tiny_folder):
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(tiny_folder).eval()
    own = model.forward

    def shifted(*args, **kwargs):
        output = own(*args, **kwargs)
        output.logits = output.logits.roll(1, dims=-1)
        return output

    model.forward = shifted
    teacher = TeacherForcing(model, 0)
    assert not teacher.chunked


def test_peak_of_logits_stays_below_the_chunk(tiny, monkeypatch):
    """No projection is ever larger than a block, whether a layer can be had in parts or not."""
    sizes = []
    kind = type(TeacherForcing(tiny._model, 0)._layer)
    whole, block = kind.__call__, kind.block
    rows = random_rows(300, 20, seed=4)

    def seen(name, own):
        def project(*args):
            logits = own(*args)
            sizes.append((name, logits.shape[0]))
            return logits

        return project

    monkeypatch.setattr(kind, "__call__", seen("whole", whole))
    monkeypatch.setattr(kind, "block", seen("block", block))
    teacher = TeacherForcing(tiny._model, 0, chunk_bytes=4 * 1024 * 8)
    sizes.clear()
    parted = teacher.score(rows)
    assert {name for name, _ in sizes} == {"block"}
    assert max(count for _, count in sizes) == 8
    teacher = TeacherForcing(tiny._model, 0, chunk_bytes=4 * tiny._model.config.vocab_size * 8)
    teacher._layer = dataclasses.replace(teacher._layer, divisible=False)
    sizes.clear()
    undivided = teacher.score(rows)
    assert {name for name, _ in sizes} == {"whole"}
    assert max(count for _, count in sizes) == 8
    assert [s.greedy for s in parted] == [s.greedy for s in undivided]


def test_a_decoded_completion_scores_as_extracted(tiny):
    """End to end through text: generate, then score what was generated."""
    prompts = [
        Prompt(id=f"p{i}", text=t, strategy="t") for i, t in enumerate(["def ", "class ", "for ("])
    ]
    sampling = Sampling(max_new_tokens=10)
    checked = 0
    for prompt in prompts:
        tokens = tiny.tokenizer.encode(prompt.text)
        emitted = greedy(tiny._model, tokens, sampling.max_new_tokens)
        exact = Prompt(
            id=prompt.id,
            text=prompt.text,
            strategy="t",
            prompt_tokens=tuple(tokens),
            expected_tokens=tuple(emitted),
        )
        (score,) = tiny.score([exact])
        assert score.extracted
        assert score.logprob < 0
        checked += 1
    assert checked == 3
