# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `unconditional`: nothing is given; the model writes what it likes.

Sampling from the beginning-of-text token (Carlini et al. 2021, arXiv 2012.07805). Each prompt is
empty and has an identity of its own, so that each is another sample. Makes sense only with a
temperature above 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.slicing import prompt_id
from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document

__all__ = ["UnconditionalStrategy"]


class UnconditionalStrategy:
    """One empty prompt for each document, whose name it takes as its seed and nothing else.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        seed: another seed, other samples.
    """

    name = "unconditional"

    def __init__(self, *, tokenizer: Tokenizer | None = None, seed: int = 0) -> None:
        del tokenizer
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield one prompt; it says nothing of the document, so neither does its record."""
        yield Prompt(
            id=prompt_id(self.name, document.id, str(self.seed)), text="", strategy=self.name
        )
