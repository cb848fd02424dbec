# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Anthropic's messages API, its batches, and the text completions before it.

Types: `anthropic.types.Message`, `anthropic.types.messages.MessageBatchIndividualResponse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, message_of, messages_of, parts_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Message, Part, PartKind, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["AnthropicReader", "choices", "history"]


def choices(body: Mapping[str, object]) -> tuple[Message, ...] | None:
    """The message of a response; None where `body` is none."""
    model = text_field(body, "model")
    if body.get("type") == "message" and body.get("role") == "assistant":
        message = message_of(body)
        return None if message is None else (message,)
    if body.get("type") == "completion" and isinstance(body.get("completion"), str):
        text = text_field(body, "completion")
        finish = finish_of(body.get("stop_reason"))
        return (Message("assistant", (Part(PartKind.TEXT, text),), finish, model),)
    return None


def history(body: Mapping[str, object]) -> tuple[Message, ...]:
    """The input of a request: the system prompt and messages."""
    system = tuple(Message("system", (part,)) for part in parts_of(body.get("system"), "system"))
    messages = body.get("messages")
    return (*system, *messages_of(messages)) if isinstance(messages, list) else system


class AnthropicReader(StatelessReader):
    """Bare responses, and results of a batch."""

    name = "anthropic"
    source = "https://github.com/anthropics/anthropic-sdk-python (types/message.py)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a response, or a batch's result."""
        result = fields.get("result")
        return choices(fields) is not None or (
            "custom_id" in fields and isinstance(result, Mapping) and "type" in result
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange; a request of a batch that failed is unchecked."""
        result = fields.get("result")
        body = fields
        if isinstance(result, Mapping):
            message = result.get("message")
            if not isinstance(message, Mapping):
                yield Unchecked(row.place, "service-error", str(result.get("type"))[:200])
                return
            body = message
        yield from self.conversations.exchanges(
            label_of(fields, "custom_id") if label_of(fields) != "row" else row.place,
            (),
            choices(body) or (),
            model=text_field(body, "model"),
        )
