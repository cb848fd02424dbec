# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's GenAI conventions: spans, events and log records, as OTLP JSON or flat rows.

Attributes: `gen_ai.input.messages` and `gen_ai.output.messages` (JSON text or structured), the
older `gen_ai.prompt` and `gen_ai.completion`, their numbered form `gen_ai.completion.0.content`,
and the events `gen_ai.choice` and `gen_ai.client.inference.operation.details`. Also the attributes
`ai.prompt.messages` and `ai.response.text` of Vercel's AI SDK, and conversations of Logfire.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.bodies import choices_in, decoded, history_in
from codescan.logs.content import finish_of, message_of
from codescan.logs.reader import StatelessReader, label_of, text_field
from codescan.logs.records import Message, Unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.logs.reader import Item
    from codescan.logs.records import Row

__all__ = ["OpenTelemetryReader"]

_NUMBERED = re.compile(r"gen_ai\.(?P<side>prompt|completion)\.(?P<n>\d+)\.(?P<field>.+)")
_PREFIX = "gen_ai."
_CONVERSATIONS = ("pydantic_ai.all_messages", "all_messages_events")
"""Attributes that hold a whole conversation."""
_ATTRIBUTES = frozenset({*_CONVERSATIONS, "ai.response.text", "ai.response.toolCalls"})
_DEEPEST = 8


class OpenTelemetryReader(StatelessReader):
    """Spans and log records of calls to models; other spans are passed over."""

    name = "opentelemetry"
    source = (
        "https://github.com/open-telemetry/semantic-conventions-genai (docs/gen-ai); packages "
        "opentelemetry-semantic-conventions and opentelemetry-util-genai; "
        "https://ai-sdk.dev/docs/ai-sdk-core/telemetry"
    )

    def recognizes(self, fields: Mapping[str, object]) -> bool:
        """Whether the row is OTLP, or has attributes of the conventions."""
        if any(name in fields for name in ("resourceSpans", "resourceLogs", "scopeSpans")):
            return True
        if any(str(name).startswith(_PREFIX) for name in fields):
            return True
        attributes = _attributes(fields)
        if any(name.startswith(_PREFIX) or name in _ATTRIBUTES for name in attributes):
            return True
        return str(fields.get("event_name", fields.get("eventName", ""))).startswith(_PREFIX)

    def read(self, row: Row, fields: Mapping[str, object]) -> Iterator[Item]:
        """Yield the exchanges of every span and log record inside the row."""
        for record in _records(fields, 0):
            yield from self._record(row, record)

    def _record(self, row: Row, record: Mapping[str, object]) -> Iterator[Item]:
        attributes = {**_attributes(record), **_flat(record)}
        for event in _list(record.get("events")):
            attributes.update(_attributes(event))
        body = _plain(record.get("body"))
        name = text_field(record, "event_name", "eventName") or text_field(attributes, "event.name")
        answers, history = _numbered(attributes)
        answers = answers or choices_in(_plain(attributes.get("gen_ai.output.messages")))
        history = history or history_in(_plain(attributes.get("gen_ai.input.messages")))
        if not answers and (attributes.get("gen_ai.completion") or name == "gen_ai.choice"):
            answers = choices_in(_plain(attributes.get("gen_ai.completion", body)))
        history = history or history_in(_plain(attributes.get("gen_ai.prompt")))
        if not answers and isinstance(body, Mapping):
            answers = choices_in(body.get("gen_ai.output.messages"))
        if not answers:
            history, answers = _conversation(attributes)
        if not answers:
            history, answers = _vercel(attributes)
        if answers:
            yield from self.conversations.exchanges(
                label_of(record, "spanId", "span_id"),
                history,
                answers,
                model=text_field(attributes, "gen_ai.response.model", "gen_ai.request.model"),
            )
        elif attributes.get("gen_ai.operation.name") in ("chat", "text_completion"):
            yield Unchecked(row.place, "no-content", "the span holds no text of the model")


def _conversation(
    attributes: Mapping[str, object],
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """History and answer of a conversation that occurs in one attribute, or in events there."""
    for name in (*_CONVERSATIONS, "events"):
        items = [
            {"role": "assistant", **inner} if isinstance(inner := item.get("message"), Mapping)
            else item
            for item in _list(_plain(attributes.get(name)))
        ]  # fmt: skip
        messages = tuple(one for item in items if (one := message_of(item)) is not None)
        if messages and messages[-1].role == "assistant":
            return messages[:-1], messages[-1:]
    return (), ()


def _vercel(
    attributes: Mapping[str, object],
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """History and answer of a span of Vercel's AI SDK, which has attributes of its own."""
    calls = [
        {"type": "tool_call", **call}
        for call in _list(_plain(attributes.get("ai.response.toolCalls")))
    ]
    text = text_field(attributes, "ai.response.text", "ai.response.object")
    message = message_of({"role": "assistant", "content": [text, *calls]})
    written = message is not None and bool(message.written)
    history = history_in(_plain(attributes.get("ai.prompt.messages", attributes.get("ai.prompt"))))
    return (history, (message,)) if message is not None and written else ((), ())


def _records(fields: Mapping[str, object], depth: int) -> Iterator[Mapping[str, object]]:
    """The spans and log records inside OTLP's lists of lists; a flat row is one itself."""
    names = (
        "resourceSpans", "scopeSpans", "spans", "resourceLogs", "scopeLogs", "logRecords",
        "instrumentationLibrarySpans",
    )  # fmt: skip
    inside = [item for name in names for item in _list(fields.get(name))]
    if not inside or depth > _DEEPEST:
        yield fields
        return
    for item in inside:
        yield from _records(item, depth + 1)


def _attributes(fields: Mapping[str, object]) -> dict[str, object]:
    """Attributes by name: a mapping, or OTLP's list of keys and typed values."""
    value = fields.get("attributes")
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return {str(item.get("key")): _plain(item.get("value")) for item in _list(value)}


def _flat(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if str(name).startswith(_PREFIX)}


def _plain(value: object, depth: int = 0) -> object:
    """A value without OTLP's type names; JSON text is decoded."""
    if isinstance(value, Mapping) and len(value) == 1 and depth < _DEEPEST:
        ((name, inner),) = value.items()
        if name in ("stringValue", "intValue", "doubleValue", "boolValue"):
            return decoded(inner)
        if name == "arrayValue" and isinstance(inner, Mapping):
            return [_plain(item, depth + 1) for item in _list_of(inner.get("values"))]
        if name == "kvlistValue" and isinstance(inner, Mapping):
            return {
                str(item.get("key")): _plain(item.get("value"), depth + 1)
                for item in _list(inner.get("values"))
            }
    return decoded(value)


def _numbered(
    attributes: Mapping[str, object],
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Completions and prompts of the numbered form."""
    sides: dict[str, dict[int, dict[str, object]]] = defaultdict(lambda: defaultdict(dict))
    for name, value in attributes.items():
        match = _NUMBERED.fullmatch(name)
        if match and len(match["n"]) < 7:  # noqa: PLR2004
            sides[match["side"]][int(match["n"])][match["field"]] = value
    completions = []
    for _, fields in sorted(sides["completion"].items()):
        calls = [v for k, v in sorted(fields.items()) if k.endswith(".arguments")]
        message = message_of(
            {
                "role": "assistant",
                "content": fields.get("content"),
                "tool_calls": [{"arguments": arguments} for arguments in calls],
            }
        )
        if message is not None:
            finish = finish_of(fields.get("finish_reason"))
            completions.append(Message("assistant", message.parts, finish))
    prompts = [
        message
        for _, fields in sorted(sides["prompt"].items())
        if (message := message_of({"content": fields.get("content"), "role": fields.get("role")}))
    ]
    return tuple(completions), tuple(prompts)


def _list(value: object) -> list[Mapping[str, object]]:
    return [item for item in _list_of(value) if isinstance(item, Mapping)]


def _list_of(value: object) -> list[object]:
    return value if isinstance(value, list) else []
