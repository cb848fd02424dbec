# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `long-work`: a whole text, continued piece by piece, or from its beginning on.

How much of a work a model gives away in the end, as books are tested (2026, arXiv 2601.02671):
either each piece is asked for after the true text before it, or the beginning alone is given and
the model goes on from what it wrote itself. `codescan.audits.long_works` puts the pieces together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.prompts.cutting import at_least, make_prompt, text_of
from codescan.prompts.heading import banner_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["LongWorkStrategy"]

_MODES = ("reference", "own")
_WORD = re.compile(r"\S+")
_PIECES = 1_000
"""Of one text at most."""
_OWN_CHARACTERS = 400_000
"""Of the text that an answer to its beginning is compared with."""


class LongWorkStrategy:
    """The pieces of each long text, after its opening banner.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        mode: "reference" gives the true text before each piece; "own" gives the beginning once, and
            the answer is as long as the run lets it be (`--max-new-tokens`).
        given_words: words given before a piece.
        step_words: words of a piece; the run's answers must be long enough to hold them.
        min_words: shorter texts are passed over.
        chat: whether a message asks for the continuation, for models that follow instructions.
        seed: not needed; there is nothing to choose.

    Raises:
        UsageError: a number is below 1, or a mode is not known.
    """

    name = "long-work"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        mode: str = "reference",
        given_words: int = 100,
        step_words: int = 70,
        min_words: int = 500,
        chat: bool = False,
        seed: int = 0,
    ) -> None:
        del tokenizer, seed
        if mode not in _MODES:
            raise UsageError(
                f"the prompt strategy {self.name!r} knows no mode {mode!r}",
                f"known: {', '.join(_MODES)}",
            )
        self.mode = mode
        self.given_words = at_least(self.name, "given_words", given_words, 1)
        self.step_words = at_least(self.name, "step_words", step_words, 1)
        self.min_words = at_least(self.name, "min_words", min_words, 1)
        self.chat = chat

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield a prompt for each piece, in order; none for a short text."""
        text = text_of(document)
        if text is None:
            return
        text = text[banner_end(text, document.language) :]
        ends = [found.end() for found in _WORD.finditer(text)]
        if len(ends) < max(self.min_words, self.given_words + 1):
            return
        if self.mode == "own":
            cut = ends[self.given_words - 1]
            yield self._prompt(document, text[:cut], text[cut : cut + _OWN_CHARACTERS])
            return
        places = range(self.given_words, len(ends), self.step_words)[:_PIECES]
        for first in places:
            last = min(first + self.step_words, len(ends))
            before = ends[first - self.given_words - 1] if first > self.given_words else 0
            cut = ends[first - 1]
            yield self._prompt(document, text[before:cut], text[cut : ends[last - 1]])

    def _prompt(self, document: Document, given: str, expected: str) -> Prompt:
        asked = given
        if self.chat:
            asked = (
                "Continue this text exactly as it goes on. Answer with the text that follows only."
                f"\n\n{given}"
            )
        return make_prompt(self.name, document, asked, expected, variant=self.mode, chat=self.chat)
