# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Streams of typed events: OpenAI's Responses API and Anthropic's messages API.

Types: `openai.types.responses.ResponseStreamEvent`, `anthropic.types.RawMessageStreamEvent`. The
events of one response follow each other; the next response begins with an event of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, message_of
from codescan.logs.reader import text_field
from codescan.logs.readers import openai_responses
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["AnthropicStreamReader", "ResponsesStreamReader", "assemble", "is_event"]

_ANTHROPIC = frozenset(
    {
        "message_start", "content_block_start", "content_block_delta", "content_block_stop",
        "message_delta", "message_stop",
    }
)  # fmt: skip
_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})


def is_event(fields: Mapping[str, object]) -> bool:
    """Whether an object is an event of either stream."""
    kind = fields.get("type")
    return isinstance(kind, str) and (kind in _ANTHROPIC or kind.startswith("response."))


def assemble(events: Iterable[Mapping[str, object]]) -> tuple[Message, ...]:
    """The messages of whole streams, one after another."""
    messages: list[Message] = []
    anthropic, responses = _AnthropicMessage(), _ResponsesMessage()
    for event in events:
        kind = str(event.get("type"))
        assembly = anthropic if kind in _ANTHROPIC else responses
        messages += assembly.add(kind, event)
    return (*messages, *anthropic.end(), *responses.end())


class _AnthropicMessage:
    """One message under way."""

    def __init__(self) -> None:
        self._blocks: dict[str, dict[str, list[str]]] = {}
        self._kinds: dict[str, str] = {}
        self._model = ""
        self._finish = ""

    def add(self, kind: str, event: Mapping[str, object]) -> list[Message]:
        """Take in an event; returns the message that it ends."""
        ended: list[Message] = []
        block, delta = event.get("content_block"), event.get("delta")
        number = str(event.get("index"))
        if kind == "message_start":
            ended = self.end()
            message = event.get("message")
            self._model = text_field(message, "model") if isinstance(message, Mapping) else ""
        elif kind == "content_block_start" and isinstance(block, Mapping):
            self._kinds[number] = text_field(block, "type")
            self._take(number, "text", text_field(block, "text", "thinking"))
        elif kind == "content_block_delta" and isinstance(delta, Mapping):
            self._take(number, "text", text_field(delta, "text", "thinking"))
            self._take(number, "json", text_field(delta, "partial_json"))
        elif kind == "message_delta" and isinstance(delta, Mapping):
            self._finish = text_field(delta, "stop_reason") or self._finish
        elif kind == "message_stop":
            ended = self.end()
        return ended

    def end(self) -> list[Message]:
        """The message so far; [] where there is none."""
        parts: list[Part] = []
        for number, texts in self._blocks.items():
            parts += inserted_parts("".join(texts.get("json", ())))
            kind = self._kinds.get(number, "")
            reasoning = "thinking" in kind
            text = "".join(texts.get("text", ()))
            parts.append(Part(PartKind.REASONING if reasoning else PartKind.TEXT, text))
        finish = finish_of(self._finish) if self._finish else "length"
        message = Message("assistant", tuple(p for p in parts if p.text), finish, self._model)
        began = bool(self._blocks) or bool(self._finish)
        self.__init__()  # type: ignore[misc]  # ready for the next message
        return [message] if began else []

    def _take(self, number: str, name: str, text: str) -> None:
        if text:
            self._blocks.setdefault(number, {}).setdefault(name, []).append(text)


class _ResponsesMessage:
    """One response under way."""

    def __init__(self) -> None:
        self._deltas: dict[str, tuple[PartKind, list[str]]] = {}
        self._done: list[Part] = []

    def add(self, kind: str, event: Mapping[str, object]) -> list[Message]:
        """Take in an event; returns the response that it ends."""
        if kind == "response.created":
            return self.end()
        body = event.get("response")
        if kind in _ENDS and isinstance(body, Mapping):
            whole = openai_responses.choices(body)
            if whole and whole[0].written:
                self.__init__()  # type: ignore[misc]  # it repeats every delta
                return list(whole)
            return self.end()
        item = event.get("item")
        if kind == "response.output_item.done" and isinstance(item, Mapping):
            message = message_of(item, role="assistant")
            self._done += message.parts if message is not None else ()
            self._deltas = {
                key: value for key, value in self._deltas.items() if key != str(item.get("id"))
            }
        elif kind.endswith(".delta") and isinstance(event.get("delta"), str):
            part = PartKind.TEXT
            if "arguments" in kind or "call" in kind:
                part = PartKind.TOOL_CALL
            elif "reasoning" in kind:
                part = PartKind.REASONING
            key = str(event.get("item_id", event.get("output_index")))
            self._deltas.setdefault(key, (part, []))[1].append(str(event["delta"]))
        return []

    def end(self) -> list[Message]:
        """The response so far, which was cut off; [] where there is none."""
        parts = list(self._done)
        for kind, texts in self._deltas.values():
            text = "".join(texts)
            parts += inserted_parts(text) if kind is PartKind.TOOL_CALL else [Part(kind, text)]
        self.__init__()  # type: ignore[misc]
        return [Message("assistant", tuple(parts), "length")] if parts else []


class _EventReader:
    """Rows that are events."""

    assembly: type[_AnthropicMessage | _ResponsesMessage]

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self._message = self.assembly()
        self._place = ""

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in an event, and yield the exchange that it ends."""
        self._place = self._place or row.place
        ended = self._message.add(str(fields.get("type")), fields)
        yield from self._exchanges(ended)

    def finish(self) -> Iterator[Item]:
        """Yield what is under way."""
        yield from self._exchanges(self._message.end())

    def _exchanges(self, ended: list[Message]) -> Iterator[Item]:
        for message in ended:
            yield from self.conversations.exchanges(self._place, (), (message,))
            self._place = ""


class AnthropicStreamReader(_EventReader):
    """Events of Anthropic's messages API."""

    name = "anthropic-stream"
    source = (
        "https://github.com/anthropics/anthropic-sdk-python (types/raw_message_stream_event.py)"
    )
    assembly = _AnthropicMessage

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of a message."""
        kind = fields.get("type")
        return isinstance(kind, str) and kind in _ANTHROPIC


class ResponsesStreamReader(_EventReader):
    """Events of OpenAI's Responses API."""

    name = "openai-responses-stream"
    source = "https://github.com/openai/openai-python (types/responses/response_stream_event.py)"
    assembly = _ResponsesMessage

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of a response."""
        kind = fields.get("type")
        return isinstance(kind, str) and kind.startswith("response.")
