# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""OpenAI's Responses API: one response to a row. Types: `openai.types.responses.Response`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import message_of, messages_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Message, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["OpenAIResponsesReader", "choices", "history"]

_ITEMS = ("message", "reasoning", "_call", "_output", "compaction")


def choices(body: Mapping[str, object]) -> tuple[Message, ...] | None:
    """All output items of a response as one message; None where `body` is none."""
    output = body.get("output")
    if not _is_output(output) or not isinstance(output, list):
        return None
    parts: list[Part] = []
    for item in output:
        message = message_of(item, role="assistant")
        if message is not None and message.role in ("assistant", "tool"):
            parts += message.parts
    finish = "stop"
    if body.get("status") == "incomplete":
        details = body.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, Mapping) else ""
        finish = "filter" if reason == "content_filter" else "length"
    return (Message("assistant", tuple(parts), finish, text_field(body, "model")),)


def history(body: Mapping[str, object]) -> tuple[Message, ...]:
    """The input of a request: instructions and input items."""
    instructions = body.get("instructions")
    system = messages_of(instructions, role="system") if isinstance(instructions, str) else ()
    value = body.get("input")
    if isinstance(value, (str, list)):
        return (*system, *messages_of(value))
    return system


class OpenAIResponsesReader(StatelessReader):
    """Bare responses, one to a row."""

    name = "openai-responses"
    source = "https://github.com/openai/openai-python (types/responses/response.py)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a response with output items."""
        return fields.get("object") == "response" or (
            "output" in fields and "role" not in fields and _is_output(fields["output"])
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange."""
        yield from self.conversations.exchanges(
            label_of(fields) if fields.get("id") else row.place,
            history(fields),
            choices(fields) or (),
            model=text_field(fields, "model"),
        )


def _is_output(output: object) -> bool:
    """Whether a value is a list of output items."""
    if not isinstance(output, list) or not output:
        return False
    kinds = [item.get("type") for item in output if isinstance(item, Mapping)]
    return len(kinds) == len(output) and all(
        isinstance(kind, str) and kind.endswith(_ITEMS) for kind in kinds
    )
