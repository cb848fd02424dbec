# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Divide windows of a form into pieces, which forms share.

The log-probability of a window is the sum over its tokens, each given those before it. So a window
may be scored in pieces of a few lines: every token is scored once, after up to 64 tokens before
its piece. The sum is a function of the form's text alone, so forms stay exchangeable. Forms differ
at few places, so most pieces are those of other forms, too, and are scored once. What training on
one text leaves behind shows within few tokens, so a longer context costs more and adds little.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from codescan.protocols import Tokenizer

__all__ = ["Pieces"]

_SPECIAL = 8
"""Tokens of the context that are left to what a model puts before every text."""
_LEAST_CONTEXT = 32
_ROOM = 96
"""Tokens of a piece and of what precedes it, at most."""
_LINE_TOKENS = 16
"""Tokens of a line of code, about: decides how many lines a piece has."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Divides prompts for one model.

    Args:
        tokenizer: of the model; None where it gives no tokens away: nothing is divided.
        context: most tokens the model takes; 0 where it does not say.
    """

    tokenizer: Tokenizer | None
    context: int

    def distinct(self, windows: Iterable[Prompt]) -> Iterator[Prompt]:
        """Yield the pieces of windows, those of equal content once."""
        seen = set()
        lines: dict[int, int] = {}
        for window in windows:
            for piece in self._of(window, lines):
                if piece.id not in seen:
                    seen.add(piece.id)
                    yield piece

    def sums(
        self, windows: Iterable[Prompt], logprobs: Mapping[str, float]
    ) -> Iterator[tuple[str, float]]:
        """Yield id and log-probability of the windows of which every piece has a score.

        Args:
            windows: as `distinct` took them.
            logprobs: of pieces, by id.
        """
        lines: dict[int, int] = {}
        for window in windows:
            own = [logprobs.get(piece.id) for piece in self._of(window, lines)]
            scored = [logprob for logprob in own if logprob is not None]
            if len(scored) == len(own):
                yield window.id, sum(scored)

    def _of(self, window: Prompt, lines: dict[int, int]) -> Iterator[Prompt]:
        """The pieces of a window.

        Args:
            window: a prompt with its true continuation.
            lines: ends of lines that a token holds; filled on the way.
        """
        room = min(self.context - _SPECIAL, _ROOM) if self.context else _ROOM
        if self.tokenizer is None or room < _LEAST_CONTEXT:
            yield _named(window)
            return
        head = self.tokenizer.encode(window.text)
        tokens = self.tokenizer.encode(window.text + window.expected)
        if tokens[: len(head)] != head:  # a token spans the boundary
            tokens = [*head, *self.tokenizer.encode(window.expected)]
        if len(tokens) <= room:
            yield _named(window)
            return
        most = room // 3
        start = len(head)
        for end in _ends(tokens, start, most, lines, self.tokenizer):
            before = tokens[max(0, start - (room - most)) : start]
            own = tokens[start:end]
            yield _named(
                Prompt(
                    id="",
                    text=self.tokenizer.decode(before),
                    strategy=window.strategy,
                    language=window.language,
                    expected=self.tokenizer.decode(own),
                    prompt_tokens=tuple(before),
                    expected_tokens=tuple(own),
                )
            )
            start = end


def _ends(
    tokens: list[int], start: int, most: int, lines: dict[int, int], tokenizer: Tokenizer
) -> Iterator[int]:
    """Yield where pieces end: after every few lines, or where a piece is as long as may be."""
    step = max(1, most // _LINE_TOKENS)
    first, passed, due = start, 0, step
    for place in range(start, len(tokens)):
        token = tokens[place]
        if token not in lines:
            lines[token] = tokenizer.decode([token]).count("\n")
        passed += lines[token]
        if passed >= due or place + 1 - first == most or place + 1 == len(tokens):
            yield place + 1
            first = place + 1
            due = (passed // step + 1) * step


def _named(prompt: Prompt) -> Prompt:
    """A prompt with an id of its content."""
    parts = (prompt.text, prompt.expected, prompt.prompt_tokens, prompt.expected_tokens)
    content = json.dumps([prompt.language, *parts]).encode()
    return msgspec.structs.replace(prompt, id=hashlib.sha256(content).hexdigest()[:32])
