# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""GitHub Copilot CLI's session events (`events.jsonl`): `{"type", "data", "id", "timestamp"}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import message_of, parts_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["CopilotCliReader"]

_AREAS = (
    "session.", "user.", "assistant.", "tool.", "agent.", "subagent.", "hook.", "system.",
    "command.", "skill.", "permission.", "abort", "pending_messages.", "external_tool.",
)  # fmt: skip


class CopilotCliReader:
    """Events of one session; deltas repeat the message that follows them."""

    name = "copilot-cli"
    source = "https://github.com/github/copilot-sdk (nodejs/src/generated/session-events.ts)"

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a session holds each turn once
        self._transcript = Transcript("session")
        self._model = ""

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of a session."""
        kind = fields.get("type")
        return isinstance(kind, str) and kind.startswith(_AREAS) and "data" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in an event, and yield the turn that it ends."""
        del row
        kind, data = fields.get("type"), fields.get("data")
        if not isinstance(data, Mapping):
            return
        if kind == "session.start":
            yield from self._transcript.close()
            self._transcript = Transcript(text_field(data, "sessionId") or "session")
        self._model = text_field(data, "model", "newModel", "selectedModel") or self._model
        if kind == "user.message":
            content = text_field(data, "transformedContent", "content")
            attached = data.get("attachments")
            attachments = (Part(PartKind.GIVEN, content), *parts_of(attached, "user"))
            yield from self._transcript.add(Message("user", attachments))
        elif kind == "assistant.message":
            message = message_of({**data, "role": "assistant", "model": self._model})
            parts = list(message.parts) if message is not None else []
            for part in parts_of(data.get("reasoningText")):
                parts.insert(0, Part(PartKind.REASONING, part.text))
            turn = Message("assistant", tuple(parts), model=self._model)
            yield from self._transcript.add(turn)
        elif kind == "assistant.reasoning":
            part = Part(PartKind.REASONING, text_field(data, "content"))
            yield from self._transcript.add(Message("assistant", (part,), model=self._model))
        elif kind == "tool.execution_start":
            parts = list(inserted_parts(data.get("arguments")))
            yield from self._transcript.add(Message("assistant", tuple(parts), model=self._model))
        elif kind == "tool.execution_complete":
            result = data.get("result")
            texts = parts_of(result, "tool") if result is not None else ()
            yield from self._transcript.add(Message("tool", texts))

    def finish(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        yield from self._transcript.close()
