# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A session of a coding agent, read event by event: each turn of the model becomes an exchange.

A turn is what the model writes between two things that it is given. Agents store the parts of one
turn (reasoning, text, tool calls) as events of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.logs.compose import response_of
from codescan.logs.conversation import Context
from codescan.logs.records import Exchange, Message, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Transcript", "Transcripts"]


class Transcript:
    """One session.

    Args:
        session: its name; exchanges of one session are not independent.
    """

    def __init__(self, session: str) -> None:
        self._session = session
        self._context = Context()
        self._requests: list[str] = []
        self._parts: dict[Part, None] = {}
        self._key = ""
        self._model = ""
        self._finish = "stop"
        self._turns = 0

    def add(self, message: Message, key: str = "") -> Iterator[Exchange]:
        """Take in a message, and yield the turn that it ends.

        Args:
            message: of either side.
            key: name of the turn where the agent gives one; another name begins another turn.
        """
        if message.role != "assistant" or (key and self._key and key != self._key):
            yield from self.close()
        if message.role == "assistant":
            self._key = key or self._key
            self._model = message.model or self._model
            self._finish = message.finish_reason
            self._parts.update(dict.fromkeys(message.written))
        for part in message.context:
            self._context.add(part.text)
            self._requests.append(part.text)

    def close(self) -> Iterator[Exchange]:
        """Yield the turn that is open, if there is one."""
        if not self._parts:
            return
        turn = Message("assistant", tuple(self._parts), self._finish, self._model)
        self._parts = {}
        self._key = ""
        response = response_of(turn)
        if response is not None:
            self._turns += 1
            requests, self._requests = self._requests, []
            yield Exchange(
                label=f"{self._session}:{self._turns}",
                prompt=self._context.prompt_for(response.text),
                responses=(response,),
                model=self._model,
                group=self._session,
                user_text="\n\n".join(requests),
            )


class Transcripts:
    """The sessions of one log, by name; their events may be mixed."""

    def __init__(self) -> None:
        self._sessions: dict[str, Transcript] = {}

    def add(self, session: str, message: Message, key: str = "") -> Iterator[Exchange]:
        """Take in a message of a session."""
        transcript = self._sessions.get(session)
        if transcript is None:
            transcript = self._sessions[session] = Transcript(session)
        yield from transcript.add(message, key)

    def finish(self) -> Iterator[Exchange]:
        """Yield the turns that are open at the end of the log."""
        for transcript in self._sessions.values():
            yield from transcript.close()
