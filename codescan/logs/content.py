# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads the content of messages in every notation that services and tools use.

One function for all of them: the notations differ in the names of fields, and logs mix them. The
names are those of the owners' types: `openai.types.chat` and `openai.types.responses`,
`anthropic.types`, `google.genai.types.Part`, Bedrock's `ContentBlock`, `ollama.Message`,
OpenTelemetry's GenAI message parts, `inspect_ai.model` and LangChain's serialized messages.
Untrusted JSON: what is not understood is left out, and nothing is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codescan.logs.authors import author_of, role_of
from codescan.logs.records import Message, Part, PartKind
from codescan.logs.tool_calls import inserted_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["finish_of", "message_of", "messages_of", "parts_of", "text_of"]

_FINISH = {
    "stop": "stop", "end_turn": "stop", "stop_sequence": "stop", "eos": "stop", "completed": "stop",
    "complete": "stop", "finished": "stop", "tool_calls": "stop", "tool_use": "stop",
    "length": "length", "max_tokens": "length", "max_output_tokens": "length",
    "incomplete": "length", "model_length": "length", "model_context_window_exceeded": "length",
    "content_filter": "filter", "content_filtered": "filter", "filter": "filter",
    "safety": "filter", "recitation": "filter", "prohibited_content": "filter", "spii": "filter",
    "blocklist": "filter", "guardrail_intervened": "filter",
    "refusal": "refusal", "error": "error", "failed": "error",
}  # fmt: skip
_INPUT_TYPES = (
    "tool_result", "tool_response", "function_response", "tool_call_response", "file", "image",
    "document", "input_image", "input_file", "search_result", "_output", "image_url", "input_audio",
    "tool-result", "tool-return", "toolResponse", "retry-prompt", "user-prompt", "system-prompt",
)  # fmt: skip
_ARGUMENTS = ("arguments", "args", "input", "parameters", "rawInput", "server_tool_call")
_TEXTS = ("text", "content", "output_text", "value", "Text")
_BODIES = ("content", "value", "_content", "Items", "parts", "text", "utterance", "body", "mes")
"""Fields of a message that may hold its content."""
_REASONING = (
    "reasoning_content", "reasoning", "thinking", "reasoning_text", "thoughts",
    "reasoning_details", "thinking_blocks",
)  # fmt: skip
_DESCRIBING = frozenset(
    {"role", "from", "author", "type", "kind", "id", "uuid", "name", "model", "modelID", "info",
     "timestamp", "created_at", "date", "finish_reason", "stop_reason", "done_reason", "status",
     "usage", "metadata", "error", "tool_calls", "tool_uses", "parent_id", "parentId", "cwd",
     "description", "expected_output", "task", "goal", "agent", "sender", "speaker", "source"}
)  # fmt: skip
"""Fields of a message that hold no text of the model."""
_SHORTEST = 20
"""Characters; shorter texts under an unknown name are labels."""
_KINDS = ("type", "kind", "part_kind", "block_type")
"""Fields of a part that name its kind."""
_TAGS = {
    "Text": "text", "Thinking": "thinking", "ToolUse": "tool_use", "ToolResult": "tool_result",
}  # fmt: skip
_CALLS = frozenset({"function", "toolCall", "toolRequest", "dynamic-tool", "tool"})
_CALL_FIELDS = (
    "function", "functionCall", "function_call", "toolUse", "tool_use", "toolCall",
    "toolInvocation", "state", "value", "custom",
)  # fmt: skip
"""Fields of a call that hold its arguments one level deeper."""
_DEEPEST = 12


def finish_of(value: object) -> str:
    """The finish reason in codescan's words; "stop" where it is not known."""
    return _FINISH.get(value.lower(), "stop") if isinstance(value, str) else "stop"


def text_of(value: object) -> str:
    """All text of a content, whoever wrote it."""
    return "\n\n".join(part.text for part in parts_of(value))


def messages_of(value: object, *, role: str = "") -> tuple[Message, ...]:
    """The messages of a list, of one message, or of a text.

    Args:
        value: as a request or a transcript holds it.
        role: of what names no role itself; "" passes over it.
    """
    if isinstance(value, str):
        return (Message(role or "user", (Part(PartKind.TEXT, value),)),) if value else ()
    if isinstance(value, Mapping):
        inner = value.get("messages")
        if isinstance(inner, list) and "role" not in value:
            return messages_of(inner, role=role)
        value = [value]
    if not isinstance(value, list):
        return ()
    messages: list[Message] = []
    for item in value:
        sides = _sides(item)
        if sides:
            messages += sides
        elif isinstance(item, list):  # LangChain: one list of messages for each prompt
            messages += messages_of(item, role=role)
        elif (message := message_of(item, role=role)) is not None:
            messages.append(message)
    return tuple(messages)


def _sides(item: object) -> list[Message]:
    """The two messages of a turn that holds what a user and what the model said."""
    if not isinstance(item, Mapping) or "role" in item:
        return []
    roles = {name: role_of(name) for name in item if isinstance(name, str)}
    if not {"user", "assistant"} <= set(roles.values()):
        return []
    sides = []
    for name, role in sorted(roles.items(), key=lambda pair: pair[1] != "user"):
        inner = item[name]
        body = inner if isinstance(inner, Mapping) else {"content": inner}
        message = message_of({**body, "role": role}) if role in ("user", "assistant") else None
        sides += [message] if message is not None else []
    return sides


def message_of(value: object, *, role: str = "") -> Message | None:
    """One message; None for other values.

    Args:
        value: a message, or an item of OpenAI's Responses API.
        role: what to take where the message names none; "" refuses such a message.
    """
    if isinstance(value, str):
        return Message(role, (Part(PartKind.TEXT, value),)) if role and value else None
    if not isinstance(value, Mapping):
        return None
    inner = value.get("kwargs") if value.get("type") == "constructor" else value.get("data")
    if isinstance(inner, Mapping) and "content" in inner:  # LangChain's two serializations
        name = value.get("id")
        role = role_of(inner.get("type")) or role_of(value.get("type")) or role
        role = role_of(name[-1]) if isinstance(name, list) and name and not role else role
        return Message(role, tuple(_message_parts(inner, role, 0))) if role else None
    value = _untagged_message(value)
    kind = value.get("type")
    own = author_of(value) or (_role_of_item(kind) if isinstance(kind, str) else "")
    own = own or _role_by_parts(value)
    own = own or role
    if not own:
        return None
    inner = value.get("message")  # Cursor: a role beside the message
    if isinstance(inner, (Mapping, str)) and "content" not in value:
        body = inner if isinstance(inner, Mapping) else {"content": inner}
        return message_of({**body, "role": own})
    finish = value.get("finish_reason") or value.get("stop_reason") or value.get("done_reason")
    model = value.get("model")
    return Message(
        own,
        tuple(_message_parts(value, own, 0)),
        finish_of(finish),
        model if isinstance(model, str) else "",
    )


def parts_of(value: object, role: str = "assistant") -> tuple[Part, ...]:
    """The parts of a content: a text, a part, or a list of them."""
    return tuple(part for part in _content(value, role, 0) if part.text)


def _untagged_message(value: Mapping[str, object]) -> Mapping[str, object]:
    """A message that stands under its author's name (Rust's enumerations) with the role in it."""
    if len(value) != 1:
        return value
    ((name, body),) = value.items()
    role = role_of(name)
    return {**body, "role": role} if role and isinstance(body, Mapping) else value


def _role_by_parts(value: Mapping[str, object]) -> str:
    """The role of one of pydantic-ai's messages: a request of the client or a response."""
    parts = value.get("parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, Mapping) or "part_kind" not in first:
        return ""
    return {"request": "user", "response": "assistant"}.get(str(value.get("kind")), "")


def _role_of_item(kind: str) -> str:
    """The role of an item of the Responses API, which names its type instead."""
    if kind.endswith(("_output", "_result", "_response")):
        return "tool"
    return "assistant" if kind.endswith("_call") or kind == "reasoning" else ""


def _message_parts(message: Mapping[str, object], role: str, depth: int) -> Iterator[Part]:
    parts = [part for part in _known_parts(message, role, depth) if part.text]
    if not parts and role == "assistant":
        parts = list(_unknown_parts(message, role, depth))
    yield from parts


def _unknown_parts(message: Mapping[str, object], role: str, depth: int) -> Iterator[Part]:
    """Texts under names that no notation has; they may be what the model wrote."""
    for name, value in message.items():
        if name in _DESCRIBING or (isinstance(value, str) and len(value) < _SHORTEST):
            continue
        if isinstance(value, Mapping) and depth < _DEEPEST and "content" in value:
            yield from (part for part in _known_parts(value, role, depth + 1) if part.text)
            continue
        yield from (part for part in _content(value, role, depth + 1) if part.text)


def _known_parts(message: Mapping[str, object], role: str, depth: int) -> Iterator[Part]:
    for name in _REASONING:
        yield from _of_kind(_content(message.get(name), role, depth + 1), PartKind.REASONING)
    kind = message.get("type")
    if isinstance(kind, str) and _role_of_item(kind):  # an item of the Responses API
        yield from _part(message, role, depth)
        return
    body = next((message[name] for name in _BODIES if message.get(name)), None)
    yield from _content(body, role, depth + 1)
    refusal = message.get("refusal")
    if isinstance(refusal, str):
        yield Part(PartKind.REFUSAL, refusal)
    calls = message.get("tool_calls") or message.get("toolCalls") or message.get("toolRequests")
    calls = calls or message.get("tool_uses")
    for call in calls if isinstance(calls, list) else []:
        yield from _call(call, depth + 1)
    extra = message.get("additional_kwargs")
    if not calls and isinstance(extra, Mapping) and isinstance(extra.get("tool_calls"), list):
        for call in extra["tool_calls"]:
            yield from _call(call, depth + 1)
    if isinstance(message.get("function_call"), Mapping):
        yield from _call(message["function_call"], depth + 1)
    audio = message.get("audio")
    if isinstance(audio, Mapping) and isinstance(audio.get("transcript"), str):
        yield Part(PartKind.TEXT, audio["transcript"])


def _content(value: object, role: str, depth: int) -> Iterator[Part]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield Part(PartKind.TEXT, value)
    elif isinstance(value, list):
        for item in value:
            yield from _content(item, role, depth + 1)
    elif isinstance(value, Mapping):
        yield from _part(value, role, depth)


def _part(part: Mapping[str, object], role: str, depth: int) -> Iterator[Part]:
    part = _untagged(part)
    kind = next((str(part[name]) for name in _KINDS if part.get(name)), "")
    if kind.endswith(_INPUT_TYPES) or "functionResponse" in part or "toolResult" in part:
        result = part.get("content") or part.get("output") or part.get("response")
        result = result or part.get("functionResponse") or part.get("toolResult")
        yield from _of_kind(_strings(result, depth), PartKind.GIVEN)
    elif _is_call(part, kind):
        yield from _call(part, depth)
    elif "reasoning" in kind or "thinking" in kind or "thought" in kind or part.get("thought"):
        names = ("thinking", "reasoning", "summary", "text", "content", "value")
        for name in names:
            yield from _of_kind(_content(part.get(name), role, depth + 1), PartKind.REASONING)
    elif isinstance(reasoning := part.get("reasoningContent"), Mapping):  # Bedrock
        inner = reasoning.get("reasoningText")
        yield from _of_kind(_content(inner, role, depth + 1), PartKind.REASONING)
    elif isinstance(part.get("refusal"), str):
        yield Part(PartKind.REFUSAL, str(part["refusal"]))
    elif isinstance(code := part.get("executableCode"), Mapping):  # Gemini
        yield Part(
            PartKind.TOOL_CALL, str(code.get("code", "")), str(code.get("language", "")).lower()
        )
    elif "codeExecutionResult" in part:
        yield from _of_kind(_strings(part["codeExecutionResult"], depth), PartKind.GIVEN)
    else:
        body = next((part[name] for name in _TEXTS if part.get(name)), part.get("parts"))
        yield from _content(body, role, depth + 1)


def _untagged(part: Mapping[str, object]) -> Mapping[str, object]:
    """A part that stands under its kind (Rust's enumerations) with the kind as a field."""
    if len(part) != 1:
        return part
    ((name, body),) = part.items()
    kind = _TAGS.get(name)
    if kind is None:
        return part
    return {**body, "type": kind} if isinstance(body, Mapping) else {"type": kind, "text": body}


def _is_call(part: Mapping[str, object], kind: str) -> bool:
    names = ("functionCall", "function_call", "toolUse", "function", "toolInvocation")
    return (
        kind.endswith(("_call", "tool_use", "tool-call", "tool_call"))
        or kind in _CALLS
        or (kind.startswith("tool-") and "input" in part)
        or any(isinstance(part.get(name), Mapping) for name in names)
    )


def _call(call: object, depth: int) -> Iterator[Part]:
    """A tool call: the text it inserts, and the result where the log keeps it there."""
    if not isinstance(call, Mapping):
        return
    for name in _CALL_FIELDS:
        inner = call.get(name)
        if isinstance(inner, Mapping):
            yield from _call(inner, depth + 1) if depth < _DEEPEST else ()
            return
    arguments = next((call[name] for name in _ARGUMENTS if call.get(name) is not None), None)
    if arguments is None:  # calls of built-in tools hold code, a command or a patch
        names = ("code", "action", "operation", "query", "queries", "command", "patch", "diff")
        arguments = {name: call[name] for name in names if name in call} or _undescribed(call)
    yield from inserted_parts(arguments)
    for name in ("result", "output", "outputs", "response"):
        yield from _of_kind(_strings(call.get(name), depth), PartKind.GIVEN)


def _undescribed(call: Mapping[str, object]) -> dict[str, object]:
    """The content of a call in an unknown notation, without its labels and its result."""
    results = ("result", "output", "outputs", "response")
    return {
        name: value
        for name, value in call.items()
        if name not in _DESCRIBING and name not in results and name != "index"
    }


def _strings(value: object, depth: int) -> Iterator[Part]:
    """Every text inside a value whose notation is a tool's own."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        yield Part(PartKind.GIVEN, value)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, depth + 1)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item, depth + 1)


def _of_kind(parts: Iterator[Part], kind: PartKind) -> Iterator[Part]:
    for part in parts:
        yield Part(kind, part.text, part.language)
