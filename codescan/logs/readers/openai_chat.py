# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""OpenAI's chat and completions APIs, Azure OpenAI among them, and every service that copies them.

Types: `openai.types.chat.ChatCompletion`, `openai.types.Completion` (package `openai`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, message_of, messages_of, text_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Message, Part, PartKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["OpenAIChatReader", "choices", "history"]


def choices(body: Mapping[str, object]) -> tuple[Message, ...] | None:
    """The choices of a response; None where `body` is none."""
    listed = body.get("choices")
    if not isinstance(listed, list) or not listed:
        return None
    model = text_field(body, "model")
    messages = []
    for choice in listed:
        message = _choice(choice, model) if isinstance(choice, Mapping) else None
        if message is not None:
            messages.append(message)
    return tuple(messages) or None


def history(body: Mapping[str, object]) -> tuple[Message, ...]:
    """The input of a request: messages, or prompts of the completions API."""
    messages = body.get("messages")
    if isinstance(messages, list):
        return messages_of(messages)
    prompt = body.get("prompt")
    if isinstance(prompt, list):
        prompt = "\n\n".join(item for item in prompt if isinstance(item, str))
    if not isinstance(prompt, str):
        return ()
    suffix = text_field(body, "suffix")
    return messages_of(f"{prompt}\n{suffix}" if suffix else prompt)


class OpenAIChatReader(StatelessReader):
    """Bare responses, one to a row."""

    name = "openai"
    source = "https://github.com/openai/openai-python (types/chat/chat_completion.py)"

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is a response with choices that are complete."""
        listed = fields.get("choices")
        return (
            isinstance(listed, list)
            and bool(listed)
            and all(isinstance(c, Mapping) and "delta" not in c for c in listed)
            and any("message" in c or "text" in c for c in listed)
        )

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield one exchange with every choice."""
        answers = choices(fields) or ()
        yield from self.conversations.exchanges(
            label_of(fields) if fields.get("id") else row.place,
            history(fields),
            answers,
            model=text_field(fields, "model"),
        )


def _choice(choice: Mapping[str, object], model: str) -> Message | None:
    finish = finish_of(choice.get("finish_reason") or choice.get("stop_reason"))
    message, text = choice.get("message"), choice.get("text")
    if isinstance(message, Mapping):
        answer = message_of({**message, "role": "assistant"})
        parts = answer.parts if answer is not None else ()
        written = any(part.kind is not PartKind.GIVEN for part in parts)
        if not written and finish == "stop":
            return None
        return Message("assistant", parts, finish, model)
    if text is None or message is not None:
        return None
    return Message("assistant", (Part(PartKind.TEXT, text_of(text)),), finish, model)
