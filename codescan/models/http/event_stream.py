# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Extract the response from the body of a reply, in any of several formats.

Services send one JSON object, an unrequested stream (server-sent events, JSON lines or an array),
or JSON with raw control characters or in another encoding. The chunks of a stream are joined into
one response. Types: `openai.types.chat.ChatCompletionChunk`, `openai.types.Completion`. Untrusted
JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codescan.logs.deltas import JoinedDeltas
from codescan.text.server_sent_events import data_texts, is_event_stream

__all__ = ["response_in", "whole_response"]

_ENVELOPE = ("id", "model", "system_fingerprint", "usage", "error")
"""Fields of a chunk besides its choices; the last chunk's values are used."""


def response_in(body: bytes) -> object:
    """The JSON value of a reply; for a stream, the joined response.

    Raises:
        ValueError, RecursionError: the body is not JSON.
    """
    text = _text(body)
    if is_event_stream(text):
        return whole_response([json.loads(data, strict=False) for data in data_texts(text)])
    try:
        value = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise
        return whole_response(list(_lines(text)))
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        return whole_response(value)
    if isinstance(value, Mapping) and _is_chunk(value):
        return whole_response([value])
    return value


def whole_response(values: Sequence[object]) -> dict[str, Any]:
    """The joined response of a stream, with its first choice.

    A stream in another format than OpenAI's is returned unchanged under "events".

    Raises:
        ValueError: no event is an object.
    """
    events = [value for value in values if isinstance(value, Mapping)]
    if not events:
        raise ValueError("a stream without events")
    response: dict[str, Any] = {}
    message = JoinedDeltas()
    texts: list[str] = []
    finish: object = None
    for event in events:
        response |= {name: event[name] for name in _ENVELOPE if event.get(name)}
        choice = _first_choice(event)
        finish = choice.get("finish_reason") or finish
        if isinstance(choice.get("text"), str):
            texts.append(choice["text"])
        delta = choice.get("delta", choice.get("message"))
        if isinstance(delta, Mapping):
            message.add(delta)
    # A stream that ends in an error is a failure, whatever came before.
    if "error" in response:
        return response
    joined = message.message()
    if joined or texts:
        body_of = {"text": "".join(texts)} if texts else {"message": joined}
        # A stream that ends without a reason was cut off.
        response["choices"] = [{"index": 0, "finish_reason": finish or "length", **body_of}]
    elif not any("choices" in event for event in events):
        response["events"] = events
    return response


def _text(body: bytes) -> str:
    """The text of a body in UTF-8, UTF-16 or UTF-32; invalid bytes are replaced."""
    encoding = json.detect_encoding(body)
    return body.decode(encoding, "replace").removeprefix("\ufeff")


def _lines(text: str) -> Iterator[object]:
    for line in text.split("\n"):
        if line.strip():
            yield json.loads(line, strict=False)


def _is_chunk(value: Mapping[str, object]) -> bool:
    choice = _first_choice(value)
    return isinstance(choice.get("delta"), Mapping) and not choice.get("message")


def _first_choice(event: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, Mapping) and choice.get("index", 0) in (0, None):
            return choice
    return {}
