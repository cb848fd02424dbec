# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Find completion text in the protocols of model services.

Reads stream events and whole responses of OpenAI (chat, completions, responses) and Anthropic
(messages). Each text has the name of its part of the response; the arguments of tool calls are
JSON. Services add fields, so every string of a message counts except names and ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

__all__ = ["Delta", "answer_texts", "prompt_text", "stream_deltas"]

_MAX_PROMPT = 1 << 20
_JSON = frozenset({"arguments", "partial_json"})
"""Fields that hold JSON as a string."""
_NAMES = frozenset({
    "annotations", "call_id", "citation", "citations", "encrypted_content", "finish_reason",
    "format", "id", "item_id", "logprobs", "model", "name", "object", "phase", "role",
    "server_label", "signature", "status", "stop_reason", "stop_sequence", "tool_call_id",
    "tool_use_id", "type", "usage",
})  # fmt: skip
"""Fields with strings that are not model text, or that repeat it."""
_UNNAMED = frozenset({"text", "content"})
"""Fields whose text belongs to the part itself."""
_ANSWERS = ("choices", "output", "content")
"""Fields with the list of completions."""
_WHOLE = ("text", "refusal", "arguments", "input", "code", "diff", "transcript")
"""Fields that repeat the whole text of a part."""
_PLACES = frozenset({"content_index", "output_index", "sequence_number", "summary_index"})
_ECHOED = frozenset({
    "error", "input", "instructions", "messages", "metadata", "obfuscation", "prompt", "system",
    "tool_choice", "tools", "user",
})  # fmt: skip
"""Fields of a response that repeat the request, or explain an error."""
_SHORTEST = 40
"""Minimum characters of a text in an unknown field."""


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text of one part of a response."""

    part: str
    text: str
    is_json: bool = False
    """Whether the part is JSON, such as the arguments of a tool call."""
    is_whole: bool = False
    """Whether it repeats the whole part; used only if no pieces of the part arrived."""


def stream_deltas(event: object) -> Iterator[Delta]:
    """The pieces of text in one event of a stream, decoded from JSON."""
    if isinstance(event, list):
        for inner in event:
            yield from stream_deltas(inner)
        return
    if not isinstance(event, dict):
        yield from _pieces(event, "event")
        return
    kind = event.get("type")
    if isinstance(event.get("choices"), list):
        yield from _choices(event["choices"], "delta")
        yield from _whole(_choices(event["choices"], "message", known={"delta"}))
        yield from _other(event, {"choices"}, "event")
    elif kind == "content_block_delta":
        yield from _pieces(event.get("delta"), f"block {event.get('index')}")
    elif kind == "content_block_start":
        yield from _block(event.get("content_block"), f"block {event.get('index')}")
    elif kind == "message_start":
        yield from _whole(answer_texts(event.get("message")))
    elif isinstance(event.get("response"), dict):
        yield from _whole(answer_texts(event["response"]))
    elif isinstance(kind, str) and kind.startswith("response."):
        yield from _response_event(event, kind)
    else:
        yield from _pieces({key: event[key] for key in event if key != "error"}, "event")


def _response_event(event: dict[str, Any], kind: str) -> Iterator[Delta]:
    """An event about one item of an OpenAI response."""
    item = event.get("item")
    if isinstance(item, dict):
        yield from _whole(_output(item, "item"))
        return
    place = f"{event.get('item_id')} {event.get('content_index', event.get('summary_index', ''))}"
    is_json = "arguments" in kind
    if isinstance(event.get("delta"), str):
        yield from _text(event, "delta", place, is_json=is_json)
    elif kind.endswith(".delta"):
        yield from _pieces({key: event[key] for key in event if key not in _PLACES}, place)
    else:
        yield from _whole(_pieces(event.get("part"), place))
        for key in _WHOLE:
            yield from _whole(_text(event, key, place, is_json=is_json))
        yield from _whole(_other(event, {"part", *_WHOLE, *_PLACES}, place))


def answer_texts(answer: object) -> Iterator[Delta]:
    """The texts of a whole JSON response. Unknown formats are read completely."""
    if isinstance(answer, list):
        for number, part in enumerate(answer):
            for delta in answer_texts(part):
                yield Delta(f"{number} {delta.part}", delta.text, delta.is_json)
        return
    if not isinstance(answer, dict):
        yield from _pieces(answer, "answer")
        return
    known = next((key for key in _ANSWERS if isinstance(answer.get(key), list)), "")
    if not known:
        yield from _pieces({key: answer[key] for key in answer if key != "error"}, "answer")
        return
    yield from _items(answer[known], known)
    yield from _other(answer, {known}, "answer")


def prompt_text(request: object) -> str:
    """The text of all messages of a request: the last 1 MiB."""
    parts: list[str] = []
    if isinstance(request, dict):
        for key in ("system", "instructions", "prompt", "messages", "input"):
            parts += _strings(request.get(key))
    return "\n".join(parts)[-_MAX_PROMPT:]


def _choices(
    choices: list[Any], key: str, known: AbstractSet[str] = frozenset()
) -> Iterator[Delta]:
    """The texts of choices.

    Args:
        choices: choices of a response.
        key: "delta" or "message".
        known: fields that are read elsewhere.
    """
    for number, choice in enumerate(choices):
        if isinstance(choice, dict):
            place = f"choice {choice.get('index', number)}"
            yield from _text(choice, "text", place)
            yield from _pieces(choice.get(key), place)
            yield from _other(choice, {"text", "message", key, *known}, place)


def _block(block: object, place: str) -> Iterator[Delta]:
    """A whole content block of an Anthropic message."""
    if not isinstance(block, dict):
        return
    yield from _pieces({key: block[key] for key in block if key != "input"}, place)
    strings = _strings(block.get("input"))
    if strings:
        yield Delta(f"{place} input", "\n".join(strings))


def _output(item: dict[str, Any], place: str) -> Iterator[Delta]:
    """An output item of an OpenAI response, its parts named as in its events."""
    place = str(item.get("id") or place)
    for key, value in item.items():
        if key in ("content", "summary") and isinstance(value, list):
            for number, part in enumerate(value):
                yield from _pieces(part, f"{place} {number}")
        elif key not in _NAMES:
            yield from _pieces({key: value}, f"{place} ", is_alone=True)


def _pieces(holder: object, place: str, *, is_alone: bool = False) -> Iterator[Delta]:
    """Every string inside a value, named by its path; linear time.

    Args:
        holder: value with the strings.
        place: its path.
        is_alone: whether a string directly in it has this path as its name.
    """
    waiting: list[tuple[str, str, object]] = [(place, "", holder)]
    while waiting:
        name, key, value = waiting.pop()
        if isinstance(value, str):
            if value:
                yield Delta(name, value, key in _JSON)
        elif isinstance(value, dict):
            fields = [field for field in value if field not in _NAMES and field != "index"]
            for field in reversed(fields):
                is_unnamed = is_alone or field in _UNNAMED
                waiting.append((name if is_unnamed else f"{name} {field}", field, value[field]))
            is_alone = False
        elif isinstance(value, list):
            for number, item in reversed(list(enumerate(value))):
                at = item.get("index", number) if isinstance(item, dict) else number
                waiting.append((name if key == "content" else f"{name} {at}", "", item))


def _whole(deltas: Iterator[Delta]) -> Iterator[Delta]:
    return (Delta(delta.part, delta.text, delta.is_json, is_whole=True) for delta in deltas)


def _text(holder: object, key: str, place: str, *, is_json: bool = False) -> Iterator[Delta]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(value, str) and value:
        yield Delta(place, value, is_json)


def _items(items: list[Any], known: str) -> Iterator[Delta]:
    """The texts of a list in a response.

    Args:
        items: items of the list.
        known: its name in `_ANSWERS`.
    """
    if known == "choices":
        yield from _choices(items, "message")
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            yield from _pieces(item, f"{known} {number}")
        elif known == "output":
            yield from _output(item, f"output {number}")
        elif known == "content":
            yield from _block(item, f"block {number}")


def _other(holder: dict[str, Any], known: AbstractSet[str], place: str) -> Iterator[Delta]:
    """Long strings in unknown fields, except those that repeat the request."""
    fields = {key: holder[key] for key in holder if key not in known and key not in _ECHOED}
    for delta in _pieces(fields, place):
        if len(delta.text) >= _SHORTEST:
            yield delta


def _strings(value: object) -> list[str]:
    """Every string inside a value, in order."""
    strings: list[str] = []
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            strings.append(inner)
        elif isinstance(inner, dict):
            waiting += reversed(list(inner.values()))
        elif isinstance(inner, list):
            waiting += reversed(inner)
    return strings
