# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Model and system fingerprint that a service reports. The JSON is untrusted."""

from __future__ import annotations

from typing import Any

__all__ = ["identity_of", "text_items"]

_LONGEST_NAME = 200
"""Maximum characters of a name."""


def identity_of(answer: dict[str, Any]) -> tuple[str, str]:
    """Model and fingerprint of the responding system; "" if the service does not report them."""
    return _name(answer.get("model")), _name(answer.get("system_fingerprint"))


def _name(value: object) -> str:
    return value[:_LONGEST_NAME] if isinstance(value, str) else ""


def text_items(message: object) -> list[str]:
    """The strings of a list; () if the value is not a list."""
    return [name for name in message if isinstance(name, str)] if isinstance(message, list) else []
