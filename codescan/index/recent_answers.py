# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The last answers of an index, kept for matchers that ask the same question."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["RecentAnswers"]

_T = TypeVar("_T")


class RecentAnswers:
    """Answers by question, the last used ones; safe to share between threads.

    An index owns one and clears it when its contents change.

    Args:
        size: number of answers to keep.
    """

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()
        self._generation = 0

    def get(self, question: Hashable, answer: Callable[[], _T]) -> _T:
        """The kept answer to a question, or what `answer` returns, which is then kept."""
        with self._lock:
            if question in self._answers:
                self._answers.move_to_end(question)
                stored: _T = self._answers[question]
                return stored
            generation = self._generation
        computed = answer()
        with self._lock:
            if generation == self._generation:  # the index has not changed meanwhile
                self._answers[question] = computed
                if len(self._answers) > self._size:
                    self._answers.popitem(last=False)
        return computed

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._generation += 1
            self._answers.clear()
