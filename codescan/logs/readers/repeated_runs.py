# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs that usually repeat the text of a model's own run: chains, agents, spans, traces.

Tracers log the call to a model and each step around it, so the same text occurs in many rows. Such
a row is read at the end of the log, and only if no model's run holds its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.logs.compose import response_of
from codescan.logs.records import Message, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item

__all__ = ["RepeatedRuns"]

_REMEMBERED = 64 << 20  # characters of runs that wait for the end of the log


class RepeatedRuns:
    """The runs of one log that wait for its end."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._waiting: list[tuple[str, tuple[Message, ...], tuple[Message, ...]]] = []
        self._size = 0

    def add(
        self, place: str, history: tuple[Message, ...], choices: tuple[Message, ...]
    ) -> Iterator[Item]:
        """Remember a run; yield it as unchecked where there is no room for it."""
        if not choices:
            return
        size = sum(len(part.text) for message in (*history, *choices) for part in message.parts)
        if self._size + size > _REMEMBERED:
            yield Unchecked(place, "too-large", "too many runs of chains and agents")
            return
        self._size += size
        self._waiting.append((place, history, choices))

    def finish(self) -> Iterator[Item]:
        """Yield the exchanges of the runs whose text no model's run holds."""
        for place, history, choices in self._waiting:
            new = tuple(
                message
                for message in choices
                if (response := response_of(message)) is not None
                and not self._conversations.has_response(response.text)
            )
            yield from self._conversations.exchanges(place, history, new)
        self._waiting.clear()
