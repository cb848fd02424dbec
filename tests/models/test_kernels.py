# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Both ways to gather over the vocabulary against float64: the blocked one and the GPU's kernel.

The kernel runs on a GPU where there is one, else under Triton's interpreter.
"""

import importlib.util

import numpy as np
import pytest

from codescan.models.scoring.blockwise_logits import LogitRequest, gather
from codescan.models.scoring.lm_head import LmHead
from codescan.models.scoring.tie_tolerance import TieTolerance

EVERYTHING = LogitRequest(2, (1.0,), moments=True, ranks=True)
# The interpreter takes seconds for each test.
WAYS = ["blocks", pytest.param("kernel", marks=pytest.mark.slow)]


@pytest.fixture(params=WAYS)
def way(request):
    """A function like `gather` that returns tensors on the CPU."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def blocks(monkeypatch):
    """Blocks of 32 tokens of the vocabulary, so that small ones have several."""
    monkeypatch.setattr("codescan.models.scoring.blockwise_logits.LEAST_BLOCK", 32)
    return lambda layer, states, targets, request=EVERYTHING: gather(
        layer, states, targets, request, 1
    )


@pytest.fixture
def kernel():
    import torch

    if importlib.util.find_spec("triton") is None:
        pytest.skip("Triton is not installed")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    from codescan.models.scoring.triton_kernel import Tile, fused_gather

    def run(layer, states, targets, request=EVERYTHING):
        layer.projection.to(device)
        gathered = fused_gather(
            layer, states.to(device), targets.to(device), request, Tile(16, 64, 32, warps=4)
        )
        return type(gathered)(
            *(
                tuple(t.cpu() for t in f) if isinstance(f, tuple) else f if f is None else f.cpu()
                for f in gathered
            )
        )

    return run


def layer_of(vocabulary, width, dtype, *, bias=False, seed=0, **more):
    import torch

    torch.manual_seed(seed)
    linear = torch.nn.Linear(width, vocabulary, bias=bias, dtype=dtype)
    linear.weight.data = torch.randn(vocabulary, width).to(dtype)
    if bias:
        linear.bias.data = (3 * torch.randn(vocabulary)).to(dtype)
    linear.requires_grad_(False)
    return LmHead(linear, divisible=True, **more)


def reference(layer, states):
    """Logits as the model gives them, rounded as it rounds, in float64."""
    return layer(states).double().cpu().numpy()


def check(result, logits, targets, tolerance):
    rows = np.arange(len(targets))
    own = logits[rows, targets]
    top = logits.max(-1, keepdims=True)
    shares = np.exp(logits - top)
    total = shares.sum(-1, keepdims=True)
    weigh = shares > 0  # what is ruled out, or too unlikely for float64, does not
    logs = np.where(weigh, logits, 0) - np.where(weigh, top + np.log(total), 0)
    shares /= total
    mean = (shares * logs).sum(-1)
    spread = np.sqrt((shares * (logs - mean[:, None]) ** 2).sum(-1))
    np.testing.assert_allclose(result.values[:, 0], top[:, 0], atol=tolerance)
    np.testing.assert_allclose(result.values[:, 1], np.sort(logits)[:, -2], atol=tolerance)
    np.testing.assert_allclose(result.own, own, atol=tolerance)
    np.testing.assert_allclose(result.totals[0], (top + np.log(total))[:, 0], atol=tolerance)
    np.testing.assert_allclose(result.entropies, -mean, atol=tolerance)
    np.testing.assert_allclose(result.deviations, spread, atol=tolerance)
    clear = np.sort(logits)[:, -1] - np.sort(logits)[:, -2] > tolerance
    assert (result.best.numpy() == logits.argmax(-1))[clear].all()
    # Logits within rounding of the target's may count or not.
    least = (logits > own[:, None] + tolerance).sum(-1)
    most = (logits >= own[:, None] - tolerance).sum(-1) - 1
    assert ((least <= result.ranks.numpy()) & (result.ranks.numpy() <= most)).all()


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize(
    ("tokens", "width", "vocabulary"), [(1, 5, 7), (17, 24, 97), (19, 40, 203)]
)
def test_everything_equals_float64(way, dtype, tokens, width, vocabulary):
    """Odd sizes: no dimension is a multiple of a block."""
    import torch

    kind = getattr(torch, dtype)
    layer = layer_of(vocabulary, width, kind)
    states = torch.randn(tokens, width).to(kind)
    targets = torch.randint(0, vocabulary, (tokens,))
    logits = reference(layer, states)
    targets[: tokens // 2] = torch.from_numpy(logits.argmax(-1))[: tokens // 2]
    # One unit of rounding of logits up to about 30, summed in another order.
    tolerance = {"float32": 2e-4, "bfloat16": 0.15, "float16": 0.02}[dtype]
    check(way(layer, states, targets), logits, targets.numpy(), tolerance)


def test_the_kernel_equals_float64(kernel):
    """The one test of the kernel that is quick enough for every run."""
    import torch

    layer = layer_of(97, 24, torch.float32)
    states, targets = torch.randn(5, 24), torch.randint(0, 97, (5,))
    check(kernel(layer, states, targets), reference(layer, states), targets.numpy(), 2e-4)


@pytest.mark.parametrize(
    "more", [{"cap": 2.0}, {"scale": 0.25}, {"divisor": 6.0}, {"scale": 0.5, "cap": 30.0}], ids=str
)
@pytest.mark.parametrize("bias", [True, False])
def test_what_models_do_after_the_projection(way, more, bias):
    import torch

    layer = layer_of(97, 24, torch.float32, bias=bias, **more)
    states, targets = torch.randn(9, 24), torch.randint(0, 97, (9,))
    check(way(layer, states, targets), reference(layer, states), targets.numpy(), 2e-4)


def test_tokens_that_are_ruled_out_weigh_nothing(way):
    """Minus infinity in the head's bias: nothing is divided by or multiplied with it."""
    import torch

    layer = layer_of(97, 24, torch.float32, bias=True)
    layer.projection.bias.data[:50] = float("-inf")
    states, targets = torch.randn(9, 24), torch.arange(60, 69)
    logits = reference(layer, states)
    check(way(layer, states, targets), logits, targets.numpy(), 2e-4)


def test_what_is_no_number_is_never_greedy(way):
    import torch

    from codescan.models.scoring.token_distribution import columns_of, measure

    layer = layer_of(97, 24, torch.float32, bias=True)
    layer.projection.bias.data[70] = float("nan")
    states = torch.randn(3, 24)
    targets = torch.tensor([70, 1, int(layer(states).nan_to_num(-99.0)[2].argmax())])
    result = way(layer, states, targets)
    columns = columns_of(result, EVERYTHING, targets, (), TieTolerance(2.0**-16), None)
    whole = measure(layer(states).cpu(), targets, statistics=True)
    for one in (columns, whole):
        assert not one.greedy.any()
        assert one.logprobs.isnan().all()


@pytest.mark.parametrize("places", [(3, 4), (3, 90), (64, 90)])
def test_of_equal_logits_the_first_is_chosen_and_both_are_seen(way, places):
    import torch

    layer = layer_of(97, 24, torch.float32)
    states = torch.randn(1, 24)
    one, other = places
    layer.projection.weight.data[one] = layer.projection.weight.data[other] = 2 * states[0]
    result = way(layer, states, torch.tensor([other]))
    assert result.best.tolist() == [one]
    assert result.values[0, 0] == result.values[0, 1] == result.own[0]
    assert result.ranks.tolist() == [0]


def test_flags_alone_need_no_sums(way):
    import torch

    layer = layer_of(97, 24, torch.float32)
    states, targets = torch.randn(9, 24), torch.randint(0, 97, (9,))
    result = way(layer, states, targets, LogitRequest())
    logits = reference(layer, states)
    assert result.totals == ()
    assert result.best.tolist() == logits.argmax(-1).tolist()
    np.testing.assert_allclose(result.values[:, 1], np.sort(logits)[:, -2], atol=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("kernel")
def test_the_scorer_says_the_same_with_the_kernel(tiny):
    """The very columns of scores, statistics included, with tiles as on a GPU."""
    import torch

    from codescan.models.scoring.teacher_forcing import TeacherForcing
    from codescan.models.scoring.token_rows import Row

    if torch.cuda.is_available():
        pytest.skip("the scorer finds the kernel by itself")
    rows = [Row([5, 6, 7], [8, 9, 10]), Row([11], [12]), Row([4] * 9, [5, 4])]
    plain = TeacherForcing(tiny._model, 0, token_statistics=True)
    fused = TeacherForcing(tiny._model, 0, token_statistics=True)
    assert not plain.fused
    fused.fused = True
    for one, other in zip(plain.score(rows), fused.score(rows), strict=True):
        assert one.greedy == other.greedy
        assert one.tied == other.tied
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)
        assert one.statistics.ranks == other.statistics.ranks
        assert one.statistics.entropies == pytest.approx(other.statistics.entropies, abs=1e-4)
        assert one.statistics.deviations == pytest.approx(other.statistics.deviations, abs=1e-3)


COMPILE = """
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
import triton, torch
from codescan.models.scoring import triton_kernel
for function, moments, shared in (
    (triton_kernel._gather, True, 227 << 10), (triton_kernel._gather, False, 227 << 10),
    (triton_kernel._gather, False, 99 << 10), (triton_kernel._rank, True, 227 << 10),
):
    tile = triton_kernel.tile_for(torch.bfloat16, moments=moments, shared_bytes=shared)
    constants = dict(
        HAS_BIAS=True, SCALED=True, DIVIDED=True, CAPPED=True, WIDENED=False, SUMMED=True,
        MOMENTS=moments, TOKENS=tile.tokens, VOCABULARY=tile.vocabulary, WIDTH=tile.width,
    )
    constants = {name: value for name, value in constants.items() if name in function.arg_names}
    kinds = dict.fromkeys(("states", "weight", "bias"), "*bf16")
    kinds |= dict.fromkeys(("floats", "own"), "*fp32")
    kinds |= dict.fromkeys(("targets", "best", "ranks"), "*i32")
    kinds |= dict.fromkeys(("scale", "divisor", "cap"), "fp32")
    kinds |= dict.fromkeys(constants, "constexpr")
    signature = {name: kinds.get(name, "i32") for name in function.arg_names}
    wide = ("states", "weight", "width", "stride")
    aligned = {
        (place,): [["tt.divisibility", 16]]
        for place, name in enumerate(function.arg_names) if name in wide
    }
    made = triton.compile(
        ASTSource(function, signature, constants, aligned),
        target=GPUTarget("cuda", 90, 32),
        options={"num_warps": tile.warps, "num_stages": tile.stages},
    )
    assert "wgmma" in made.asm["ptx"]
    assert made.metadata.shared <= shared
    wide = made.metadata.shared > 99 << 10
    assert wide == (shared > 99 << 10 and not moments), made.metadata.shared
    assert made.metadata.shared <= triton_kernel._WIDE_BYTES
"""


@pytest.mark.slow
def test_it_compiles_for_hopper_and_uses_its_matrix_units():
    """Triton carries the compiler, so no GPU is needed; its interpreter takes more than it does."""
    import os
    import subprocess
    import sys

    if importlib.util.find_spec("triton") is None:
        pytest.skip("Triton is not installed")
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    subprocess.run([sys.executable, "-c", COMPILE], check=True, env=environment)
