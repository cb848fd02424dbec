# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Conversations as lists of messages: chat datasets, ShareGPT, fine-tuning files, exports of chats.

Lists under "messages", "conversations", "conversation", "dialog", "turns" or "history", with
"role" or "from" and "content" or "value"; or pairs of a question and its answer; and ChatGPT's
export with its tree under "mapping".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import decoded
from codescan.logs.content import message_of, messages_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.readers.request_response import language_of
from codescan.logs.records import Message, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["MessagesReader"]

_LISTS = (
    "messages", "conversations", "conversation", "dialog", "dialogue", "turns", "history",
    "chat", "chat_messages", "chat_history", "trajectory", "transcript", "chunks", "internal",
)  # fmt: skip


_AROUND = ("chat", "values", "chunkedPrompt", "conversation", "thread", "session", "history")
"""Objects that the list may occur in."""


class MessagesReader(StatelessReader):
    """One conversation to a row."""

    name = "messages"
    source = (
        "https://github.com/lm-sys/FastChat (ShareGPT); "
        "https://platform.openai.com/docs/guides/supervised-fine-tuning"
    )

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row holds a list of messages in which a model speaks."""
        return bool(_tree(fields)) or any(
            message.role == "assistant" for message in _messages(fields)
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange for each turn of the model that is new in this log."""
        messages = _tree(fields) or _messages(fields)
        if not messages:
            yield Unchecked(row.place, "no-completion", "no turn of a model")
            return
        last = messages[-1]
        ended = last.role == "assistant"
        label = label_of(fields, "conversation_id", "session_id", "chat_id")
        label = label if label != "row" else row.place
        yield from self.conversations.exchanges(
            label,
            messages[:-1] if ended else messages,
            messages[-1:] if ended else (),
            model=text_field(fields, "model"),
            group=label,
            expected=text_field(fields, "expected") if ended else "",
            language=language_of(fields),
        )


def _messages(fields: Mapping[str, object]) -> tuple[Message, ...]:
    inner = (fields[name] for name in _AROUND if isinstance(fields.get(name), Mapping))
    for holder in (fields, *inner):
        for name in _LISTS:
            value = decoded(holder.get(name)) if isinstance(holder, Mapping) else None
            messages = (messages_of(value) or _pairs(value)) if isinstance(value, list) else ()
            if messages:
                return messages
    return ()


def _pairs(turns: list[object]) -> tuple[Message, ...]:
    """The messages of turns that are pairs of question and answer."""
    messages: list[Message] = []
    for turn in turns:
        if not (isinstance(turn, list) and len(turn) == 2 and isinstance(turn[1], (str, Mapping))):  # noqa: PLR2004
            return ()
        messages += messages_of(turn[0] or "", role="user")
        messages += messages_of(turn[1], role="assistant")
    return tuple(messages)


def _tree(fields: Mapping[str, object]) -> tuple[Message, ...]:
    """The messages of ChatGPT's export, every branch, in the order of the file."""
    mapping = fields.get("mapping")
    if not isinstance(mapping, Mapping):
        return ()
    nodes = [node.get("message") for node in mapping.values() if isinstance(node, Mapping)]
    messages = [message for node in nodes if (message := message_of(node)) is not None]
    return tuple(messages)
