# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Messages of a conversation, one to a row, in the notation of whatever framework wrote them.

Recognized by a field that names the author: "role", "sender", "speaker", "type": "user_message",
and others of `codescan.logs.authors`; also the messages of pydantic-ai, AutoGen, Haystack and
Semantic Kernel. Without it a user's row could be taken for a completion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.logs.authors import author_of, is_message_name
from codescan.logs.content import message_of
from codescan.logs.records import Message, PartKind, Unchecked
from codescan.logs.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["MessageRowsReader"]

_BODIES = (
    "content",
    "_content",
    "Items",
    "parts",
    "text",
    "output",
    "message",
    "utterance",
    "body",
    "mes",
)
_CALLS = frozenset({"input", "inputs", "prompt", "request", "response", "completion"})
"""Fields of a call with both of its sides, which is not a message."""
_TYPES = frozenset({"user", "human", "assistant", "ai", "bot", "chatbot"})
"""Types that name an author; "llm" and "tool" are also types of calls and steps."""


class MessageRowsReader:
    """The messages of one log, which are taken for one conversation."""

    name = "message-rows"
    source = ""  # many frameworks, none of them the owner of all these names

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # each message stands once
        self._transcript = Transcript("session")

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row names an author beside a text."""
        if _CALLS & fields.keys() or not any(fields.get(name) for name in _BODIES):
            return False
        kind = next((fields[name] for name in ("type", "kind") if fields.get(name)), None)
        is_typed = isinstance(kind, str) and (kind.lower() in _TYPES or is_message_name(kind))
        names_author = author_of(fields, by_type=False) or "models_usage" in fields
        return bool(names_author or is_typed or "parts" in fields) and _message(fields) is not None

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in a message, and yield the turn that it ends."""
        message = _message(fields)
        if message is None:
            return
        if message.role == "assistant" and not message.parts:
            yield Unchecked(row.place, "no-content", f"keys: {', '.join(map(str, fields))[:200]}")
        yield from self._transcript.add(message)

    def finish(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        yield from self._transcript.close()


def _message(fields: Mapping[str, object]) -> Message | None:
    source = fields.get("source")
    if isinstance(source, str) and "models_usage" in fields:  # AutoGen names its agents freely
        role = "assistant" if fields["models_usage"] else "user"
        return message_of({"content": fields.get("content"), "role": role})
    message = message_of(fields)
    if message is None:
        return None
    if not message.parts and (author := author_of(fields)) != "assistant":
        body = next((fields[name] for name in _BODIES if isinstance(fields.get(name), str)), None)
        return message_of({"content": body, "role": author}) if body else message
    is_given = all(part.kind is PartKind.GIVEN for part in message.parts)
    return Message("tool", message.parts) if message.parts and is_given else message
