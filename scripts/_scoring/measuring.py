# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Times by the clock and by the CPU, the peak of matrix products, and `transformers`' decoding."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codescan.models.scoring.token_rows import Row

__all__ = ["Measured", "best", "generate", "peak", "tiles"]

_PEAK_SECONDS = 0.5


@dataclass(frozen=True)
class Measured:
    """Items a second, best of some runs."""

    rate: float
    """By the clock."""
    cpu_rate: float
    """By the CPU seconds of all threads: what other programs do hardly counts."""


def _wait(device: str) -> None:
    if device.startswith("cuda"):
        import torch

        torch.cuda.synchronize()


def best(work: Callable[[], object], count: int, device: str, repeat: int) -> Measured:
    """Run `work` `repeat` times; it handles `count` items."""
    walls, cpus = [], []
    for _ in range(repeat):
        _wait(device)
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        _wait(device)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Measured(count / min(walls), count / min(cpus))


def generate(model: Any, rows: Sequence[Row], count: int) -> list[list[int]]:
    """What greedy decoding adds, `count` tokens whatever they are."""
    import torch
    import transformers

    with torch.inference_mode():
        ids = torch.tensor([list(row.prompt) for row in rows], device=model.device)
        output = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            generation_config=transformers.GenerationConfig(
                max_new_tokens=count, min_new_tokens=count, do_sample=False, num_beams=1,
                eos_token_id=None, pad_token_id=0, use_cache=True,
            ),
        )  # fmt: skip
    return output[:, ids.shape[1] :].tolist()


def peak(dtype: Any, device: str, *, cpu_seconds: bool = False) -> float:
    """FLOP a second of the best of some large matrix products."""
    import torch

    best_rate = 0.0
    sizes = (4096, 8192, 16_384) if device.startswith("cuda") else (1024, 2048)
    for size in sizes:
        first = torch.randn(size, size, device=device).to(dtype)
        right = torch.randn(size, size, device=device).to(dtype)
        with torch.inference_mode():
            first @ right
            clock = time.process_time if cpu_seconds else time.perf_counter
            times, until = [], time.perf_counter() + _PEAK_SECONDS
            while time.perf_counter() < until or len(times) < 3:  # noqa: PLR2004
                _wait(device)
                started = clock()
                first @ right
                _wait(device)
                times.append(clock() - started)
        best_rate = max(best_rate, 2 * size**3 / min(times))
    return best_rate


def tiles(model: Any) -> dict[str, float]:
    """TFLOP a second of the kernel with some tiles, on 8,192 tokens; for choosing one."""
    import torch

    from codescan.models.scoring.blockwise_logits import FUSED, LogitRequest
    from codescan.models.scoring.lm_head import decoder_and_output
    from codescan.models.scoring.triton_kernel import Tile, fused_gather

    _, layer = decoder_and_output(model)
    assert layer is not None
    states = torch.randn(8192, layer.weight.shape[1], device="cuda").to(layer.weight.dtype)
    targets = torch.zeros(8192, dtype=torch.long, device="cuda")
    results = {}
    for tile in (
        Tile(128, 128, 64, 8, 3), Tile(128, 128, 64, 8, 4), Tile(128, 128, 64, 4, 4),
        Tile(128, 256, 64, 8, 3), Tile(128, 256, 64, 8, 4), Tile(64, 256, 64, 4, 4),
    ):  # fmt: skip
        for kind, request in (
            ("flags", LogitRequest()),
            ("sums", FUSED),
            ("moments", FUSED._replace(moments=True)),
            ("ranks", FUSED._replace(moments=True, ranks=True)),
        ):
            name = f"{'-'.join(map(str, tile))} {kind}"
            try:
                with torch.inference_mode():
                    fused_gather(layer, states, targets, request, tile)
                    measured = best(
                        lambda w=request, t=tile: fused_gather(layer, states, targets, w, t),
                        1, "cuda", 5,
                    )  # fmt: skip
            except Exception as error:  # noqa: BLE001 - too large for this GPU
                print(f"  kernel, tile {name}: {type(error).__name__}")
                continue
            passes = 2 if request.ranks else 1  # they take the products once more
            flops = 2 * states.shape[0] * layer.weight.numel() * passes
            results[name] = measured.rate * flops / 1e12
            print(f"  kernel, tile {name:32} {results[name]:8.1f} TFLOP/s", flush=True)
    return results
