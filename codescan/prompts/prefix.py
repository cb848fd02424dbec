# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `prefix`: a window of a document, its first half given, its second half expected.

The protocol of discoverable extraction (Carlini et al. 2022, arXiv 2202.07646): 50 tokens of
true text, then whether the model goes on with the 50 that follow.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from codescan.prompts.file_heading import banner_end
from codescan.prompts.slicing import at_least, hashed, make_prompt, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.protocols import Tokenizer
    from codescan.records import Document, Prompt

__all__ = ["PrefixStrategy"]

_TRIES = 8
"""Places tried for each window before it is given up."""
_CHARACTERS = 16
"""Text encoded for each token wanted, at first; four times as much if that is too little."""
_MARGIN = 2
"""Tokens left unused at the end of a text that was cut off, since the cut may have made them."""

# Without a model's tokens: about as long as the tokens of code models, which are 3 to 5 characters.
_PIECE = re.compile(r" ?[^\W_]{1,8}|\s+|.", re.DOTALL)
_LINE_START = re.compile(r"^(?=[ \t]*\S)", re.MULTILINE)


class PrefixStrategy:
    """Windows spread over a document, beginning at a line and after the opening banner.

    The document is parted into as many stretches as windows are wanted; in each, a hash of seed,
    document and number chooses the line. So the windows of a document depend on nothing else, and
    all lines of a stretch are equally likely.

    Args:
        tokenizer: the model's own; None cuts at pieces of words instead, and the prompts carry
            no tokens. A window that does not survive encoding and decoding is passed over.
        prefix_tokens: tokens given; several numbers draw one prompt for each, all with the same
            continuation, so that rates can be compared by length.
        expected_tokens: tokens expected.
        per_document: windows at most.
        seed: another seed, other windows.

    Raises:
        UsageError: a number is below 1.
    """

    name = "prefix"

    def __init__(
        self,
        *,
        tokenizer: Tokenizer | None = None,
        prefix_tokens: int | Sequence[int] = 50,
        expected_tokens: int = 50,
        per_document: int = 1,
        seed: int = 0,
    ) -> None:
        self.tokenizer = tokenizer
        lengths = (prefix_tokens,) if isinstance(prefix_tokens, int) else tuple(prefix_tokens)
        self.lengths = tuple(
            at_least(self.name, "prefix_tokens", length, 1) for length in sorted(set(lengths))
        )
        self.prefix_tokens = at_least(self.name, "prefix_tokens", max(lengths, default=0), 1)
        self.expected_tokens = at_least(self.name, "expected_tokens", expected_tokens, 1)
        self.per_document = at_least(self.name, "per_document", per_document, 1)
        self.seed = seed

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield the prompts of up to `per_document` windows; none for too short a document."""
        text = text_of(document)
        if text is None or len(text) < self.prefix_tokens + self.expected_tokens:
            return
        banner = banner_end(text, document.language)
        starts = [line.start() for line in _LINE_START.finditer(text, banner)]
        windows = min(self.per_document, len(starts))
        used: set[int] = set()
        ids: set[str] = set()
        for number in range(windows):
            stretch = starts[
                len(starts) * number // windows : len(starts) * (number + 1) // windows
            ]
            places = [
                stretch[hashed(self.seed, document.id, number, attempt) % len(stretch)]
                for attempt in range(_TRIES)
            ]
            for at in (*places, stretch[0]):  # the first line helps documents of one window
                if at in used:
                    continue
                used.add(at)
                window = self._window(document, text, at)
                if window and not ids & {prompt.id for prompt in window}:
                    ids.update(prompt.id for prompt in window)
                    yield from window
                    break

    def _window(self, document: Document, text: str, at: int) -> tuple[Prompt, ...]:
        """The window that begins at `at`; none if the text ends first or cannot be cut so."""
        if self.tokenizer is None:
            return self._window_of_pieces(document, text, at)
        window_tokens = self.prefix_tokens + self.expected_tokens
        for size in (_CHARACTERS * window_tokens, 4 * _CHARACTERS * window_tokens):
            chunk = text[at : at + size]
            tokens = self.tokenizer.encode(chunk)
            ends = at + size >= len(text)
            if len(tokens) >= window_tokens + (0 if ends else _MARGIN):
                break
            if ends:
                return ()
        else:
            return ()
        prefix = self.tokenizer.decode(tokens[: self.prefix_tokens])
        window = self.tokenizer.decode(tokens[:window_tokens])
        # Not so where a character is split between two tokens, or white space is not kept.
        exact = chunk.startswith(window) and window.startswith(prefix)
        if not (exact and 0 < len(prefix) < len(window)):
            return ()
        expected = tuple(tokens[self.prefix_tokens : window_tokens])
        prompts = []
        for length in self.lengths:
            first = self.prefix_tokens - length
            skipped_text = self.tokenizer.decode(tokens[:first]) if first else ""
            if not (prefix.startswith(skipped_text) and len(skipped_text) < len(prefix)):
                return ()
            prompts.append(
                make_prompt(
                    self.name,
                    document,
                    prefix[len(skipped_text) :],
                    window[len(prefix) :],
                    variant=f"{length} tokens",
                    prompt_tokens=tokens[first : self.prefix_tokens],
                    expected_tokens=expected,
                )
            )
        return tuple(prompts)

    def _window_of_pieces(self, document: Document, text: str, at: int) -> tuple[Prompt, ...]:
        window_tokens = self.prefix_tokens + self.expected_tokens
        ends = [at, *(piece.end() for piece in islice(_PIECE.finditer(text, at), window_tokens))]
        if len(ends) <= window_tokens:
            return ()
        cut = ends[self.prefix_tokens]
        return tuple(
            make_prompt(
                self.name,
                document,
                text[ends[self.prefix_tokens - length] : cut],
                text[cut : ends[-1]],
                variant=f"{length} tokens",
            )
            for length in self.lengths
        )
