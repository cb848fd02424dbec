# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fill-in-the-middle prompts with a model's own sentinels and order.

The order is prefix, suffix, middle (PSM) or suffix, prefix, middle (SPM; Bavarian et al. 2022,
arXiv 2207.14255). Sentinels are looked up in the vocabulary, never guessed. Orders that are not
documented for a model family are not used, because the output would not be evidence of
memorization.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from codescan.models.loading.hf_tokenizer import HubTokenizer
    from codescan.records import Prompt

__all__ = ["LAYOUTS", "Layout", "infill_tokens"]

_PSM = ("before", "<prefix>", "after", "<suffix>", "middle")
# The second variant of the paper: what a model that knows both orders was mostly trained with.
_SPM = ("before", "after", "<suffix>", "middle", "<prefix>")


class Layout(NamedTuple):
    """The fill-in-the-middle format of a model family."""

    before: str
    """Sentinel before the prefix; this and the next are written as in the vocabulary."""
    after: str
    middle: str
    """Sentinel before the middle; "" if the middle directly follows the last part."""
    orders: dict[str, tuple[str, ...]]
    """"psm" and "spm" -> sentinels and parts; the first order is the usual one."""


LAYOUTS = (
    # StarCoder (arXiv 2305.06161), StarCoder2, Granite Code, Stable Code
    Layout("<fim_prefix>", "<fim_suffix>", "<fim_middle>", {"psm": _PSM, "spm": _SPM}),
    # SantaCoder (arXiv 2301.03988)
    Layout("<fim-prefix>", "<fim-suffix>", "<fim-middle>", {"psm": _PSM, "spm": _SPM}),
    # Qwen2.5-Coder (arXiv 2409.12186), CodeGemma (arXiv 2406.11409: how its SPM is put is not said)
    Layout("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", {"psm": _PSM}),
    # DeepSeek-Coder (arXiv 2401.14196)
    Layout("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", {"psm": _PSM}),  # noqa: RUF001
    # Code Llama (arXiv 2308.12950)
    Layout("▁<PRE>", "▁<SUF>", "▁<MID>", {"psm": _PSM, "spm": _SPM}),
    # Codestral and other models with Mistral's tokenizers from version 2 on (mistral-common)
    Layout("[PREFIX]", "[SUFFIX]", "", {"spm": ("after", "<suffix>", "before", "<prefix>")}),
    # Seed-Coder (arXiv 2506.03524)
    Layout(
        "<[fim-prefix]>",
        "<[fim-suffix]>",
        "<[fim-middle]>",
        {"spm": ("after", "<suffix>", "before", "<prefix>", "middle")},
    ),
)
"""Known layouts; the first whose sentinels are all in the vocabulary is used."""


def infill_tokens(tokenizer: HubTokenizer, prompt: Prompt) -> list[int] | str:
    """Model tokens that request the text between `prompt.text` and `prompt.suffix`.

    Returns:
        The tokens, or the reason why the model does not support this prompt.
    """
    for layout in LAYOUTS:
        names = {"before": layout.before, "after": layout.after, "middle": layout.middle}
        numbers = {key: tokenizer.id_of(name) for key, name in names.items() if name}
        if None not in numbers.values():
            break
    else:
        return "the model has no sentinels for it that are known"
    usual = next(iter(layout.orders))
    order = layout.orders.get(prompt.infill_order or usual)
    if order is None:
        known = " or ".join(layout.orders)
        return (
            f"models with these sentinels are documented to be asked as {known} only, "
            f"not as {prompt.infill_order}"
        )
    token_ids = list(tokenizer.prefix)
    for part in order:
        if part == "<prefix>":
            token_ids += _inside(tokenizer, prompt.text)
        elif part == "<suffix>":
            token_ids += _inside(tokenizer, prompt.suffix)
        else:
            number = numbers[part]
            token_ids += [] if number is None else [number]
    return token_ids


def _inside(tokenizer: HubTokenizer, text: str) -> list[int]:
    """Tokens of a text inside a prompt, without SentencePiece's leading space."""
    if tokenizer.encode("x") != [tokenizer.id_of("▁x")]:
        return tokenizer.encode(text)
    lead = tokenizer.encode("\n")
    joined = tokenizer.encode("\n" + text)
    return joined[len(lead) :] if joined[: len(lead)] == lead else tokenizer.encode(text)
