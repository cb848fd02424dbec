# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Projection onto the vocabulary and statistics of the logits in one GPU kernel (Triton).

A program processes a tile of tokens over a part of the vocabulary, tile by tile; logits stay in
registers. The parts are then joined in float64. Logits are rounded to the model's dtype where the
model rounds them, so that equal ones stay equal. Without a GPU the same code runs under Triton's
interpreter (TRITON_INTERPRET=1), which is how it is tested.
"""

# Kernels take pointers and compile-time constants, which have no types in Python.
# mypy: disable-error-code="untyped-decorator, no-untyped-def, no-untyped-call"
# mypy: disable-error-code="import-untyped, import-not-found"
# ruff: noqa: ANN001, ANN202, N803, PLR0913, PLR0915, PLR0917

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

# Triton 3.9 warns where it is not said whether products and sums may be fused; they may.
os.environ.setdefault("TRITON_DEFAULT_FP_FUSION", "1")

import triton
import triton.language as tl

from codescan.models.scoring.blockwise_logits import Gathered

if TYPE_CHECKING:
    from codescan.models.scoring.blockwise_logits import LogitRequest
    from codescan.models.scoring.lm_head import LmHead

__all__ = ["Tile", "fused_gather", "tile_for"]

_WIDE_BYTES = 160 << 10
"""Shared memory of the wide tile in bytes; data-center GPUs have it, others have about 99 KiB."""
_PROGRAMS = 1024
"""Minimum number of programs: several for each multiprocessor."""


class Tile(NamedTuple):
    """Size of one program's tile, and its compiler settings."""

    tokens: int
    vocabulary: int
    width: int
    warps: int = 8
    stages: int = 3


def tile_for(dtype: Any, *, moments: bool = False, shared_bytes: int = 0) -> Tile:
    """The fastest tile that fits in shared memory; `scripts/bench_scoring` compares tiles on a GPU.

    Args:
        dtype: dtype of the weights.
        moments: whether to compute moments, which need registers.
        shared_bytes: maximum shared memory of a program.
    """
    if dtype.itemsize != 2:  # noqa: PLR2004
        return Tile(64, 64, 32, warps=4)
    return Tile(128, 128, 64) if moments or shared_bytes < _WIDE_BYTES else Tile(128, 256, 64)


def fused_gather(
    layer: LmHead, states: Any, targets: Any, request: LogitRequest, tile: Tile | None = None
) -> Gathered:
    """The same as `blockwise_logits.gather`, for the two greatest logits and temperature 1 only.

    Args:
        layer: a divisible output layer of float32, float16 or bfloat16.
        states: [tokens, width], any number of them.
        targets: [tokens], numbers of the vocabulary.
        request: with `in_range` 2 and no temperature but 1.0.
        tile: None for the default.
    """
    import torch

    weight = layer.weight
    if tile is None:
        tile = tile_for(
            weight.dtype, moments=request.moments, shared_bytes=_shared_bytes(weight.device)
        )
    states = states.to(device=weight.device, dtype=weight.dtype).contiguous()
    targets = targets.to(weight.device).int().contiguous()
    tokens, width = states.shape
    rows = triton.cdiv(tokens, tile.tokens)
    tiles = triton.cdiv(layer.vocabulary, tile.vocabulary)
    # Whole tiles each; neighbors in the grid read the same weights at the same time.
    part = triton.cdiv(tiles, min(tiles, max(1, triton.cdiv(_PROGRAMS, rows)))) * tile.vocabulary
    parts = triton.cdiv(layer.vocabulary, part)
    floats = torch.empty(7, parts, tokens, dtype=torch.float32, device=weight.device)
    best = torch.empty(parts, tokens, dtype=torch.int32, device=weight.device)
    bias = layer.projection.bias
    common = (
        states, weight, weight if bias is None else bias, targets,
        tokens, width, layer.vocabulary, part, weight.stride(0),
        layer.scale, layer.divisor, layer.cap,
    )  # fmt: skip
    sizes: dict[str, Any] = {
        "HAS_BIAS": bias is not None,
        "SCALED": layer.scale != 1.0,
        "DIVIDED": layer.divisor != 1.0,
        "CAPPED": layer.cap != 0.0,
        # Triton's interpreter multiplies the bits of bfloat16 as whole numbers.
        "WIDENED": not weight.is_cuda,
        "TOKENS": tile.tokens,
        "VOCABULARY": tile.vocabulary,
        "WIDTH": tile.width,
        "num_warps": tile.warps,
        "num_stages": tile.stages,
    }
    summed = bool(request.temperatures)
    grid = (rows, parts)
    with torch.cuda.device(weight.get_device()):  # Triton starts kernels on the current one
        _gather[grid](*common, floats, best, SUMMED=summed, MOMENTS=request.moments, **sizes)
        joined = _join(floats, best, request)
        if not request.ranks:
            return joined
        ranks = torch.empty(parts, tokens, dtype=torch.int32, device=weight.device)
        _rank[grid](*common, joined.own.float().contiguous(), ranks, **sizes)
    return joined._replace(ranks=ranks.sum(dim=0))


def _shared_bytes(device: Any) -> int:
    import torch

    if device.type != "cuda":
        return 0
    properties = torch.cuda.get_device_properties(device)
    return int(getattr(properties, "shared_memory_per_block_optin", 0))


def _join(floats: Any, best: Any, request: LogitRequest) -> Gathered:
    """Join the results of the parts of the vocabulary."""
    import torch

    tops, seconds, owns, totals, firsts, squares, broken = floats
    top = tops.amax(dim=0)
    # The first part that has the greatest logit, as argmax takes the first place.
    chosen = (tops == top).int().argmax(dim=0, keepdim=True)
    others = tops.scatter(0, chosen, float("-inf")).amax(dim=0)
    second = torch.maximum(seconds.amax(dim=0), others)
    nothing = torch.full_like(top, float("nan"))
    unsound = broken.amax(dim=0) > 0
    values = torch.stack([torch.where(unsound, nothing, top), second], dim=1)
    number = best.gather(0, chosen).squeeze(0).long()
    result = Gathered(values, number, owns.amax(dim=0))
    if not request.temperatures:
        return result
    lowest = torch.finfo(torch.float32).min
    shift = top.clamp(min=lowest).double()
    drop = tops.clamp(min=lowest).double() - shift
    shrink = drop.exp()
    weights = totals.double() * shrink
    total = weights.sum(dim=0)
    total = torch.where(unsound, nothing.double(), total)
    result = result._replace(totals=tuple(shift + total.log() for _ in request.temperatures))
    if not request.moments:
        return result
    fall = torch.where(weights == 0, 0.0, drop)
    first = (firsts.double() * shrink + fall * weights).sum(dim=0)
    square = squares.double() + 2 * fall * firsts.double() + fall.square() * totals.double()
    mean = first / total
    spread = ((square * shrink).sum(dim=0) / total - mean.square()).clamp(min=0.0).sqrt()
    return result._replace(entropies=total.log() - mean, deviations=spread)


@triton.jit
def _tile(
    states, weight, bias, row, column, tokens, width, vocabulary, stride, scale, divisor, cap,
    HAS_BIAS: tl.constexpr, SCALED: tl.constexpr, DIVIDED: tl.constexpr, CAPPED: tl.constexpr,
    WIDENED: tl.constexpr,
    TOKENS: tl.constexpr, VOCABULARY: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    """Logits of a tile; both kernels call this, so that the logits are bit-identical."""
    dtype = weight.dtype.element_ty
    logits = tl.zeros((TOKENS, VOCABULARY), dtype=tl.float32)
    for start in range(0, width, WIDTH):
        place = start + tl.arange(0, WIDTH)
        inside = place < width
        loaded = tl.load(
            states + row[:, None].to(tl.int64) * width + place[None, :],
            mask=(row < tokens)[:, None] & inside[None, :],
            other=0.0,
        )
        right = tl.load(
            weight + column[:, None].to(tl.int64) * stride + place[None, :],
            mask=(column < vocabulary)[:, None] & inside[None, :],
            other=0.0,
        )
        if WIDENED:
            loaded, right = loaded.to(tl.float32), right.to(tl.float32)
        logits = tl.dot(loaded, tl.trans(right), logits, input_precision="ieee")
    if HAS_BIAS:
        logits += tl.load(bias + column, mask=column < vocabulary, other=0.0).to(tl.float32)[
            None, :
        ]
    logits = logits.to(dtype).to(tl.float32)
    if SCALED:
        logits = (logits * scale).to(dtype).to(tl.float32)
    if DIVIDED:
        logits = (logits / divisor).to(dtype).to(tl.float32)
    if CAPPED:
        logits = (logits / cap).to(dtype).to(tl.float32)
        # The hyperbolic tangent, which Triton's own language lacks.
        logits = (2.0 * tl.sigmoid(2.0 * logits) - 1.0).to(dtype).to(tl.float32)
        logits = (logits * cap).to(dtype).to(tl.float32)
    return tl.where((column < vocabulary)[None, :], logits, -float("inf"))


@triton.jit
def _gather(
    states, weight, bias, targets, tokens, width, vocabulary, part, stride, scale, divisor, cap,
    floats, best,
    HAS_BIAS: tl.constexpr, SCALED: tl.constexpr, DIVIDED: tl.constexpr, CAPPED: tl.constexpr,
    WIDENED: tl.constexpr,
    SUMMED: tl.constexpr, MOMENTS: tl.constexpr,
    TOKENS: tl.constexpr, VOCABULARY: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    lowest = -3.4028234663852886e38
    row = tl.program_id(0) * TOKENS + tl.arange(0, TOKENS)
    begin = tl.program_id(1) * part
    target = tl.load(targets + row, mask=row < tokens, other=-1)
    top = tl.full((TOKENS,), -float("inf"), dtype=tl.float32)
    second = tl.full((TOKENS,), -float("inf"), dtype=tl.float32)
    own = tl.full((TOKENS,), -float("inf"), dtype=tl.float32)
    number = tl.zeros((TOKENS,), dtype=tl.int32)
    total = tl.zeros((TOKENS,), dtype=tl.float32)
    first = tl.zeros((TOKENS,), dtype=tl.float32)
    square = tl.zeros((TOKENS,), dtype=tl.float32)
    broken = tl.zeros((TOKENS,), dtype=tl.float32)
    for start in range(begin, min(begin + part, vocabulary), VOCABULARY):
        column = start + tl.arange(0, VOCABULARY)
        logits = _tile(
            states, weight, bias, row, column, tokens, width, vocabulary, stride,
            scale, divisor, cap, HAS_BIAS, SCALED, DIVIDED, CAPPED, WIDENED,
            TOKENS, VOCABULARY, WIDTH,
        )  # fmt: skip
        none = logits != logits  # noqa: PLR0124 - only NaN differs from itself
        broken = tl.maximum(broken, tl.max(none.to(tl.float32), axis=1))
        logits = tl.where(none, -float("inf"), logits)
        own = tl.maximum(
            own, tl.max(tl.where(column[None, :] == target[:, None], logits, -float("inf")), axis=1)
        )
        value, place = tl.max(logits, axis=1, return_indices=True)
        others = tl.where(
            tl.arange(0, VOCABULARY)[None, :] == place[:, None], -float("inf"), logits
        )
        next_value = tl.max(others, axis=1)
        above = value > top
        second = tl.where(above, tl.maximum(top, next_value), tl.maximum(second, value))
        number = tl.where(above, place + start, number)
        if SUMMED:
            shift = tl.maximum(tl.maximum(top, value), lowest)
            drop = tl.maximum(top, lowest) - shift
            below = logits - shift[:, None]
            share = tl.exp(below)
            shrink = tl.exp(drop)
            if MOMENTS:
                below = tl.where(share == 0.0, 0.0, below)
                fall = tl.where(total == 0.0, 0.0, drop)
                square = (square + 2.0 * fall * first + fall * fall * total) * shrink
                square += tl.sum(below * below * share, axis=1)
                first = (first + fall * total) * shrink + tl.sum(below * share, axis=1)
            total = total * shrink + tl.sum(share, axis=1)
        top = tl.maximum(top, value)
    in_range = row < tokens
    at = tl.program_id(1).to(tl.int64) * tokens + row
    step = tl.num_programs(1).to(tl.int64) * tokens
    tl.store(best + at, number, mask=in_range)
    tl.store(floats + at, top, mask=in_range)
    tl.store(floats + step + at, second, mask=in_range)
    tl.store(floats + 2 * step + at, own, mask=in_range)
    tl.store(floats + 3 * step + at, total, mask=in_range)
    tl.store(floats + 4 * step + at, first, mask=in_range)
    tl.store(floats + 5 * step + at, square, mask=in_range)
    tl.store(floats + 6 * step + at, broken, mask=in_range)


@triton.jit
def _rank(
    states, weight, bias, targets, tokens, width, vocabulary, part, stride, scale, divisor, cap,
    own, ranks,
    HAS_BIAS: tl.constexpr, SCALED: tl.constexpr, DIVIDED: tl.constexpr, CAPPED: tl.constexpr,
    WIDENED: tl.constexpr,
    TOKENS: tl.constexpr, VOCABULARY: tl.constexpr, WIDTH: tl.constexpr,
):  # fmt: skip
    row = tl.program_id(0) * TOKENS + tl.arange(0, TOKENS)
    begin = tl.program_id(1) * part
    target = tl.load(targets + row, mask=row < tokens, other=-1)
    value = tl.load(own + row, mask=row < tokens, other=float("inf"))
    count = tl.zeros((TOKENS,), dtype=tl.int32)
    for start in range(begin, min(begin + part, vocabulary), VOCABULARY):
        column = start + tl.arange(0, VOCABULARY)
        logits = _tile(
            states, weight, bias, row, column, tokens, width, vocabulary, stride,
            scale, divisor, cap, HAS_BIAS, SCALED, DIVIDED, CAPPED, WIDENED,
            TOKENS, VOCABULARY, WIDTH,
        )  # fmt: skip
        greater = (logits > value[:, None]) & (column[None, :] != target[:, None])
        count += tl.sum(greater.to(tl.int32), axis=1)
    at = tl.program_id(1).to(tl.int64) * tokens + row
    tl.store(ranks + at, count, mask=row < tokens)
