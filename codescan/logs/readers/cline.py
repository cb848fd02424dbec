# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Cline and its forks: the messages of a task as the editor shows them (`ui_messages.json`).

Its other file, `api_conversation_history.json`, holds messages of Anthropic's API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["ClineReader"]

_SAID = frozenset({"text", "reasoning", "completion_result", "command", "tool"})
_ASKED = frozenset(
    {"tool", "command", "followup", "plan_mode_respond", "completion_result", "act_mode_respond"}
)
_WRITING_TOOLS = frozenset({"newFileCreated", "editedExistingFile", "appliedDiff", "insertContent"})


class ClineReader:
    """Messages and questions of a task, one event to a row."""

    name = "cline"
    source = "https://github.com/cline/cline (src/shared/ExtensionMessage.ts)"

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a task holds each turn once
        self._transcript = Transcript("task")

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event of a task."""
        kind = fields.get("type")
        return kind in ("say", "ask") and isinstance(fields.get(str(kind)), str) and "ts" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in an event, and yield the turn that it ends."""
        del row
        kind = str(fields["type"])
        subject, text = str(fields[kind]), text_field(fields, "text")
        if subject not in (_SAID if kind == "say" else _ASKED):
            message = Message("user", (Part(PartKind.GIVEN, text),))
        elif subject == "tool":
            message = _tool(text)
        else:
            part = PartKind.REASONING if subject == "reasoning" else PartKind.TEXT
            message = Message("assistant", (Part(part, text),))
        yield from self._transcript.add(message)

    def finish(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        yield from self._transcript.close()


def _tool(text: str) -> Message:
    """A tool call; of one that reads, the text is what the model was given."""
    try:
        call = json.loads(text)
    except (ValueError, RecursionError):
        call = None
    if not isinstance(call, Mapping) or call.get("tool") not in _WRITING_TOOLS:
        return Message("tool", (Part(PartKind.GIVEN, text),))
    return Message("assistant", inserted_parts(dict(call)))
