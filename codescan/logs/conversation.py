# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Turns conversations into exchanges, each turn of the model once.

A client sends the whole conversation again with each request, so a log holds earlier turns many
times. A turn inside the history of a request counts unless the log holds it as a response. A
response counts always: equal answers to equal prompts are samples.
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from codescan.logs.compose import response_of
from codescan.logs.records import Exchange, Message, Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Context", "Conversations"]

_WHOLE = 64 << 10
"""Characters of context that a prompt keeps whole; of more, it keeps what the response repeats."""
_MOST = 1 << 20
"""Characters of context that a prompt keeps at most, the latest first."""
_REMEMBERED_TURNS = 1 << 20
"""Turns of a log that are remembered; the earliest are forgotten first."""
_REMEMBERED = 64 << 20
"""Characters of one conversation that are remembered; the earliest are forgotten first."""
_SHORTEST_LINE = 8
_NUMBERED = re.compile(r"^[ \t]*(\d+)(?:→|\t|: |\| ?|:)", re.MULTILINE)


class Context:
    """The model's input in a conversation so far.

    A prompt that carried all of it would make the cost of a long conversation quadratic. It keeps
    the latest message and those that share a line with the response: these decide whether a passage
    was given in the prompt.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._forgotten = 0
        self._size = 0
        self._lines: dict[int, list[int]] = {}

    def add(self, text: str) -> None:
        """Remember a text that the model was given."""
        text = _unnumbered(text)
        if not text.strip():
            return
        number = len(self._texts)
        self._texts.append(text)
        self._size += len(text)
        for line in text.splitlines():
            bare = line.strip()
            if len(bare) >= _SHORTEST_LINE:
                places = self._lines.setdefault(hash(bare), [])
                if not places or places[-1] != number:
                    places.append(number)
                    del places[:-4]
        while self._size > _REMEMBERED and self._forgotten < number:
            self._size -= len(self._texts[self._forgotten])
            self._texts[self._forgotten] = ""
            self._forgotten += 1

    def prompt_for(self, response: str) -> str:
        """The context of a response, in order."""
        if not self._texts:
            return ""
        if self._size <= _WHOLE:
            return "\n\n".join(filter(None, self._texts))
        selected = {len(self._texts) - 1}
        for line in response.splitlines():
            selected.update(self._lines.get(hash(line.strip()), ()))
        texts: list[str] = []
        remaining = _MOST
        for number in sorted(selected, reverse=True):
            text = self._texts[number][:remaining]
            remaining -= len(text)
            texts.append(text)
        return "\n\n".join(reversed([text for text in texts if text]))


class Conversations:
    """The turns of one log."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}
        """Turns that were seen, and how often from a history whose response was not seen."""
        self._texts: dict[bytes, int] = {}
        self.repeated = 0
        """Turns that repeat an earlier one and were not counted again."""

    def exchanges(
        self,
        label: str,
        history: Sequence[Message],
        choices: Iterable[Message],
        *,
        model: str = "",
        group: str = "",
        expected: str = "",
        language: str = "prose",
    ) -> Iterator[Exchange]:
        """Yield the turns of the history that are new, then the response with all its choices.

        Args:
            label: the row's own name.
            history: what was sent to the model, in order.
            choices: what it answered, one message for each choice.
            model: its name, where the choices do not say.
            group: see `Exchange.group`.
            expected: the true continuation.
            language: of the prompt.
        """
        context = Context()
        previous = ""
        requests: list[str] = []
        for message in history:
            if message.role == "assistant":
                response = response_of(message)
                if response is not None:
                    if self._is_new(previous, response.text):
                        yield Exchange(
                            label, context.prompt_for(response.text), (response,),
                            message.model or model, language, group or label,
                            user_text="\n\n".join(requests),
                        )  # fmt: skip
                    previous = response.text
                    requests.clear()
            for part in message.context:
                context.add(part.text)
                requests.append(part.text)
                previous = part.text
        answered: list[Response] = []
        for message in choices:
            model = message.model or model
            for part in message.context:
                context.add(part.text)
                requests.append(part.text)
            response = response_of(message)
            if response is not None and self._counts(previous, response.text):
                answered.append(response)
        if answered:
            whole = "\n".join(response.text for response in answered)
            yield Exchange(
                label, context.prompt_for(whole), tuple(answered), model, language, group, expected,
                "\n\n".join(requests),
            )  # fmt: skip

    def has_response(self, text: str) -> bool:
        """Whether some response of the log has this text, white space at its ends apart."""
        return _key("", text.strip()) in self._texts

    def _is_new(self, previous: str, text: str) -> bool:
        """Whether a turn of a history has not been counted."""
        key = _key(previous, text)
        if key in self._known:
            self.repeated += 1
            return False
        _remember(self._known, key, 1)
        return True

    def _counts(self, previous: str, text: str) -> bool:
        """Whether a response is not a turn that a history has shown before."""
        if not text:
            return True
        key = _key(previous, text)
        _remember(self._texts, _key("", text.strip()), 0)
        uncounted = self._known.get(key, 0)
        if uncounted > 0:
            self._known[key] = uncounted - 1
            self.repeated += 1
            return False
        _remember(self._known, key, 0)
        return True


def _remember(turns: dict[bytes, int], key: bytes, value: int) -> None:
    """Remember a turn; memory stays bounded, so that of many turns the earliest is forgotten."""
    turns[key] = value
    if len(turns) > _REMEMBERED_TURNS:
        del turns[next(iter(turns))]


def _key(previous: str, text: str) -> bytes:
    digest = hashlib.blake2b(previous.encode("utf-8", "replace"), digest_size=16)
    digest.update(b"\0" + text.encode("utf-8", "replace"))
    return digest.digest()


def _unnumbered(text: str) -> str:
    """The text without the line numbers that tools put before the lines of a file."""
    numbers = [int(match[1]) for match in _NUMBERED.finditer(text) if len(match[1]) < 8]  # noqa: PLR2004
    lines = len(text.splitlines())
    rising = sum(two == one + 1 for one, two in pairwise(numbers))
    if len(numbers) < 2 or rising < 0.8 * (lines - 1):  # noqa: PLR2004
        return text
    return _NUMBERED.sub("", text)
