# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Batch limits by free memory, and detection of out-of-memory errors."""

from __future__ import annotations

import gc
import os
from typing import Any

from codescan.models.generation.batches import Budget

__all__ = ["arithmetic", "budget", "device_name", "is_out_of_memory", "release"]

_ROWS = {
    "generate": {"cpu": 32, "cuda": 256},
    # A GPU waits while a batch is begun and ended. Work limits batches of larger models.
    "score": {"cpu": 32, "cuda": 4096},
    # Most rows of a screened batch are gone after a few tokens; the rest should still be many.
    "screen": {"cpu": 64, "cuda": 1024},
}
# Most of a GPU is ours; on the CPU the rest of the machine lives in the same memory, and the
# kernel kills where a GPU would only refuse.
_SHARE = {"cpu": 0.25, "cuda": 0.7}
_LEAST_TOKENS = 2048
_WORK = {"cpu": 1e12, "cuda": 1e15}
"""Maximum floating-point operations of a scored batch. A larger batch is not faster, and a killed
run would lose more seconds of work.
"""
_LEAST_FED = 256
"""Minimum tokens per pass, regardless of cost: one read of the weights serves them all."""
_UNKNOWN_BYTES = 4 << 30

_OUT_OF_MEMORY = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""Out-of-memory messages of the CPU allocator, CUDA and its libraries; they share no exception
class.
"""


def budget(model: Any, job: str, rows: int | None) -> Budget:
    """Limits for a batch, estimated from the model's shape and the memory that is free now.

    Args:
        model: a `transformers` model, already on its device.
        job: "generate" and "screen" cache keys and values of every layer; "score" does not.
        rows: maximum rows, or None for the device's default.
    """
    kind = "cuda" if model.device.type == "cuda" else "cpu"
    config = model.config.get_text_config()
    width = _size(config, "hidden_size", "n_embd", default=2048)
    layers = _size(config, "num_hidden_layers", "n_layer", default=24)
    heads = _size(config, "num_attention_heads", "n_head", default=16)
    inner = _size(config, "intermediate_size", "n_inner", default=4 * width)
    kept_heads = _size(config, "num_key_value_heads", default=heads)
    head_width = _size(config, "head_dim", default=max(1, width // heads))
    item = model.dtype.itemsize
    passing = item * (8 * width + 4 * inner)  # one layer's activations, with room for copies
    cached = 2 * layers * kept_heads * head_width * item if job != "score" else 0
    tokens = int(_SHARE[kind] * _free_bytes(model.device) / (passing + cached))
    tokens = max(_LEAST_TOKENS, tokens)
    if job != "generate":
        weights = sum(parameter.numel() for parameter in model.parameters())
        tokens = min(tokens, max(_LEAST_FED, int(_WORK[kind] / (2 * max(1, weights)))))
    return Budget(rows=rows or _ROWS[job][kind], tokens=tokens)


def arithmetic() -> dict[str, object]:
    """Settings of torch that affect rounding, for the record of a run."""
    import torch

    return {
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
    }


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception is an out-of-memory error of the GPU or the CPU."""
    import torch

    if isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(
        message in str(error) for message in _OUT_OF_MEMORY
    )


def release() -> None:
    """Free cached memory, so that a smaller batch fits."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def device_name(model: Any) -> str:
    """Device of a model for people: "cpu", "cuda (NVIDIA H100)"; several with a device map."""
    import torch

    if model.device.type != "cuda":
        return str(model.device.type)
    placed = {str(d) for d in getattr(model, "hf_device_map", {}).values()} or {model.device.index}
    return f"cuda ({torch.cuda.get_device_name(model.device)}, {len(placed)} device(s))"


def _size(config: Any, *keys: str, default: int) -> int:
    for key in keys:
        value = getattr(config, key, None)
        if isinstance(value, int) and value > 0:
            return value
    return default


def _free_bytes(device: Any) -> int:
    if device.type == "cuda":
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return _UNKNOWN_BYTES
