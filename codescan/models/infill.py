# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fill-in-the-middle with the sentinels that a model was trained with.

A prompt with text after the hole is put as prefix, suffix, middle (PSM; Bavarian et al. 2022,
arXiv 2207.14255). Sentinels are recognized by the vocabulary, never guessed: a model without
them cannot be asked to fill in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.models.tokens import HubTokenizer
    from codescan.records import Prompt

__all__ = ["SENTINELS", "infill_tokens"]

SENTINELS: tuple[tuple[str, str, str], ...] = (
    ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),  # StarCoder, StarCoder2, Granite Code
    ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),  # SantaCoder
    ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),  # Qwen2.5-Coder, CodeGemma
    ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),  # noqa: RUF001 - DeepSeek-Coder
    ("▁<PRE>", "▁<SUF>", "▁<MID>"),  # Code Llama
)
"""(before the prefix, before the suffix, before the middle), one row a family of models."""


def infill_tokens(tokenizer: HubTokenizer, prompt: Prompt) -> list[int] | None:
    """Model tokens that ask for the text between `prompt.text` and `prompt.suffix`.

    Returns:
        None if the model has no sentinels for it.
    """
    for names in SENTINELS:
        found = [tokenizer.id_of(name) for name in names]
        if None not in found:
            before, after, middle = (int(n) for n in found if n is not None)
            return [
                *tokenizer.prefix,
                before,
                *tokenizer.encode(prompt.text),
                after,
                *tokenizer.encode(prompt.suffix),
                middle,
            ]
    return None
