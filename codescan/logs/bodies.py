# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the response in whatever a wrapper keeps: any service's body, in any packing.

A wrapper (a gateway, a tracer, a test harness) stores bodies of services it does not own: as an
object, as JSON text, as the text or the list of a stream. Untrusted JSON: nothing is raised.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.content import finish_of, messages_of
from codescan.logs.deltas import JoinedDeltas
from codescan.logs.readers import (
    anthropic,
    bedrock_bodies,
    event_streams,
    gemini,
    ollama,
    openai_chat,
    openai_chunks,
    openai_responses,
)
from codescan.logs.records import Message, Part, PartKind
from codescan.records.json_decode import unique_names
from codescan.text.server_sent_events import data_texts, is_event_stream

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["choices_in", "decoded", "history_in", "service_choices", "unreadable_events"]

_CHOICES: tuple[Callable[[Mapping[str, object]], tuple[Message, ...] | None], ...] = (
    anthropic.choices,
    openai_responses.choices,
    openai_chat.choices,
    gemini.choices,
    ollama.choices,
    bedrock_bodies.choices,
)
_INSIDE = (
    "body", "response", "responses", "output", "outputs", "generations", "result", "message",
    "completion", "completions", "generated_text", "text", "content", "answer", "data", "json",
    "reply", "raw",
)  # fmt: skip
"""Fields that a response may occur in, the likeliest first."""
_PACKED = ("data", "response", "result", "body", "output")
"""Fields in which gateways pack a service's response."""
_INPUT_FIELDS = (
    "messages",
    "prompt",
    "input",
    "inputs",
    "query",
    "question",
    "text",
    "body",
    "contents",
)
_SERIALIZED = ("constructor", "ai", "AIMessage", "AIMessageChunk")  # LangChain's messages
_DEEPEST = 8
_UNREADABLE = object()


def decoded(value: object) -> object:
    """The value of a text that is JSON or a stream of events; any other value as it is."""
    if not isinstance(value, str):
        return value
    start = value.lstrip()[:8]
    if start.startswith(("{", "[")):
        try:
            document: object = json.loads(value, object_pairs_hook=unique_names)
        except (ValueError, RecursionError):
            return value
        return document if isinstance(document, (dict, list)) else value
    if is_event_stream(value):
        return _events(value) or value
    return value


def choices_in(value: object, depth: int = 0) -> tuple[Message, ...]:
    """Every choice of the response in `value`; () where there is none."""
    if depth > _DEEPEST:
        return ()
    if isinstance(value, str):
        return _recognized(decoded(value)) or _plain(value)
    if isinstance(value, list):
        return _from_list(value, depth)
    return _from_mapping(value, depth) if isinstance(value, Mapping) else ()


def service_choices(value: object) -> tuple[Message, ...]:
    """The choices of a response in a service's own notation; () for any other value.

    Unlike `choices_in`, it takes no text for a response whose place the notation does not name: a
    service's notice is not a completion.
    """
    if isinstance(value, list):
        return _recognized(value) or _recognized(_joined(value))
    if not isinstance(value, Mapping):
        return ()
    if "choices" in value:
        return openai_chat.choices(value) or ()
    packed = (value.get(name) for name in _PACKED)
    candidates = [value, *(inner for inner in packed if isinstance(inner, Mapping))]
    return next((messages for candidate in candidates if (messages := _recognized(candidate))), ())


def _joined(values: list[object]) -> dict[str, object]:
    """The objects of a stream as one: Ollama sends a whole message in each."""
    joined = JoinedDeltas()
    for value in values:
        if isinstance(value, Mapping):
            joined.add(value)
    return joined.message()


def history_in(value: object, depth: int = 0) -> tuple[Message, ...]:
    """The input of the model: messages of a request in any notation."""
    value = decoded(value)
    if depth > _DEEPEST:
        return ()
    if isinstance(value, list):
        nested = (message for item in value for message in history_in(item, depth + 1))
        return messages_of(value) or tuple(nested)
    if isinstance(value, Mapping):
        return _request(value, depth)
    return messages_of(value)


def _request(value: Mapping[str, object], depth: int) -> tuple[Message, ...]:
    for history in (anthropic.history, gemini.history, openai_responses.history):
        messages = history(value)
        if any(message.role != "system" for message in messages):
            return messages
    messages = openai_chat.history(value) or bedrock_bodies.history(value)
    if messages:
        return messages
    if "role" in value:
        return messages_of(value)
    for name in _INPUT_FIELDS:
        messages = history_in(value.get(name), depth + 1)
        if messages:
            return messages
    return ()


def _recognized(value: object) -> tuple[Message, ...]:
    """The choices of a value that is clearly a service's body; an answer may be JSON itself."""
    if isinstance(value, list):
        objects = [item for item in value if isinstance(item, Mapping)]
        known = objects and len(objects) == len(value) and all(
            openai_chunks.is_chunk(item) or event_streams.is_event(item) or "role" in item
            or "generated_text" in item
            for item in objects
        )  # fmt: skip
        return _from_list(value, _DEEPEST - 2) if known else ()
    if not isinstance(value, Mapping):
        return ()
    if openai_chunks.is_chunk(value) or value.get("role") == "assistant":
        return _from_mapping(value, _DEEPEST)
    return next((recognized for choices in _CHOICES if (recognized := choices(value))), ())


def _plain(text: str) -> tuple[Message, ...]:
    return (Message("assistant", (Part(PartKind.TEXT, text),)),) if text else ()


def _from_list(values: list[object], depth: int) -> tuple[Message, ...]:
    objects = [value for value in values if isinstance(value, Mapping)]
    if objects and len(objects) == len(values):
        if all(map(openai_chunks.is_chunk, objects)):
            return openai_chunks.assemble(objects)
        if all(map(event_streams.is_event, objects)):
            return event_streams.assemble(objects)
        output = openai_responses.choices({"output": objects})
        if output is not None:
            return output
    if objects and any("role" in item or "_role" in item or "type" in item for item in objects):
        messages = messages_of(values)
        if messages:
            return tuple(message for message in messages if message.role == "assistant")
        whole = messages_of([{"role": "assistant", "content": values}])
        if whole and whole[0].parts:  # content blocks without a message around them
            return whole
    return tuple(choice for value in values for choice in choices_in(value, depth + 1))


def _from_mapping(body: Mapping[str, object], depth: int) -> tuple[Message, ...]:
    if openai_chunks.is_chunk(body):
        return openai_chunks.assemble([body])
    known = next(
        (recognized for choices in _CHOICES if (recognized := choices(body)) is not None), None
    )
    if known is not None:
        return known
    if "role" in body or body.get("type") in _SERIALIZED:
        messages = messages_of(body, role="assistant")
        recognized = tuple(message for message in messages if message.role == "assistant")
        if recognized or "role" in body:
            return recognized
    if isinstance(body.get("messages"), list):
        return _last_assistant(messages_of(body["messages"]))
    return _from_field(body, depth)


def _from_field(body: Mapping[str, object], depth: int) -> tuple[Message, ...]:
    """The choices under the first field of a usual name that holds any."""
    finish = finish_of(body.get("finish_reason") or body.get("stop_reason"))
    for name in _INSIDE:
        if body.get(name):
            messages = choices_in(body[name], depth + 1)
            if messages:
                return tuple(
                    Message(
                        m.role, m.parts, finish if finish != "stop" else m.finish_reason, m.model
                    )
                    for m in messages
                )
    whole = messages_of([{**body, "role": "assistant"}])
    return whole if whole and whole[0].written else ()


def _last_assistant(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """The last turn of the model, where a response repeats the whole conversation."""
    written = [message for message in messages if message.role == "assistant"]
    return tuple(written[-1:])


def _events(text: str) -> list[object]:
    """The JSON values of a stream of server-sent events."""
    return [event for event in map(_event, data_texts(text)) if event is not _UNREADABLE]


def unreadable_events(value: object) -> int:
    """The number of events that cannot be read, of all streams in a value that have readable ones.

    An event cannot be read that is not JSON, is nested too deeply, or has a name with two values.
    """
    count = 0
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            if is_event_stream(inner):
                events = [*map(_event, data_texts(inner))]
                unreadable = sum(event is _UNREADABLE for event in events)
                count += unreadable if unreadable < len(events) else 0
        elif isinstance(inner, Mapping):
            waiting += inner.values()
        elif isinstance(inner, list):
            waiting += inner
    return count


def _event(data: str) -> object:
    try:
        return json.loads(data, strict=False, object_pairs_hook=unique_names)
    except (ValueError, RecursionError):
        return _UNREADABLE
