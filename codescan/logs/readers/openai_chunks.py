# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Streams of OpenAI's chat and completions APIs: chunks joined by response id and choice.

Types: `openai.types.chat.ChatCompletionChunk`. Rows of several streams may be mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, message_of
from codescan.logs.deltas import JoinedDeltas
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["OpenAIChunksReader", "assemble", "is_chunk"]

_OPEN = 1024  # streams that are joined at a time; the oldest is closed for another


@dataclass(slots=True)
class _Choice:
    text: list[str] = field(default_factory=list)
    deltas: JoinedDeltas = field(default_factory=JoinedDeltas)
    finish_reason: object = None

    def add(self, choice: Mapping[str, object]) -> None:
        """Take in what one chunk says of this choice."""
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        delta = choice.get("delta")
        if isinstance(delta, Mapping):
            self.deltas.add(delta)
        else:
            self.text.append(text_field(choice, "text"))

    def message(self, model: str) -> Message:
        """The whole choice."""
        text = "".join(self.text)
        parts = [Part(PartKind.TEXT, text)] if text else []
        whole = message_of({**self.deltas.message(), "role": "assistant"})
        parts += whole.parts if whole is not None else ()
        # A stream that ends without a reason was cut off.
        finish = finish_of(self.finish_reason) if self.finish_reason else "length"
        return Message("assistant", tuple(parts), finish, model)


@dataclass(slots=True)
class _Stream:
    place: str
    model: str = ""
    choices: dict[int, _Choice] = field(default_factory=dict)

    def add(self, chunk: Mapping[str, object]) -> None:
        self.model = text_field(chunk, "model") or self.model
        listed = chunk.get("choices")
        for choice in listed if isinstance(listed, list) else ():
            if isinstance(choice, Mapping):
                number = choice.get("index")
                number = number if isinstance(number, int) else 0
                self.choices.setdefault(number, _Choice()).add(choice)

    def messages(self) -> tuple[Message, ...]:
        return tuple(choice.message(self.model) for _, choice in sorted(self.choices.items()))


def is_chunk(fields: Mapping[str, object]) -> bool:
    """Whether an object is a chunk of a stream."""
    listed = fields.get("choices")
    if fields.get("object") == "chat.completion.chunk":
        return True
    if not isinstance(listed, list) or not listed:
        return False
    if any(isinstance(choice, Mapping) and "delta" in choice for choice in listed):
        return True
    return fields.get("object") == "text_completion" and all(
        isinstance(choice, Mapping) and "finish_reason" in choice and not choice["finish_reason"]
        for choice in listed
    )


def assemble(chunks: Iterable[Mapping[str, object]]) -> tuple[Message, ...]:
    """The choices of one whole stream."""
    stream = _Stream("")
    for chunk in chunks:
        stream.add(chunk)
    return stream.messages()


class OpenAIChunksReader:
    """Rows that are chunks."""

    name = "openai-stream"
    source = "https://github.com/openai/openai-python (types/chat/chat_completion_chunk.py)"

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self._open: dict[str, _Stream] = {}

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a chunk, or the end of a stream that is open."""
        return is_chunk(fields) or (
            "choices" in fields
            and fields.get("object") == "text_completion"
            and text_field(fields, "id") in self._open
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in a chunk."""
        name = text_field(fields, "id")
        if name not in self._open and len(self._open) >= _OPEN:
            yield from self._close(next(iter(self._open)))
        self._open.setdefault(name, _Stream(row.place)).add(fields)

    def finish(self) -> Iterator[Item]:
        """Yield every stream."""
        for name in list(self._open):
            yield from self._close(name)

    def _close(self, name: str) -> Iterator[Item]:
        stream = self._open.pop(name)
        yield from self.conversations.exchanges(name or stream.place, (), stream.messages())
