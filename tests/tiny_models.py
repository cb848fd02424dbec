# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Models with random weights that are made in a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """def add(left, right):
    return left + right

class Stack:
    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.
for (int i = 0; i < n; i++) { sum += values[i]; }
"""


def save_tokenizer(folder: Path, *, bos: bool = False):
    """A byte-level BPE tokenizer trained on `TEXT`, with fill-in-the-middle sentinels."""
    import tokenizers
    import transformers

    bpe = tokenizers.ByteLevelBPETokenizer()
    specials = ["<|endoftext|>", "<s>", "<fim_prefix>", "<fim_suffix>", "<fim_middle>"]
    bpe.train_from_iterator([TEXT], vocab_size=320, special_tokens=specials)
    backend = bpe._tokenizer
    if bos:
        backend.post_processor = tokenizers.processors.TemplateProcessing(
            single="<s> $A", special_tokens=[("<s>", backend.token_to_id("<s>"))]
        )
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        eos_token=specials[0],
        bos_token=specials[1] if bos else None,
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def save_starcoder2(folder: Path, *, bos: bool = False, seed: int = 0, **changes):
    """A random StarCoder2 model in `folder`, as `save_pretrained` writes it."""
    import torch
    import transformers

    tokenizer = save_tokenizer(folder, bos=bos)
    torch.manual_seed(seed)
    settings = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "sliding_window": None,
        # Wide enough that the greatest logit is clear of the next by more than rounding.
        "initializer_range": 0.4,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        **changes,
    }
    model = transformers.Starcoder2ForCausalLM(transformers.Starcoder2Config(**settings))
    model.save_pretrained(folder)
    return folder
