# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The text of a response: detects empty, unread and extended completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from codescan.logs.content import finish_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.records import Prompt

__all__ = ["is_empty", "unread_fields", "without_suffix"]

_DESCRIBING = frozenset(
    {"role", "id", "name", "annotations", "tool_calls", "function_call", "finish_reason", "index"}
)
"""Fields of a message that hold no text; tool calls are always read."""
_MOST_NAMES = 8


def without_suffix(text: str, prompt: Prompt) -> str:
    """The text without the prompt's suffix, which some servers append."""
    return text.removesuffix(prompt.suffix) if prompt.suffix else text


def is_empty(answer: dict[str, Any]) -> bool:
    """Whether a response states that the completion is empty, and why."""
    first = _first_choice(answer)
    finish = first.get("finish_reason") if first is not None else None
    if first is None or not isinstance(finish, str) or finish_of(finish) == "error":
        return False
    message = first.get("message")
    return first.get("text") == "" or (isinstance(message, Mapping) and "content" in message)


def unread_fields(answer: dict[str, Any]) -> str:
    """Unread fields that may hold text, of a response without any read text; "" for none.

    Such a response does not count as an empty completion.
    """
    if answer and "choices" not in answer:
        return f"a response with {_named(answer)}, and no choices"
    first = _first_choice(answer)
    if first is None:
        return "choices of another form" if answer.get("choices") else ""
    message = first.get("message")
    if isinstance(message, Mapping):
        unread = {name for name, value in message.items() if value and name not in _DESCRIBING}
        return f"a message with {_named(unread)}" if unread else ""
    texts = ("text", "message")
    return next((f"{name} of another form" for name in texts if first.get(name)), "")


def _first_choice(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, Mapping) else None


def _named(fields: Iterable[str]) -> str:
    names = sorted(name[:40] for name in fields)
    return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
