# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hidden states are the model's own where they are asked for, and the model is left as it was."""

import contextlib

import pytest
from test_early_exit import tiny_model

from codescan.models.loading.patched_forward import replaced
from codescan.models.scoring.hidden_states import HiddenStates
from codescan.models.scoring.token_rows import Row

ROWS = [Row([5, 6, 7, 8][: 2 + n], [9, 10, 11][: 1 + n]) for n in range(3)]


def own(model, row):
    import torch

    ids = torch.tensor([[*row.prompt, *row.expected[:-1]]])
    with torch.inference_mode():
        return model.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state[0]


def of(model):
    states = HiddenStates(model.get_decoder(), model, 0)
    states.shorten()
    return states


@pytest.mark.parametrize("name", ["llama", "gemma2", "gpt_neox", "mamba"])
def test_places_that_are_asked_for_are_the_models_own(name):
    import torch

    model = tiny_model(name)
    states = of(model)
    assert states.shortened == (name != "mamba")  # which has no feed-forward part
    for row, state in zip(ROWS, states.of(ROWS), strict=True):
        whole = own(model, row)
        positions = slice(len(row.prompt) - 1, len(whole))
        torch.testing.assert_close(state[positions], whole[positions], atol=1e-5, rtol=1e-4)


def test_the_last_layer_does_less():
    model = tiny_model("llama")
    states, fed = of(model), []
    part = model.get_decoder().layers[-1].mlp.down_proj
    with hooked(part, lambda _module, args: fed.append(args[0].shape[1])):
        states.of([Row([5, 6, 7, 8], [9, 10, 11])])
    assert fed == [3]
    assert not any("forward" in vars(module) for module in model.modules())


def test_a_part_that_mixes_places_is_left_alone():
    model = tiny_model("llama")
    part = model.get_decoder().layers[-1].mlp
    whole = part.forward
    part.forward = lambda states: whole(states.cumsum(dim=1))
    assert not of(model).shortened
    assert part.forward is not whole  # what was in its place before is there again


def test_what_replaces_forward_is_gone_afterwards_whatever_happens():
    model = tiny_model("llama")
    layer = model.get_decoder().layers[0]
    before = dict(vars(layer))
    with contextlib.suppress(ValueError), replaced([(layer, len), (layer, max)]):
        assert layer.forward is max
        raise ValueError
    assert vars(layer) == before


@contextlib.contextmanager
def hooked(module, hook):
    handle = module.register_forward_pre_hook(hook)
    yield
    handle.remove()
