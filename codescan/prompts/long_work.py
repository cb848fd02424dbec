# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Strategy `long-work`: a whole text, continued piece by piece, or from its beginning on.

Measures how much of a work a model emits in total, as books are tested (2026, arXiv
2601.02671). Either each piece is elicited by the true text before it, or only the beginning is
given. The model then continues what it wrote itself, until it stops or brings nothing more of the
work. `codescan.audits.multi_turn` asks;
`codescan.audits.measures.long_works` counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.errors import UsageError
from codescan.prompts.file_heading import banner_end
from codescan.prompts.slicing import at_least, make_prompt, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.protocols import Tokenizer
    from codescan.records import Completion, Document, Prompt

__all__ = ["LongWorkStrategy", "words_of"]

_MODES = ("reference", "own")
_WORD = re.compile(r"\S+")
_COMPARED_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
_PIECES = 1_000
"""Maximum number of pieces of one text."""
_OWN_CHARACTERS = 400_000
"""Of the text that an answer to its beginning is compared with."""
_SHARED = 8
"""Words in a row that an answer and the work share where it still brings something of it."""
_BEYOND = 500
"""Words of the work, besides twice those said so far, that an answer may be at."""
_OVER = ("refusal", "filter", "error")
"""Ends of an answer after which the conversation ends."""
_INSTRUCTION = (
    "Continue this text exactly as it goes on. Answer with the text that follows only.\n\n"
)


class LongWorkStrategy:
    """The pieces of each long text, after its opening banner.

    Args:
        tokenizer: not needed; taken so that every strategy is made alike.
        mode: "reference" gives the true text before each piece; "own" gives the beginning, and then
            what the model wrote itself.
        given_words: words given before a piece, and of the beginning.
        step_words: words of a piece; the run's answers must be long enough to hold them.
        min_words: shorter texts are passed over.
        rounds: in mode "own", how often a model is asked to go on, at most.
        kept_words: in mode "own", words of what was given and written so far that it goes on from.
        patience: in mode "own", answers in a row that bring nothing new of the work before the
            conversation ends.
        chat: whether a message asks for the continuation, for models that follow instructions.
        seed: not needed; there is nothing to choose.

    Attributes:
        rounds: 1 in mode "reference".

    Raises:
        UsageError: a number is below 1, or a mode is not known.
    """

    name = "long-work"

    def __init__(  # noqa: PLR0913 - options of a command line, each with a default
        self,
        *,
        tokenizer: Tokenizer | None = None,
        mode: str = "reference",
        given_words: int = 100,
        step_words: int = 70,
        min_words: int = 500,
        rounds: int = 50,
        kept_words: int = 400,
        patience: int = 2,
        chat: bool = False,
        seed: int = 0,
    ) -> None:
        del tokenizer, seed
        if mode not in _MODES:
            raise UsageError(
                f"the prompt strategy {self.name!r} does not have the mode {mode!r}",
                f"known: {', '.join(_MODES)}",
            )
        self.mode = mode
        self.given_words = at_least(self.name, "given_words", given_words, 1)
        self.step_words = at_least(self.name, "step_words", step_words, 1)
        self.min_words = at_least(self.name, "min_words", min_words, 1)
        rounds = at_least(self.name, "rounds", rounds, 1)
        self.rounds = rounds if mode == "own" else 1
        self.kept_words = at_least(self.name, "kept_words", kept_words, 1)
        self.patience = at_least(self.name, "patience", patience, 1)
        self.chat = chat

    def prompts(self, document: Document) -> Iterator[Prompt]:
        """Yield a prompt for each piece, in order; none for a short text."""
        text = text_of(document)
        if text is None:
            return
        text = text[banner_end(text, document.language) :]
        ends = [word.end() for word in _WORD.finditer(text)]
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

    def follow(self, prompt: Prompt, answers: Sequence[Completion]) -> Prompt | None:
        """The same work, to be continued after what was answered so far.

        Args:
            prompt: the beginning.
            answers: of the model, at least one, in order.

        Returns:
            None where it is over. Either the last answer is empty, refused, or ended by the model
            (which in a conversation ends a message only). Or the answers have as many words as the
            work. Or the last `patience` answers brought nothing new of the work.
        """
        last = answers[-1]
        ended = last.finish_reason == "stop" and not prompt.chat
        if ended or last.finish_reason in _OVER or not last.text.strip():
            return None
        completions = [words_of(answer.text) for answer in answers]
        count = sum(map(len, completions))
        work = words_of(prompt.expected)
        if count >= len(work):
            return None
        remaining = _runs(work[: 2 * count + _BEYOND])
        idle = 0
        for words in completions:
            brought = _runs(words) & remaining
            remaining -= brought
            idle = 0 if brought else idle + 1
        if idle >= self.patience:
            return None
        begun = prompt.text.removeprefix(_INSTRUCTION) if prompt.chat else prompt.text
        parts = [begun, *(answer.text for answer in answers)]
        text = ("\n" if prompt.chat else "").join(parts)
        starts = [word.start() for word in _WORD.finditer(text)]
        # From where a word begins; white space at the end is the model's own.
        text = text[starts[-self.kept_words] :] if len(starts) > self.kept_words else text
        return replace(prompt, text=_INSTRUCTION + text if prompt.chat else text)

    def _prompt(self, document: Document, opening: str, expected: str) -> Prompt:
        text = _INSTRUCTION + opening if self.chat else opening
        return make_prompt(self.name, document, text, expected, variant=self.mode, chat=self.chat)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without letter case and punctuation."""
    return [word.casefold() for word in _COMPARED_WORD.findall(text)]


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Every run of words that is long enough to be no chance."""
    return {tuple(words[at : at + _SHARED]) for at in range(len(words) - _SHARED + 1)}
