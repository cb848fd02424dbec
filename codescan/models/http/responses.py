# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads what services and logs send: answers in the OpenAI form and its many relatives.

Everything here takes untrusted JSON and never raises: what is not understood is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Answer", "answers_of", "prompt_of"]

_FINISH = {
    "stop": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "eos": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "filter",
    "filter": "filter",
    "refusal": "refusal",
    "error": "error",
}
_COMPLETION_KEYS = ("completion", "response", "text", "output", "answer")
_PROMPT_KEYS = ("prompt", "request", "input")


class Answer(NamedTuple):
    """One completion as it was sent."""

    text: str
    finish_reason: str
    """"stop", "length", "filter", "refusal" or "error"."""


def answers_of(row: Mapping[str, object]) -> tuple[Answer, ...]:
    """Every completion of a row or of a service's answer; () where there is none.

    An empty text counts only where the row says why it is empty (a filter or a refusal).
    """
    finish = _finish(row.get("finish_reason"), default="stop")
    found = _choices(row)
    for key in _COMPLETION_KEYS:
        value = row.get(key)
        if found:
            break
        if isinstance(value, str):
            found = (Answer(value, finish),)
        elif isinstance(value, Mapping):
            found = _choices(value) or _message(value, finish)
    if not found:
        found = _last_assistant(row.get("messages"), finish)
    return tuple(a for a in found if a.text or a.finish_reason in ("filter", "refusal"))


def prompt_of(row: Mapping[str, object]) -> str:
    """The text that was put to the model, "" where the row has none."""
    for key in _PROMPT_KEYS:
        value = row.get(key)
        if isinstance(value, str):
            return value
        if isinstance(value, Mapping):
            inner = prompt_of(value)
            if inner:
                return inner
    messages = row.get("messages")
    if not isinstance(messages, list):
        return ""
    asked = [m for m in messages if isinstance(m, Mapping) and m.get("role") in ("user", "system")]
    return "\n\n".join(text for m in asked if (text := _text(m.get("content"))))


def _choices(body: Mapping[str, object]) -> tuple[Answer, ...]:
    choices = body.get("choices")
    if not isinstance(choices, list):
        return ()
    found: list[Answer] = []
    for choice in choices:
        if not isinstance(choice, Mapping):
            continue
        finish = _finish(choice.get("finish_reason"), default="stop")
        message, text = choice.get("message"), choice.get("text")
        if isinstance(message, Mapping):
            found.extend(_message(message, finish))
        elif isinstance(text, str):
            found.append(Answer(text, finish))
    return tuple(found)


def _message(message: Mapping[str, object], finish: str) -> tuple[Answer, ...]:
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        return (Answer(refusal, "refusal"),)
    text = _text(message.get("content"))
    if text is None:
        return (Answer("", finish),) if "content" in message else ()
    return (Answer(text, finish),)


def _last_assistant(messages: object, finish: str) -> tuple[Answer, ...]:
    if not isinstance(messages, list):
        return ()
    for message in reversed(messages):
        if isinstance(message, Mapping) and message.get("role") == "assistant":
            return _message(message, finish)
    return ()


def _text(content: object) -> str | None:
    """A message's content: a string, or a list of parts of which the texts count."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return None
    parts = [part.get("text") for part in content if isinstance(part, Mapping)]
    texts = [part for part in parts if isinstance(part, str)]
    return "".join(texts) if texts else None


def _finish(value: object, *, default: str) -> str:
    return _FINISH.get(value, default) if isinstance(value, str) else default
