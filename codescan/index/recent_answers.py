# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What was worked out about the last text, kept for matchers that ask the same question."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["RecentAnswers"]


class _Thread(threading.local):
    """The text that a thread is at, and the answers about it."""

    def __init__(self) -> None:
        self.text: object = None
        self.generation = -1
        self.answers: dict[Hashable, Any] = {}


class RecentAnswers:
    """Answers about the last text of each thread.

    An index owns one and clears it when its contents change.
    """

    def __init__(self) -> None:
        self._thread = _Thread()
        self._generation = 0

    def of(self, text: object) -> dict[Hashable, Any]:
        """The answers about a text by question, to be looked at and added to.

        Answers that are added after the index changed are not given again.

        Args:
            text: that is asked about. Only this very object is remembered, not an equal one: to
                compare texts would cost more than most questions.
        """
        recent = self._thread
        if recent.text is not text or recent.generation != self._generation:
            recent.text, recent.generation, recent.answers = text, self._generation, {}
        return recent.answers

    def clear(self) -> None:
        """Keep nothing."""
        self._generation += 1
