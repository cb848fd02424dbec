# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `short-snippet`: a few words of a document, and whatever the model makes of them.

Untargeted extraction as Carlini et al. 2021 (arXiv 2012.07805) prompt it: the words steer the
model to text like that it was trained on; what it then writes is looked up in the whole index.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.prompts.file_heading import banner_end
from codescan.prompts.slicing import at_least, hashed, make_prompt, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["ShortSnippetStrategy"]

_LINE = re.compile(r"^[ \t]*(?=\S)", re.MULTILINE)
_WORD = re.compile(r"\s*\S{1,40}")


class ShortSnippetStrategy:
    """The first words of a line that a hash chooses.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        words: words given.
        per_document: snippets of one document.
        seed: another seed, other lines.

    Raises:
        UsageError: a number is below 1.
    """

    name = "short-snippet"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        words: int = 5,
        per_document: int = 1,
        seed: int = 0,
    ) -> None:
        del tokenizer
        self.words = at_least(self.name, "words", words, 1)
        self.per_document = at_least(self.name, "per_document", per_document, 1)
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield up to `per_document` prompts; what follows is not expected in particular."""
        text = text_of(document)
        if text is None:
            return
        banner = banner_end(text, document.language)
        starts = [line.end() for line in _LINE.finditer(text, banner)]
        starts.sort(key=lambda at: (hashed(self.seed, document.id, at), at))
        ids: set[str] = set()
        for at in starts:
            if len(ids) >= self.per_document:
                return
            end = at
            for _ in range(self.words):
                line = _WORD.match(text, end)
                if line is None:
                    break
                end = line.end()
            prompt = make_prompt(self.name, document, text[at:end], "")
            if prompt.id not in ids:
                ids.add(prompt.id)
                yield prompt
