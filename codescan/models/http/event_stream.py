# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A response that a service streams although it was not asked to (server-sent events).

The chunks are joined into the response that the same service would have sent whole. Types:
`openai.types.chat.ChatCompletionChunk`, `openai.types.Completion`. Untrusted JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["is_event_stream", "whole_response"]

_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")


def is_event_stream(body: bytes) -> bool:
    """Whether a body holds server-sent events."""
    return body[:4096].lstrip(b"\xef\xbb\xbf \r\n").startswith((b"data:", b"event:", b": ", b":\n"))


def whole_response(body: bytes) -> dict[str, Any]:
    """The response of a stream, with its first choice.

    Raises:
        ValueError: an event is not JSON, or there is none.
    """
    response: dict[str, Any] = {}
    message: dict[str, Any] = {}
    calls: dict[object, dict[str, Any]] = {}
    texts: list[str] = []
    finish: object = None
    events = 0
    for event in _events(body):
        events += 1
        for name in ("id", "model", "system_fingerprint", "usage", "error"):
            if event.get(name):
                response[name] = event[name]
        choice = _first_choice(event)
        finish = choice.get("finish_reason") or finish
        if isinstance(choice.get("text"), str):
            texts.append(choice["text"])
        delta = choice.get("delta", choice.get("message"))
        if isinstance(delta, Mapping):
            _add(message, calls, delta)
    if not events:
        raise ValueError("a stream without events")
    # A stream that ends in an error is a failure, whatever came before.
    if (message or calls or texts) and "error" not in response:
        message = {name: "".join(parts) for name, parts in message.items()}
        if calls:
            message["tool_calls"] = [_joined(call) for call in calls.values()]
        body_of = {"text": "".join(texts)} if texts else {"message": message}
        # A stream that ends without a reason was cut off.
        response["choices"] = [{"index": 0, "finish_reason": finish or "length", **body_of}]
    return response


def _events(body: bytes) -> Iterator[Mapping[str, Any]]:
    for line in body.decode("utf-8-sig", "replace").splitlines():
        name, _, value = line.partition(":")
        value = value.strip()
        if name.strip() != "data" or not value or value == "[DONE]":
            continue
        event = json.loads(value)
        if isinstance(event, Mapping):
            yield event


def _first_choice(event: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, Mapping) and choice.get("index", 0) in (0, None):
            return choice
    return {}


def _add(
    message: dict[str, Any], calls: dict[object, dict[str, Any]], delta: Mapping[str, Any]
) -> None:
    """Take in the part of a message that one event holds."""
    for name in _TEXTS:
        if isinstance(delta.get(name), str):
            message.setdefault(name, []).append(delta[name])
    listed = delta.get("tool_calls")
    listed = list(listed) if isinstance(listed, list) else []
    if isinstance(delta.get("function_call"), Mapping):
        listed.append({"index": "function_call", "function": delta["function_call"]})
    for call in listed:
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping):
            key = call.get("index")
            key = key if isinstance(key, (int, str)) else 0
            joined = calls.setdefault(key, {"name": "", "arguments": []})
            joined["name"] = joined["name"] or str(function.get("name") or "")
            if isinstance(function.get("arguments"), str):
                joined["arguments"].append(function["arguments"])


def _joined(call: Mapping[str, Any]) -> dict[str, Any]:
    function = {"name": call["name"], "arguments": "".join(call["arguments"])}
    return {"type": "function", "function": function}
