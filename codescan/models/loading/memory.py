# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The batch size that a device allows, and recovery when a batch was too large."""

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
"""Floating-point operations of a scored batch at most. More make no batch faster, and take longer
than the some seconds that a killed run may lose."""
_LEAST_FED = 256
"""Tokens that are fed in together whatever that takes: weights are read once for all of them."""
_UNKNOWN_BYTES = 4 << 30

_OUT_OF_MEMORY = ("can't allocate memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""Texts of out-of-memory errors of the CPU, of CUDA and of its libraries, which share a class."""


def budget(model: Any, job: str, rows: int | None) -> Budget:
    """Limits for a batch, estimated from the model's shape and the memory that is free now.

    Args:
        model: a `transformers` model, already on its device.
        job: "generate" and "screen" keep keys and values of every layer; "score" keeps none.
        rows: the most rows, or None for the device's default.
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
    """Settings of torch that decide how numbers are rounded, for the record of a run."""
    import torch

    return {
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
    }


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that an allocation failed, on the GPU or on the CPU."""
    import torch

    if isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(
        message in str(error) for message in _OUT_OF_MEMORY
    )


def release() -> None:
    """Give cached blocks back, so that a smaller batch finds room."""
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
