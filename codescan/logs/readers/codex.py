# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""OpenAI Codex: rollout files of sessions, and the events of `codex exec --json`.

Rollouts hold items of the Responses API under "payload". Their "event_msg" rows repeat the text for
display and are passed over; so are compacted histories.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import message_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["CodexReader"]

_ROLLOUT = frozenset(
    {"session_meta", "response_item", "event_msg", "turn_context", "compacted", "world_state"}
)
_ITEMS = frozenset({"item.started", "item.updated", "item.completed"})
_EXEC = frozenset(
    {"thread.started", "turn.started", "turn.completed", "turn.failed", "error", *_ITEMS}
)
_BARE = frozenset(
    {
        "message", "reasoning", "function_call", "function_call_output", "custom_tool_call",
        "custom_tool_call_output", "local_shell_call", "web_search_call",
    }
)  # fmt: skip
"""Items of the first rollouts, which occur in rows of their own."""


class CodexReader:
    """Events of one session."""

    name = "codex"
    source = "https://github.com/openai/codex (codex-rs/protocol, RolloutItem)"

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a rollout holds each turn once
        self._transcript = Transcript("session")
        self._model = ""

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of a session."""
        kind = text_field(fields, "type")
        if kind in _ROLLOUT:
            return isinstance(fields.get("payload"), Mapping)
        if kind in _EXEC:
            return kind not in _ITEMS or isinstance(fields.get("item"), Mapping)
        if fields.get("record_type") == "state" or ("instructions" in fields and "git" in fields):
            return True
        # Anthropic's responses have a model as well.
        return kind in _BARE and "model" not in fields and "session_id" not in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in an event, and yield the turn that it ends."""
        del row
        kind, payload, item = text_field(fields, "type"), fields.get("payload"), fields.get("item")
        if kind == "session_meta" and isinstance(payload, Mapping):
            yield from self._transcript.close()
            self._transcript = Transcript(text_field(payload, "id") or "session")
        elif kind == "turn_context" and isinstance(payload, Mapping):
            self._model = text_field(payload, "model") or self._model
        elif kind == "response_item" and isinstance(payload, Mapping):
            yield from self._add(message_of(payload))
        elif kind == "item.completed" and isinstance(item, Mapping):
            yield from self._add(_exec_item(item))
        elif kind in _BARE:
            yield from self._add(message_of(fields))

    def finish(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        yield from self._transcript.close()

    def _add(self, message: Message | None) -> Iterator[Item]:
        if message is not None:
            named = Message(message.role, message.parts, message.finish_reason, self._model)
            yield from self._transcript.add(named)


def _exec_item(item: Mapping[str, object]) -> Message | None:
    """A message from an item of `codex exec --json`."""
    kind = text_field(item, "type", "item_type")
    parts: list[Part] = []
    if kind in ("agent_message", "assistant_message"):
        parts.append(Part(PartKind.TEXT, text_field(item, "text")))
    elif kind == "reasoning":
        parts.append(Part(PartKind.REASONING, text_field(item, "text")))
    else:  # commands, changes of files, calls of tools
        written = ("command", "changes", "arguments", "query", "items", "patch")
        parts += inserted_parts({name: item[name] for name in written if name in item})
        output = text_field(item, "aggregated_output")
        parts.append(Part(PartKind.GIVEN, output))
    return Message("assistant", tuple(part for part in parts if part.text))
