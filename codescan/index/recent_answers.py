# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What was worked out about the last text, kept for matchers that ask the same question."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["RecentAnswers"]

_T = TypeVar("_T")


class _Thread(threading.local):
    """The text that a thread is at, and the answers about it."""

    def __init__(self) -> None:
        self.text: object = None
        self.generation = -1
        self.answers: dict[Hashable, object] = {}


class RecentAnswers:
    """Answers about the last text of each thread.

    An index owns one and clears it when its contents change.
    """

    def __init__(self) -> None:
        self._thread = _Thread()
        self._generation = 0

    def get(self, text: object, question: Hashable, answer: Callable[[], _T]) -> _T:
        """The kept answer to a question about a text, or what `answer` returns, which is then kept.

        Args:
            text: that is asked about. Only this very object is remembered, not an equal one: to
                compare texts would cost more than most questions.
            question: what is asked.
            answer: works it out.
        """
        kept = self._thread
        if kept.text is not text or kept.generation != self._generation:
            kept.text, kept.generation, kept.answers = text, self._generation, {}
        answers = kept.answers
        if question in answers:
            return answers[question]  # type: ignore[return-value]
        computed = answer()
        if kept.generation == self._generation:  # the index has not changed meanwhile
            answers[question] = computed
        return computed

    def clear(self) -> None:
        """Keep nothing."""
        self._generation += 1
