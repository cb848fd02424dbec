# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Where the protocols of model services keep the text that a model writes.

Reads single events of a stream and whole answers of OpenAI (chat, completions, responses) and
Anthropic (messages). A text is named by the part of the answer that it belongs to; the arguments of
tool calls are JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Delta", "answer_texts", "prompt_text", "stream_deltas"]

_MAX_PROMPT = 1 << 20
_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text of one part of an answer."""

    part: str
    text: str
    is_json: bool = False
    """Whether the part is JSON, such as the arguments of a tool call."""


def stream_deltas(event: object) -> Iterator[Delta]:
    """The pieces of text in one event of a stream, decoded from JSON."""
    if not isinstance(event, dict):
        return
    kind = event.get("type")
    if isinstance(event.get("choices"), list):
        yield from _choices(event["choices"], "delta")
    elif kind == "content_block_delta":
        yield from _block_delta(event)
    elif kind == "content_block_start":
        yield from _block(_dict(event, "content_block"), f"block {event.get('index')}")
    elif isinstance(kind, str) and kind.startswith("response.") and kind.endswith(".delta"):
        place = f"{event.get('item_id')} {event.get('content_index', '')}"
        is_json = "arguments" in kind or "input" in kind
        yield from _text(event, "delta", place, is_json=is_json)


def answer_texts(answer: object) -> Iterator[Delta]:
    """The texts of a whole answer, decoded from JSON."""
    if not isinstance(answer, dict):
        return
    if isinstance(answer.get("choices"), list):
        yield from _choices(answer["choices"], "message")
    for number, item in enumerate(_list(answer, "output")):
        yield from _output(item, f"output {number}")
    for number, block in enumerate(_list(answer, "content")):
        yield from _block(block, f"block {number}")


def prompt_text(request: object) -> str:
    """The text of all messages of a request, at most 1 MiB of it from its end."""
    parts: list[str] = []
    if isinstance(request, dict):
        for key in ("system", "instructions", "prompt", "messages", "input"):
            parts += _strings(request.get(key), 0)
    return "\n".join(parts)[-_MAX_PROMPT:]


def _choices(choices: list[Any], key: str) -> Iterator[Delta]:
    for number, choice in enumerate(choices):
        if not isinstance(choice, dict):
            continue
        place = f"choice {choice.get('index', number)}"
        yield from _text(choice, "text", place)
        message = _dict(choice, key)
        for name in ("content", "refusal", "reasoning_content", "reasoning"):
            yield from _text(message, name, f"{place} {name}")
        for part in _list(message, "content"):
            yield from _text(part, "text", f"{place} content")
        call = _dict(message, "function_call")
        yield from _text(call, "arguments", f"{place} function", is_json=True)
        for at, tool in enumerate(_list(message, "tool_calls")):
            name = f"{place} tool {tool.get('index', at)}"
            yield from _text(_dict(tool, "function"), "arguments", name, is_json=True)
            yield from _text(_dict(tool, "custom"), "input", name)


def _block_delta(event: dict[str, Any]) -> Iterator[Delta]:
    delta, place = _dict(event, "delta"), f"block {event.get('index')}"
    yield from _text(delta, "text", place)
    yield from _text(delta, "thinking", place)
    yield from _text(delta, "partial_json", place, is_json=True)


def _block(block: object, place: str) -> Iterator[Delta]:
    """A whole content block of an Anthropic message."""
    if not isinstance(block, dict):
        return
    yield from _text(block, "text", place)
    yield from _text(block, "thinking", place)
    strings = _strings(block.get("input"), 0)
    if strings:
        yield Delta(place, "\n".join(strings))


def _output(item: object, place: str) -> Iterator[Delta]:
    """An output item of an OpenAI response."""
    if not isinstance(item, dict):
        return
    yield from _text(item, "arguments", place, is_json=True)
    yield from _text(item, "input", place)
    for number, part in enumerate(_list(item, "content")):
        yield from _text(part, "text", f"{place} {number}")


def _text(holder: object, key: str, place: str, *, is_json: bool = False) -> Iterator[Delta]:
    value = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(value, str) and value:
        yield Delta(place, value, is_json)


def _dict(holder: object, key: str) -> dict[str, Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _list(holder: object, key: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _strings(value: object, depth: int) -> list[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        return [value]
    if depth > _MAX_DEPTH or not isinstance(value, list | dict):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [text for each in inner for text in _strings(each, depth + 1)]
