# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Ollama's generate and chat APIs; the rows of a stream are joined until one is done.

Types: `ollama.GenerateResponse`, `ollama.ChatResponse` (package `ollama`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, message_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["OllamaReader", "choices"]


def choices(body: Mapping[str, object]) -> tuple[Message, ...] | None:
    """The message of a response; None where `body` is none."""
    if "done" not in body or "model" not in body:
        return None
    finish, model = finish_of(body.get("done_reason")), text_field(body, "model")
    message = message_of(body.get("message"), role="assistant")
    if message is not None:
        return (Message("assistant", message.parts, finish, model),)
    parts = (
        Part(PartKind.REASONING, text_field(body, "thinking")),
        Part(PartKind.TEXT, text_field(body, "response")),
    )
    return (Message("assistant", tuple(part for part in parts if part.text), finish, model),)


class OllamaReader:
    """Responses, whole or streamed in rows; the last row is marked as done."""

    name = "ollama"
    source = "https://github.com/ollama/ollama-python (ollama/_types.py)"

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self._open: dict[str, tuple[str, list[Part]]] = {}

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a response or a part of one."""
        return isinstance(fields.get("done"), bool) and "model" in fields and (
            "response" in fields or "message" in fields
        )  # fmt: skip

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in a row, and yield the exchange when the response is done."""
        (message,) = choices(fields) or (Message("assistant", ()),)
        place, parts = self._open.setdefault(message.model, (row.place, []))
        for part in message.parts:
            if parts and parts[-1].kind is part.kind and not part.language:
                parts[-1] = Part(part.kind, parts[-1].text + part.text)
            else:
                parts.append(part)
        if fields.get("done"):
            del self._open[message.model]
            whole = Message("assistant", tuple(parts), message.finish_reason, message.model)
            yield from self.conversations.exchanges(place, (), (whole,))

    def finish(self) -> Iterator[Item]:
        """Yield the responses that were never done: cut off."""
        for model, (place, parts) in self._open.items():
            whole = Message("assistant", tuple(parts), "length", model)
            yield from self.conversations.exchanges(place, (), (whole,))
