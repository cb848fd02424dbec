# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Gemini CLI's session files: one object with "messages", or its records in JSON Lines.

Types: `ConversationRecord` and `MessageRecord` (package `@google/gemini-cli-core`). A record in
JSON Lines is written again when it changes; the last one with an id counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import parts_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["GeminiCliReader"]

_TYPES = ("user", "gemini", "info", "error", "warning")


class GeminiCliReader:
    """Sessions."""

    name = "gemini-cli"
    source = "https://github.com/google-gemini/gemini-cli (packages/core, chatRecordingTypes.ts)"

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a session holds each turn once
        self._records: dict[str, Mapping[str, object]] = {}
        self._session = "session"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a session, or a record of one."""
        if "projectHash" in fields and "sessionId" in fields:
            return True
        if set(fields) <= {"$set", "$rewindTo"} and fields:
            return True
        return fields.get("type") in _TYPES and "content" in fields and "timestamp" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield the turns of a whole session; take in a record."""
        if isinstance(fields.get("messages"), list):
            name = text_field(fields, "sessionId") or row.place
            messages = fields["messages"]
            records = messages if isinstance(messages, list) else []
            yield from _turns(name, [item for item in records if isinstance(item, Mapping)])
        elif "sessionId" in fields:
            yield from self.finish()
            self._session = text_field(fields, "sessionId")
        else:
            changed = fields.get("$set")
            whole = changed.get("messages") if isinstance(changed, Mapping) else None
            for record in whole if isinstance(whole, list) else [fields]:
                if isinstance(record, Mapping) and "type" in record:
                    self._records[text_field(record, "id") or row.place] = record

    def finish(self) -> Iterator[Item]:
        """Yield the turns of the records."""
        records, self._records = list(self._records.values()), {}
        yield from _turns(self._session, records)


def _turns(name: str, records: list[Mapping[str, object]]) -> Iterator[Item]:
    transcript = Transcript(name)
    for record in records:
        if record.get("type") == "gemini":
            parts = tuple(_written(record))
            turn = Message("assistant", parts, model=text_field(record, "model"))
            yield from transcript.add(turn, text_field(record, "id"))
        elif record.get("type") == "user":
            yield from transcript.add(Message("user", parts_of(record.get("content"), "user")))
    yield from transcript.close()


def _written(record: Mapping[str, object]) -> Iterator[Part]:
    thoughts = record.get("thoughts")
    for thought in thoughts if isinstance(thoughts, list) else ():
        if isinstance(thought, Mapping):
            yield Part(PartKind.REASONING, text_field(thought, "description"))
    yield from parts_of(record.get("content"))
    calls = record.get("toolCalls")
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, Mapping):
            yield from inserted_parts(call.get("args"))
            for part in parts_of(call.get("result"), "tool"):
                yield Part(PartKind.GIVEN, part.text)
