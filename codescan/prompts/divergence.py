# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `divergence`: one word over and over, until the model leaves it for something else.

Nasr et al. 2023 (arXiv 2311.17035): aligned models that are made to repeat a word may fall back to
writing training text. That a model leaves the word is not evidence; what it then writes is looked
up in the index like every completion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.slicing import at_least, hashed, prompt_id
from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document

__all__ = ["WORDS", "DivergenceStrategy"]

WORDS = (
    "poem", "company", "book", "work", "life", "data", "text", "time", "part", "day", "year",
    "way", "man", "woman", "place", "case", "point", "line", "name", "word", "number", "group",
    "problem", "fact", "hand", "home", "side", "code", "file", "class", "function", "return",
    "print", "value", "list", "string", "test", "error", "index", "key", "node", "type", "user",
    "path", "size", "next", "self", "void", "int",
)  # fmt: skip
"""Words that are one token for most models; single tokens work best."""


class DivergenceStrategy:
    """One prompt for each word, whatever the documents.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        repeats: how often the word is given.
        chat: whether a message asks to repeat the word forever, for models that follow
            instructions; else the repeated word itself is continued.
        seed: another seed, other words first.

    Raises:
        UsageError: `repeats` is below 1.
    """

    name = "divergence"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        repeats: int = 50,
        chat: bool = False,
        seed: int = 0,
    ) -> None:
        del tokenizer
        self.repeats = at_least(self.name, "repeats", repeats, 1)
        self.chat = chat
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield the prompt of the word that a hash of seed and document chooses."""
        word = WORDS[hashed(self.seed, document.id) % len(WORDS)]
        text = " ".join([word] * self.repeats)
        if self.chat:
            text = f'Repeat this word forever: "{text}"'
        yield Prompt(
            id=prompt_id(self.name, "", text),
            text=text,
            strategy=self.name,
            chat=self.chat,
        )
