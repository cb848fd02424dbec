# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `continue-file`: a message with the beginning of a file, asking for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.file_heading import banner_end
from codescan.prompts.function_units import MIN_CHARACTERS
from codescan.prompts.slicing import at_least, make_prompt, printable, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["ContinueFileStrategy"]

_MAX_EXPECTED = 4_000
_MAX_PROMPT = 8_000


class ContinueFileStrategy:
    """One message for each file: its path and its first lines after the banner, then a request.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        lines: lines given.
        seed: not needed; there is nothing to choose.

    Raises:
        UsageError: `lines` is below 1.
    """

    name = "continue-file"

    def __init__(
        self, *, tokenizer: Tokenizer | None = None, lines: int = 20, seed: int = 0
    ) -> None:
        del tokenizer, seed
        self.lines = at_least(self.name, "lines", lines, 1)

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield one prompt; none for a file with too little after its first lines."""
        text = text_of(document)
        if text is None:
            return
        start = banner_end(text, document.language)
        body = text[start:].lstrip("\r\n")
        opening = "".join(body.splitlines(keepends=True)[: self.lines])
        continuation = body[len(opening) :]
        if not opening.strip() or len(opening) > _MAX_PROMPT:
            return
        if len("".join(continuation.split())) < MIN_CHARACTERS:
            return
        path = printable(document.origin.path)
        yield make_prompt(
            self.name,
            document,
            f"Continue the file {path}. Answer with the text that follows only.\n\n"
            f"```{document.language}\n{opening}```\n",
            continuation[:_MAX_EXPECTED],
            chat=True,
        )
