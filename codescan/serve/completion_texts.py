# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Where the protocols of model services keep the text that a model writes.

Reads single events of a stream and whole answers of OpenAI (chat, completions, responses) and
Anthropic (messages). A text is named by the part of the answer that it belongs to; the arguments of
tool calls are JSON. Services add fields: every string of a message counts but names and ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

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
"""Fields whose strings the model does not write as text, or that repeat it."""
_UNNAMED = frozenset({"text", "content"})
"""Fields whose text is that of the part itself."""
_LAST = frozenset({"response.completed", "response.incomplete", "response.failed", "response.done"})


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text of one part of an answer."""

    part: str
    text: str
    is_json: bool = False
    """Whether the part is JSON, such as the arguments of a tool call."""
    is_whole: bool = False
    """Whether it repeats the whole part, which counts where no pieces of the part came before."""


def stream_deltas(event: object) -> Iterator[Delta]:
    """The pieces of text in one event of a stream, decoded from JSON."""
    if not isinstance(event, dict):
        return
    kind = event.get("type")
    if isinstance(event.get("choices"), list):
        yield from _choices(event["choices"], "delta")
        yield from _whole(_choices(event["choices"], "message"))
    elif kind == "content_block_delta":
        yield from _pieces(event.get("delta"), f"block {event.get('index')}")
    elif kind == "content_block_start":
        yield from _block(event.get("content_block"), f"block {event.get('index')}")
    elif kind == "message_start":
        yield from _whole(answer_texts(event.get("message")))
    elif kind in _LAST:
        yield from _whole(answer_texts(event.get("response")))
    elif isinstance(kind, str) and kind.startswith("response."):
        yield from _response_event(event, kind)
    elif not event.get("error"):
        yield from _pieces(event, "event")


def _response_event(event: dict[str, Any], kind: str) -> Iterator[Delta]:
    """An event about one item of an OpenAI response."""
    item = event.get("item")
    if isinstance(item, dict):
        yield from _whole(_output(item, "item"))
        return
    place = f"{event.get('item_id')} {event.get('content_index', event.get('summary_index', ''))}"
    is_json = "arguments" in kind
    if kind.endswith(".delta"):
        yield from _text(event, "delta", place, is_json=is_json)
    elif kind.endswith(".done"):
        yield from _whole(_pieces(event.get("part"), place))
        for key in ("text", "refusal", "arguments", "input", "code", "diff"):
            yield from _whole(_text(event, key, place, is_json=is_json))


def answer_texts(answer: object) -> Iterator[Delta]:
    """The texts of a whole answer, decoded from JSON. Answers of other forms are read whole."""
    if isinstance(answer, list):
        for number, part in enumerate(answer):
            for delta in answer_texts(part):
                yield Delta(f"{number} {delta.part}", delta.text, delta.is_json)
        return
    if not isinstance(answer, dict):
        return
    if isinstance(answer.get("choices"), list):
        yield from _choices(answer["choices"], "message")
    elif isinstance(answer.get("output"), list):
        for number, item in enumerate(_list(answer, "output")):
            yield from _output(item, f"output {number}")
    elif isinstance(answer.get("content"), list):
        for number, block in enumerate(_list(answer, "content")):
            yield from _block(block, f"block {number}")
    elif not answer.get("error"):
        yield from _pieces(answer, "answer")


def prompt_text(request: object) -> str:
    """The text of all messages of a request, at most 1 MiB of it from its end."""
    parts: list[str] = []
    if isinstance(request, dict):
        for key in ("system", "instructions", "prompt", "messages", "input"):
            parts += _strings(request.get(key))
    return "\n".join(parts)[-_MAX_PROMPT:]


def _choices(choices: list[Any], key: str) -> Iterator[Delta]:
    """The texts of choices.

    Args:
        choices: of an answer.
        key: "delta" or "message".
    """
    for number, choice in enumerate(choices):
        if isinstance(choice, dict):
            place = f"choice {choice.get('index', number)}"
            yield from _text(choice, "text", place)
            yield from _pieces(choice.get(key), place)


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
    """Every string inside a value, named by its place; time is linear in the value.

    Args:
        holder: of the strings.
        place: its name.
        is_alone: whether a string directly in it has this name.
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


def _list(holder: object, key: str) -> list[Any]:
    value = holder.get(key) if isinstance(holder, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    """Every string inside a value, in its order."""
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
