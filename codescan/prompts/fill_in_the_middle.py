# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `fill-in-the-middle`: a hole in a file, with the text on either side of it.

The way editors ask for completions. Text on both sides makes many middles easy to deduce, so the
same hole can be shown with less text around it: compare the arms, and the null arm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import UsageError
from codescan.prompts.file_heading import banner_end
from codescan.prompts.slicing import at_least, hashed, make_prompt, path_comment, text_of
from codescan.prompts.token_boundaries import Continuation, continued, filled
from codescan.text.languages import kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["CONTEXTS", "ORDERS", "FillInTheMiddleStrategy"]

CONTEXTS = ("prefix", "suffix", "both", "both+path")
ORDERS = ("usual", "psm", "spm")
"""As the model is usually asked; prefix, suffix, middle; suffix, prefix, middle."""
_TRIES = 16
_MIN_CHARACTERS = 20
"""Of a hole, white space not counted: less is guessed too often."""


class FillInTheMiddleStrategy:
    """Holes of whole lines, chosen by hash from the lines after the opening banner.

    Args:
        tokenizer: the model's own, for the tokens of the hole.
        lines: lines of the hole; one hole for each number.
        contexts: what the model is given, of "prefix", "suffix", "both" and "both+path" (a
            comment with the file's path before the prefix); one prompt for each.
        orders: which side is given first, of "usual", "psm" and "spm"; one prompt for each, where
            there is a suffix. A model that was not trained with an order cannot be asked in it.
        context_characters: text given on each side, at most; one prompt for each number, so that
            the report shows extraction by how much of the text around the hole is given.
        seed: another seed, other holes.

    Raises:
        UsageError: a number is below 1, or a context or an order is not known.
    """

    name = "fill-in-the-middle"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        lines: int | Sequence[int] = (3,),
        contexts: str | Sequence[str] = ("both",),
        orders: str | Sequence[str] = ("usual",),
        context_characters: int | Sequence[int] = 1_000,
        seed: int = 0,
    ) -> None:
        self.tokenizer = tokenizer
        line_counts = (lines,) if isinstance(lines, int) else tuple(lines)
        self.lines = tuple(at_least(self.name, "lines", n, 1) for n in sorted(set(line_counts)))
        self.contexts = self._chosen("context", contexts, CONTEXTS)
        self.orders = self._chosen("order", orders, ORDERS)
        sizes = (
            (context_characters,)
            if isinstance(context_characters, int)
            else tuple(context_characters)
        )
        self.context_characters = tuple(
            at_least(self.name, "context_characters", n, 1) for n in sorted(set(sizes))
        )
        if not self.context_characters:
            raise UsageError(
                f"the prompt strategy {self.name!r} needs context_characters",
                "give a number of at least 1",
            )
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield a prompt for each number of lines and context; none for prose and short files."""
        text = text_of(document)
        if text is None or kind(document.language) != "code":
            return
        starts = _line_starts(text, banner_end(text, document.language))
        for count in self.lines:
            place = self._place(document, text, starts, count)
            if place is None:
                continue
            plural = "line" if count == 1 else "lines"
            for size, parts in self._amounts(text, *place):
                size_note = f"{size} characters, " if len(self.context_characters) > 1 else ""
                for context in self.contexts:
                    if context == "both+path" and not path_comment(document):
                        continue
                    for order in self.orders[:1] if context == "prefix" else self.orders:
                        words = f"{size_note}{count} {plural}"
                        yield self._prompt(document, parts, context, order, words)

    def _amounts(
        self, text: str, start: int, end: int
    ) -> Iterator[tuple[int, tuple[str, str, str]]]:
        """Characters given on each side, and the text before, in and after the hole."""
        for size in self.context_characters:
            yield (
                size,
                (text[max(0, start - size) : start], text[start:end], text[end : end + size]),
            )

    def _place(
        self, document: Document, text: str, starts: Sequence[int], count: int
    ) -> tuple[int, int] | None:
        """Start and end of a hole with a line above it and one below."""
        choices = len(starts) - count - 1
        if choices < 1:
            return None
        for attempt in range(_TRIES):
            first = 1 + hashed(self.seed, document.id, count, attempt) % choices
            start, end = starts[first], starts[first + count]
            hole = text[start:end]
            if len("".join(hole.split())) >= _MIN_CHARACTERS and text[end:].strip():
                return start, end
        return None

    def _chosen(
        self, option: str, value: str | Sequence[str], choices: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The requested kinds, in the order of the known ones."""
        names = (value,) if isinstance(value, str) else tuple(value)
        unknown = sorted(set(names) - set(choices))
        if unknown or not names:
            raise UsageError(
                f"the prompt strategy {self.name!r} does not have {option} {', '.join(unknown)}",
                f"known: {', '.join(choices)}",
            )
        return tuple(one for one in choices if one in names)

    def _prompt(
        self, document: Document, parts: tuple[str, str, str], context: str, order: str, words: str
    ) -> Prompt:
        before, hole, after = parts
        if context == "prefix":
            continuation = continued(self.tokenizer, before, hole, count=self._tokens(hole))
            continuation = continuation if continuation.text == hole else Continuation(hole)
        else:
            continuation = filled(self.tokenizer, hole)
        prefix = "" if context == "suffix" else before
        if context == "both+path":
            prefix = path_comment(document) + prefix
        fixed = "" if context == "prefix" or order == "usual" else order
        return make_prompt(
            self.name,
            document,
            prefix,
            hole,
            variant=", ".join(filter(None, (context, fixed, words))),
            suffix="" if context == "prefix" else after,
            infill_order=fixed,
            prompt_tokens=continuation.prompt_tokens,
            expected_tokens=continuation.expected_tokens,
        )

    def _tokens(self, hole: str) -> int:
        return max(1, len(self.tokenizer.encode(hole))) if self.tokenizer is not None else 1


def _line_starts(text: str, start: int) -> list[int]:
    """The offsets of lines, from the first whole line after `start`."""
    places = [0]
    for line in text.splitlines(keepends=True):
        places.append(places[-1] + len(line))
    return [place for place in places[:-1] if place >= start]
