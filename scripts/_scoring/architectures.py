# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Real architectures with random weights: speed needs no trained ones."""

from __future__ import annotations

import random
from typing import Any

from codescan.models.scoring.token_rows import Row

__all__ = ["NAMES", "build", "random_rows"]

# Sizes as the published configurations have them.
_CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "llama-1b": ("LlamaConfig", {
        "vocab_size": 128_256, "hidden_size": 2048, "intermediate_size": 8192,
        "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8,
        "head_dim": 64, "tie_word_embeddings": True,
    }),
    "qwen-1.5b": ("Qwen2Config", {
        "vocab_size": 151_936, "hidden_size": 1536, "intermediate_size": 8960,
        "num_hidden_layers": 28, "num_attention_heads": 12, "num_key_value_heads": 2,
        "tie_word_embeddings": True,
    }),
    "llama-3b": ("LlamaConfig", {
        "vocab_size": 128_256, "hidden_size": 3072, "intermediate_size": 8192,
        "num_hidden_layers": 28, "num_attention_heads": 24, "num_key_value_heads": 8,
        "head_dim": 128, "tie_word_embeddings": True,
    }),
    "tiny": ("LlamaConfig", {
        "vocab_size": 4096, "hidden_size": 128, "intermediate_size": 256,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
        "tie_word_embeddings": True,
    }),
}  # fmt: skip
NAMES = tuple(_CONFIGS)


def build(name: str, device: str, dtype: Any, **changes: Any) -> Any:
    """A model in evaluation mode, made on its device."""
    import torch
    import transformers

    kind, settings = _CONFIGS[name]
    config = getattr(transformers, kind)(
        **{
            "max_position_embeddings": 2048,
            "bos_token_id": None,
            "eos_token_id": None,
            "pad_token_id": 0,
            **settings,
            **changes,
        }
    )
    torch.manual_seed(0)
    with torch.device(device):
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=dtype)
    return model.to(device=device, dtype=dtype).eval()


def random_rows(vocabulary: int, count: int, prompt: int, expected: int, seed: int) -> list[Row]:
    """Rows of random tokens."""
    rng = random.Random(seed)  # noqa: S311 - to be repeatable
    return [
        Row(
            tuple(rng.randrange(1, vocabulary) for _ in range(prompt)),
            tuple(rng.randrange(1, vocabulary) for _ in range(expected)),
        )
        for _ in range(count)
    ]
