# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Progress callbacks of use cases."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["OnMessage", "OnProgress", "no_message", "no_progress"]

OnProgress = Callable[[str, int, int | None], None]
"""Called with the name of a step, finished units, and total units (None: unknown)."""

OnMessage = Callable[[str], None]
"""Called with one line of text."""


def no_progress(_step: str, _done: int, _total: int | None) -> None:
    """Ignore progress."""


def no_message(_line: str) -> None:
    """Ignore messages."""
