# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Early rejection gives the flags of the full pass, on every architecture and any batch."""

import functools
import random

import pytest
from greedy_decoding import greedy

from codescan.models.scoring import early_exit as screening_module
from codescan.models.scoring.early_exit import EarlyExit
from codescan.models.scoring.teacher_forcing import TeacherForcing
from codescan.models.scoring.token_rows import Row

CONFIGS = {
    "starcoder2-window": ("Starcoder2Config", {"sliding_window": 8}),
    "gemma2": (
        "Gemma2Config",
        {"final_logit_softcapping": 2.0, "head_dim": 8, "sliding_window": 6},
    ),
    "gemma3": ("Gemma3TextConfig", {"head_dim": 8, "sliding_window": 6}),
    "llama": ("LlamaConfig", {}),
    "gpt_neox": ("GPTNeoXConfig", {}),
    "codegen": ("CodeGenConfig", {"n_embd": 32, "n_layer": 2, "n_head": 4, "rotary_dim": 4}),
    "mamba": ("MambaConfig", {"state_size": 8}),
}
RECOMPUTES = {"mamba"}
"""No keys and values to go on from: fed in at once."""


def tiny_model(name, seed=0, **changes):
    import torch
    import transformers

    kind, extra = CONFIGS[name]
    torch.manual_seed(seed)
    config = getattr(transformers, kind)(
        **{
            "vocab_size": 96,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "initializer_range": 0.4,
            "pad_token_id": 0,
            "bos_token_id": 1,
            "eos_token_id": 2,
            **extra,
            **changes,
        }
    )
    return transformers.AutoModelForCausalLM.from_config(config).eval()


def agreeing_rows(model, count, seed, *, one_length=False):
    """Continuations that the model follows for a random number of tokens, some to the end."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        prompt = [rng.randrange(3, 96) for _ in range(9 if one_length else rng.randint(1, 14))]
        length = 8 if one_length else rng.choice([1, 2, 5, 9, 26])
        expected = greedy(model, prompt, length)
        place = rng.randrange(2 * length)
        if place < length:
            expected[place] = (expected[place] + rng.randrange(1, 96)) % 96
        rows.append(Row(prompt, expected))
    return rows


@pytest.mark.parametrize("name", CONFIGS)
def test_flags_are_those_of_the_full_pass(name):
    model = tiny_model(name)
    teacher = TeacherForcing(model, 0)
    screening = EarlyExit(teacher, model, 0)
    assert screening.continues == (name not in RECOMPUTES)
    for one_length in (False, True):
        rows = agreeing_rows(model, 8, 1, one_length=one_length)
        full = teacher.score(rows)
        for early in (True, False):
            flags = screening.flags(rows, early=early)
            for row, flag, scored in zip(rows, flags, full, strict=True):
                near = any(scored.tied)
                assert flag.run == scored.greedy_run or near
                assert flag.ties == sum(scored.tied[: flag.run + 1]) or near
                assert 0 <= flag.run <= len(row.expected)
        assert any(flag.run == len(row.expected) for flag, row in zip(flags, rows, strict=True))
        assert any(flag.run < len(row.expected) for flag, row in zip(flags, rows, strict=True))


def test_what_is_rejected_is_not_read_on(monkeypatch):
    """A row that diverges at once costs its prompt and two tokens, and one projected place."""
    model = tiny_model("llama")
    teacher = TeacherForcing(model, 0)
    screening = EarlyExit(teacher, model, 0)
    rows = [
        Row(row.prompt, [(row.expected[0] + 1) % 96, *[5] * 29])
        for row in agreeing_rows(model, 8, 2, one_length=True)
        if row.expected
    ]
    # Some were changed at their first token by `agreeing_rows`, and may now agree.
    rows = [row for row, s in zip(rows, teacher.score(rows), strict=True) if s.greedy_run == 0]
    assert screening.continues
    fed, projected = [], []
    decoder, measured = teacher.decoder.forward, teacher.measured

    @functools.wraps(decoder)
    def counting(*args, **kwargs):
        fed.append(kwargs["input_ids"].numel())
        return decoder(*args, **kwargs)

    monkeypatch.setattr(teacher.decoder, "forward", counting)
    monkeypatch.setattr(
        teacher,
        "measured",
        lambda states, *a, **k: (projected.append(len(states)), measured(states, *a, **k))[1],
    )
    assert [flag.run for flag in screening.flags(rows)] == [0] * len(rows)
    assert sum(fed) == len(rows) * (9 + 1)
    assert sum(projected) == len(rows)


@pytest.mark.parametrize("least", [7, 40, 2048])
def test_larger_parts_give_the_same_flags(monkeypatch, least):
    """A GPU is given more at a time."""
    monkeypatch.setitem(screening_module._LEAST_FED, "cpu", least)
    monkeypatch.setitem(screening_module._LEAST_PROJECTED, "cpu", least // 4 + 1)
    model = tiny_model("llama")
    teacher = TeacherForcing(model, 0)
    for one_length in (False, True):
        rows = agreeing_rows(model, 8, 1, one_length=one_length)
        flags = EarlyExit(teacher, model, 0).flags(rows)
        for scored, flag in zip(teacher.score(rows), flags, strict=True):
            assert flag.run == scored.greedy_run or any(scored.tied)


def test_a_model_that_goes_on_wrongly_is_fed_everything_at_once(monkeypatch):
    model = tiny_model("llama")
    teacher = TeacherForcing(model, 0)
    screening = EarlyExit(teacher, model, 0)
    own = teacher.decoder.forward

    def forgetful(*args, cache=None, **kwargs):
        del cache
        return own(*args, **kwargs)

    monkeypatch.setattr(teacher.decoder, "forward", forgetful)
    assert not screening.continues
    rows = agreeing_rows(tiny_model("llama"), 6, 3)
    assert [f.run for f in screening.flags(rows)] == [s.greedy_run for s in teacher.score(rows)]


@pytest.fixture
def traced(monkeypatch):
    """Layers are traced as they are for compiling, but run as they are: that takes no compiler."""
    import torch

    torch.compiler.reset()
    whole = torch.compile
    monkeypatch.setattr(torch, "compile", lambda f, **more: whole(f, backend="eager", **more))
    yield
    torch.compiler.reset()


def holds_with_compiled_layers(model, rows):
    plain, teacher = TeacherForcing(model, 0), TeacherForcing(model, 0, compiled=True)
    assert teacher.compiled
    screening = EarlyExit(teacher, model, 0)
    full = plain.score(rows)
    ways = [screening.flags(rows), screening.flags(rows, early=False)]
    for scored, compiled, *flags in zip(full, teacher.score(rows), *ways, strict=True):
        near = any(scored.tied)
        assert compiled.logprobs == pytest.approx(scored.logprobs, abs=1e-4)
        for flag in flags:
            assert flag.run == scored.greedy_run or near
            assert flag.ties == sum(scored.tied[: flag.run + 1]) or near
    assert not any("forward" in vars(module) for module in model.modules())


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
@pytest.mark.parametrize("name", sorted(set(CONFIGS) - RECOMPUTES))
def test_compiled_layers_give_the_same(name):
    model = tiny_model(name)
    for one_length in (False, True):
        holds_with_compiled_layers(model, agreeing_rows(model, 8, 1, one_length=one_length))


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
def test_all_layers_share_what_is_compiled():
    import torch._dynamo.utils

    model = tiny_model("llama", num_hidden_layers=9)
    torch._dynamo.utils.counters.clear()
    teacher = TeacherForcing(model, 0, compiled=True)
    for size in (3, 5, 8):
        teacher.score(agreeing_rows(model, size, size))
    # One of all layers but the last, one of the last, and one of the norm behind them.
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] == 3


@pytest.mark.slow
def test_really_compiled_layers_give_the_same():
    model = tiny_model("gemma3")
    holds_with_compiled_layers(model, agreeing_rows(model, 8, 1))


@pytest.mark.slow
def test_layers_that_cannot_be_compiled_run_as_they_are(monkeypatch):
    import torch

    def failing(function, **more):
        del function, more

        def fail(*_args, **_more):
            raise RuntimeError("no compiler")

        return fail

    monkeypatch.setattr(torch, "compile", failing)
    model = tiny_model("llama")
    with pytest.warns(RuntimeWarning, match="no compiler"):
        teacher = TeacherForcing(model, 0, compiled=True)
    assert not teacher.compiled
    rows = agreeing_rows(model, 5, 3)
    assert teacher.score(rows) == TeacherForcing(model, 0).score(rows)
