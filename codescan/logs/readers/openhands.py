# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""OpenHands: trajectories, evaluation outputs, and the events of its SDK.

An action holds what the model wrote: the whole response under `tool_call_metadata` where there is
one, else its arguments. An observation is what the model was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in
from codescan.logs.content import message_of, parts_of
from codescan.logs.reader import text_field
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts
from codescan.logs.transcript import Transcripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.conversation import Conversations
    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["OpenHandsReader"]

_SDK_EVENTS = ("MessageEvent", "ActionEvent", "ObservationEvent", "SystemPromptEvent")
_THOUGHTS = ("thought", "final_thought", "reasoning_content", "reasoning")
_UNWRITTEN = frozenset(
    {*_THOUGHTS, "security_risk", "confirmation_state", "impl_source", "translated_ipython_code",
     "agent_state", "recall_type", "image_urls", "file_urls", "kind"}
)  # fmt: skip
"""Arguments of an action that the model did not write, or that are taken apart from the rest."""
_SESSION = "session"


class OpenHandsReader:
    """Events, one to a row, or the history of one task to a row."""

    name = "openhands"
    source = (
        "https://github.com/All-Hands-AI/OpenHands (openhands/events/serialization/event.py); "
        "package openhands-sdk (openhands/sdk/event/llm_convertible)"
    )

    def __init__(self, conversations: Conversations) -> None:
        del conversations  # a trajectory holds each turn once
        self._transcripts = Transcripts()

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is an event, or holds the events of a task."""
        return _is_event(fields) or bool(_history(fields))

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Take in the events of a row, and yield the turns that they end."""
        del row
        history = _history(fields)
        session = text_field(fields, "instance_id") if history else _SESSION
        instruction = text_field(fields, "instruction") if history else ""
        if instruction:
            request = Message("user", (Part(PartKind.TEXT, instruction),))
            yield from self._transcripts.add(session, request)
        for event in history or (fields,):
            for message in _messages(event):
                yield from self._transcripts.add(session, message, text_field(event, "response_id"))

    def finish(self) -> Iterator[Item]:
        """Yield the turns that are open."""
        yield from self._transcripts.finish()


def _is_event(fields: Mapping[str, object]) -> bool:
    if fields.get("kind") in _SDK_EVENTS:
        return "source" in fields
    is_action = isinstance(fields.get("action"), str) and isinstance(fields.get("args"), Mapping)
    is_observation = isinstance(fields.get("observation"), str) and "content" in fields
    return "source" in fields and (is_action or is_observation)


def _history(fields: Mapping[str, object]) -> list[Mapping[str, object]]:
    """The events of a row of an evaluation; older ones pair actions with observations."""
    listed = fields.get("history")
    if not isinstance(listed, list):
        return []
    flat = [
        event
        for item in listed
        for event in (item if isinstance(item, list) else [item])
        if isinstance(event, Mapping)
    ]
    return flat if any(map(_is_event, flat)) else []


def _messages(event: Mapping[str, object]) -> Iterator[Message]:
    """The messages that an event stands for."""
    if event.get("kind") in _SDK_EVENTS:
        yield from _sdk_messages(event)
        return
    written = event.get("source") == "agent" and isinstance(event.get("action"), str)
    arguments = event.get("args")
    if not isinstance(arguments, Mapping):
        yield _context(event.get("content"), event.get("extras"))
    elif not written:
        yield _context(arguments.get("content"), None)
    else:
        metadata = event.get("tool_call_metadata")
        response = metadata.get("model_response") if isinstance(metadata, Mapping) else None
        choices = choices_in(response) if isinstance(response, Mapping) else ()
        yield from choices or (_action(str(event["action"]), arguments),)


def _action(name: str, arguments: Mapping[str, object]) -> Message:
    thoughts = _thoughts(arguments)
    other_arguments = {key: value for key, value in arguments.items() if key not in _UNWRITTEN}
    if name in ("message", "finish", "think"):
        return Message("assistant", (*thoughts, *parts_of(list(other_arguments.values()))))
    return Message("assistant", (*thoughts, *inserted_parts(other_arguments)))


def _sdk_messages(event: Mapping[str, object]) -> Iterator[Message]:
    if event.get("kind") == "MessageEvent":
        message = message_of(event.get("llm_message"))
        yield from () if message is None else (message,)
    elif event.get("kind") == "ActionEvent":
        call = event.get("tool_call")
        arguments = call.get("arguments") if isinstance(call, Mapping) else event.get("action")
        yield Message("assistant", (*_thoughts(event), *inserted_parts(arguments)))
    else:
        yield _context(event.get("observation"), event.get("system_prompt"))


def _thoughts(fields: Mapping[str, object]) -> tuple[Part, ...]:
    return tuple(
        Part(PartKind.REASONING, part.text)
        for name in _THOUGHTS
        for part in parts_of(fields.get(name))
    )


def _context(*values: object) -> Message:
    texts = [text for value in values for text in _strings(value, 0)]
    return Message("tool", tuple(Part(PartKind.GIVEN, text) for text in texts))


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < 8 and isinstance(value, (Mapping, list)):  # noqa: PLR2004
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(item, depth + 1)
