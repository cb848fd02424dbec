# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Google's Gemini API and Vertex AI, whole or as a stream of rows with one response id.

Types: `google.genai.types.GenerateContentResponse`; JSON has the same names in camelCase.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, message_of, messages_of
from codescan.logs.reader import label_of, text_field
from codescan.logs.records import Message, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["GeminiReader", "choices", "history"]

_OPEN = 256  # streams that are joined at a time


def choices(body: Mapping[str, object]) -> tuple[Message, ...] | None:
    """The candidates of a response; None where `body` is none."""
    candidates = body.get("candidates")
    model = text_field(body, "modelVersion", "model_version", "model")
    if not isinstance(candidates, list):
        feedback = body.get("promptFeedback", body.get("prompt_feedback"))
        blocked = isinstance(feedback, Mapping) and (
            feedback.get("blockReason") or feedback.get("block_reason")
        )
        return (Message("assistant", (), "filter", model),) if blocked else None
    messages = []
    for candidate in candidates:
        if not isinstance(candidate, Mapping):
            continue
        message = message_of(candidate.get("content"), role="assistant")
        finish = finish_of(candidate.get("finishReason", candidate.get("finish_reason")))
        parts = message.parts if message is not None else ()
        messages.append(Message("assistant", parts, finish, model))
    return tuple(messages)


def history(body: Mapping[str, object]) -> tuple[Message, ...]:
    """The input of a request: the system instruction and contents."""
    system = body.get("systemInstruction", body.get("system_instruction"))
    first = message_of(system, role="system")
    contents = body.get("contents")
    messages = messages_of(contents, role="user") if isinstance(contents, (str, list)) else ()
    return (Message("system", first.parts), *messages) if first is not None else messages


class GeminiReader:
    """Responses; rows that share a response id are chunks of one."""

    name = "gemini"
    source = "https://github.com/googleapis/python-genai (types.py, GenerateContentResponse)"

    def __init__(self, conversations: Conversations) -> None:
        self.conversations = conversations
        self._open: dict[str, list[Message]] = {}

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row has candidates of Gemini."""
        candidates = fields.get("candidates")
        return (
            isinstance(candidates, list)
            and bool(candidates)
            and isinstance(candidates[0], Mapping)
            and ("content" in candidates[0] or "finishReason" in candidates[0])
        ) or "promptFeedback" in fields

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield the exchange of a response, or take in a chunk."""
        answers = choices(fields) or ()
        name = text_field(fields, "responseId", "response_id")
        if not name:
            yield from self._exchange(row.place, history(fields), answers)
            return
        if name not in self._open and len(self._open) >= _OPEN:
            yield from self._close(next(iter(self._open)))
        messages = self._open.setdefault(name, [])
        for number, message in enumerate(answers):
            if number == len(messages):
                messages.append(message)
            else:
                parts = (*messages[number].parts, *message.parts)
                messages[number] = Message(
                    "assistant", _merged(parts), message.finish_reason, message.model
                )

    def finish(self) -> Iterator[Item]:
        """Yield the streams that are still open."""
        for name in list(self._open):
            yield from self._close(name)

    def _close(self, name: str) -> Iterator[Item]:
        yield from self._exchange(name, (), tuple(self._open.pop(name)))

    def _exchange(
        self, label: str, history: tuple[Message, ...], answers: tuple[Message, ...]
    ) -> Iterator[Item]:
        yield from self.conversations.exchanges(label_of({"id": label}), history, answers)


def _merged(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts of which neighbors of one kind are one text: chunks cut a text anywhere."""
    merged: list[Part] = []
    for part in parts:
        if merged and merged[-1].kind is part.kind and merged[-1].language == part.language:
            merged[-1] = Part(part.kind, merged[-1].text + part.text, part.language)
        else:
            merged.append(part)
    return tuple(merged)
