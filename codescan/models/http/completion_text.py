# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What the text of a service's response is: nothing at all, or more than the model wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codescan.records import Prompt

__all__ = ["is_empty", "without_suffix"]


def without_suffix(text: str, prompt: Prompt) -> str:
    """The text without the prompt's suffix, which some servers add to what they made."""
    return text.removesuffix(prompt.suffix) if prompt.suffix else text


def is_empty(answer: dict[str, Any]) -> bool:
    """Whether a response says that the model wrote nothing, and why."""
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(first, dict) or not isinstance(first.get("finish_reason"), str):
        return False
    message = first.get("message")
    return first.get("text") == "" or (isinstance(message, dict) and "content" in message)
