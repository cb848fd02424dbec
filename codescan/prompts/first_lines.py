# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `first-lines`: the first lines of a function, or of a text; what follows is expected.

The protocol of HELM's copyright scenario (Liang et al. 2022, arXiv 2211.09110): with one, five
or ten lines of the same function a model needs less and less memory to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.file_heading import banner_end
from codescan.prompts.function_units import MIN_CHARACTERS, long_functions
from codescan.prompts.slicing import at_least, make_prompt, text_of
from codescan.prompts.token_boundaries import continued
from codescan.text.languages import kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["FirstLinesStrategy"]

_MAX_PROMPT = 4_000
"""Characters; longer heads are passed over."""


class FirstLinesStrategy:
    """A function of a source file, chosen by hash, or the beginning of a text, cut after lines.

    The cut is before the line's end, so that the end is the first thing to be written. Blank
    lines do not count.

    Args:
        tokenizer: the model's own; continuations then carry 50 tokens where they can be cut so.
        lines: lines given; one prompt for each number.
        seed: another seed, other functions.

    Raises:
        UsageError: a number is below 1.
    """

    name = "first-lines"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        lines: int | Sequence[int] = (1, 5, 10),
        seed: int = 0,
    ) -> None:
        self.tokenizer = tokenizer
        line_counts = (lines,) if isinstance(lines, int) else tuple(lines)
        self.lines = tuple(at_least(self.name, "lines", n, 1) for n in sorted(set(line_counts)))
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield a prompt for each number of lines that leaves enough to be expected."""
        text = text_of(document)
        if text is None:
            return
        passage = self._passage(document, text)
        for count in self.lines:
            cut = _end_of_line(passage, count)
            opening, continuation = passage[:cut], passage[cut:]
            if not 0 < cut <= _MAX_PROMPT or len("".join(continuation.split())) < MIN_CHARACTERS:
                return
            prompt = continued(self.tokenizer, opening, continuation)
            plural = "line" if count == 1 else "lines"
            yield make_prompt(
                self.name,
                document,
                opening,
                prompt.text,
                variant=f"{count} {plural}",
                prompt_tokens=prompt.prompt_tokens,
                expected_tokens=prompt.expected_tokens,
            )

    def _passage(self, document: Document, text: str) -> str:
        """The passage to cut: a long function with its indentation; of prose the whole text."""
        if kind(document.language) != "code":
            return text[banner_end(text, document.language) :].lstrip("\r\n")
        for unit in long_functions(document, self.seed):
            start = document.content.rfind(b"\n", 0, unit.span.start) + 1
            if document.content[start : unit.span.start].strip():
                start = unit.span.start
            return document.content[start : unit.span.end].decode("utf-8")
        return ""


def _end_of_line(text: str, count: int) -> int:
    """The end of the `count`-th line that is not blank, its line end not included; 0: too few."""
    at = 0
    for line in text.splitlines(keepends=True):
        count -= bool(line.strip())
        if count == 0:
            return at + len(line.rstrip())
        at += len(line)
    return 0
