# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Each family of models is asked to fill in with its own sentinels, in an order that it knows."""

import pytest

from codescan.models.generation.infill import LAYOUTS, infill_tokens
from codescan.models.generation.inputs import input_tokens
from codescan.records import Prompt, Skipped

FAMILIES = {
    "starcoder2": ("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
    "santacoder": ("<fim-prefix>", "<fim-suffix>", "<fim-middle>"),
    "qwen2.5-coder": ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
    "deepseek-coder": ("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),  # noqa: RUF001
    "codellama": ("▁<PRE>", "▁<SUF>", "▁<MID>"),
    "codestral": ("[PREFIX]", "[SUFFIX]", "[MIDDLE]"),
    "seed-coder": ("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
}
WANTED = {
    # What stands where: P and S sentinels, M the middle's, a the prefix, z the suffix.
    ("starcoder2", ""): "P a S z M",
    ("starcoder2", "psm"): "P a S z M",
    ("starcoder2", "spm"): "P S z M a",
    ("santacoder", "spm"): "P S z M a",
    ("qwen2.5-coder", "psm"): "P a S z M",
    ("qwen2.5-coder", "spm"): None,
    ("deepseek-coder", ""): "P a S z M",
    ("deepseek-coder", "spm"): None,
    ("codellama", "psm"): "P a S z M",
    ("codellama", "spm"): "P S z M a",
    ("codestral", ""): "S z P a",
    ("codestral", "psm"): None,
    ("seed-coder", ""): "S z P a M",
}


class Tokens:
    """A tokenizer whose text tokens are bytes; `space` puts one before a text, as Llama's does."""

    prefix = (1,)

    def __init__(self, sentinels, *, space=False):
        self.numbers = {name: 1000 + i for i, name in enumerate(sentinels)}
        self.space = space
        if space:
            self.numbers["▁x"] = 999

    def id_of(self, name):
        return self.numbers.get(name)

    def encode(self, text):
        if self.space and text == "x":
            return [999]
        return [*([32] if self.space else []), *text.encode()]


def letters(tokens):
    names = {1000: "P", 1001: "S", 1002: "M", ord("a"): "a", ord("z"): "z", 1: "^", 32: "_"}
    return " ".join(names[token] for token in tokens)


@pytest.mark.parametrize(("family", "order"), WANTED)
def test_the_order_is_that_of_the_family(family, order):
    prompt = Prompt("p", "a", "t", suffix="z", infill_order=order)
    tokens = infill_tokens(Tokens(FAMILIES[family]), prompt)
    expected = WANTED[family, order]
    if expected is None:
        other = {"psm": "spm", "spm": "psm"}[order]
        assert f"asked as {other} only, not as {order}" in tokens
    else:
        assert letters(tokens) == f"^ {expected}"


def test_every_family_can_be_told_from_the_others():
    for family, names in FAMILIES.items():
        matching = [
            layout
            for layout in LAYOUTS
            if {layout.before, layout.after, layout.middle} - {""} <= set(names)
        ]
        assert len(matching) == 1, family
    assert len(FAMILIES) == len(LAYOUTS)


def test_parts_get_no_space_that_is_not_in_the_text():
    tokenizer = Tokens(FAMILIES["codellama"], space=True)
    tokens = infill_tokens(tokenizer, Prompt("p", "a", "t", suffix="z"))
    assert letters(tokens) == "^ P a S z M"


def test_an_unknown_model_is_skipped_with_the_reason():
    tokenizer = Tokens(("<fim_prefix>", "<fim_suffix>"))
    tokens = input_tokens(tokenizer, Prompt("p", "a", "t", suffix="z"), 8, 0, frozenset())
    assert isinstance(tokens, Skipped)
    assert (tokens.item, tokens.stage, tokens.reason) == ("p", "elicit", "no-infill")
    assert "no sentinels" in tokens.detail
