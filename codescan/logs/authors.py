# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The author of a message, by the fields and words that services, tools and exports use."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["author_of", "is_message_name", "role_of"]

_ROLES = {
    "user": "user", "human": "user", "input": "user", "prompter": "user", "customer": "user",
    "you": "user",
    "assistant": "assistant", "ai": "assistant", "gpt": "assistant", "model": "assistant",
    "bot": "assistant", "chatgpt": "assistant", "bing": "assistant", "bard": "assistant",
    "chatbot": "assistant", "gemini": "assistant", "agent": "assistant", "llm": "assistant",
    "claude": "assistant", "copilot": "assistant", "aimessagechunk": "assistant",
    "aimessage": "assistant", "humanmessage": "user", "systemmessage": "system",
    "toolmessage": "tool", "functionmessage": "tool", "generator": "assistant",
    "system": "system", "developer": "system", "info": "system",
    "tool": "tool", "function": "tool", "observation": "tool", "toolresult": "tool",
    "tool_result": "tool", "environment": "tool",
}  # fmt: skip
_NAMES = ("role", "_role", "Role", "from", "author", "sender", "speaker")
_INNER = ("role", "Label", "label")
_IS_USER = ("isCreatedByUser", "is_user", "isUser", "from_user", "fromUser")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\-. ]+")
_ENDINGS = ("message", "msg", "turn", "prompt")


def role_of(value: object) -> str:
    """The role that a word names: "user", "assistant", "system" or "tool"; "" for none.

    Also "user_message", "AgentMessage" and "system-prompt".
    """
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 - no word is longer
        return ""
    known = _ROLES.get(value.lower())
    if known is not None:
        return known
    return _ROLES[_WORDS.split(value)[0].lower()] if is_message_name(value) else ""


def is_message_name(value: str) -> bool:
    """Whether a word names a message of somebody, such as "user_message"."""
    words = _WORDS.split(value)
    is_pair = len(words) == 2 and words[1].lower() in _ENDINGS  # noqa: PLR2004
    return is_pair and words[0].lower() in _ROLES


def author_of(fields: Mapping[str, object], *, by_type: bool = True) -> str:
    """The role of a message's author; "" where the message names none.

    Args:
        fields: of the message.
        by_type: whether its type may name the author.
    """
    for name in _NAMES:
        value = fields.get(name)
        if isinstance(value, Mapping):
            value = next((value[inner] for inner in _INNER if inner in value), None)
        if role := role_of(value):
            return role
    for name in _IS_USER:
        if isinstance(fields.get(name), bool):
            return "user" if fields[name] else "assistant"
    info = fields.get("info")
    if isinstance(info, Mapping) and (role := role_of(info.get("role"))):
        return role
    if by_type:
        return role_of(fields.get("type")) or role_of(fields.get("kind"))
    return ""
