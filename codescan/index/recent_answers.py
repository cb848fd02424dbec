# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A cache of results for the last text, for matchers that need the same results."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["RecentAnswers"]


class _Thread(threading.local):
    """The current text of a thread, and the answers about it."""

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
        """The cached answers about a text, by question; the caller reads them and adds new ones.

        Answers that are added after a change of the index are not used again.

        Args:
            text: the text of the questions. It is recognized by identity, not by equality:
                comparing texts would take longer than most questions.
        """
        recent = self._thread
        if recent.text is not text or recent.generation != self._generation:
            recent.text, recent.generation, recent.answers = text, self._generation, {}
        return recent.answers

    def clear(self) -> None:
        """Drop all answers."""
        self._generation += 1
