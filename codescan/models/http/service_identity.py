# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The description of a service in its answers. Untrusted JSON."""

from __future__ import annotations

from typing import Any

__all__ = ["identity_of", "text_items"]

_LONGEST_NAME = 200
"""Characters of a name that are kept."""


def identity_of(answer: dict[str, Any]) -> tuple[str, str]:
    """Model and fingerprint of the system that answered; "" where the service does not say."""
    return _name(answer.get("model")), _name(answer.get("system_fingerprint"))


def _name(value: object) -> str:
    return value[:_LONGEST_NAME] if isinstance(value, str) else ""


def text_items(message: object) -> list[str]:
    """The texts of a list; none where it is not a list."""
    return [name for name in message if isinstance(name, str)] if isinstance(message, list) else []
