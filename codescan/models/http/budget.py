# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""How fast and how much a service may be used."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

__all__ = ["RateLimit", "Spending"]

_MILLION = 1_000_000


class RateLimit:
    """Spaces calls evenly, whatever the number of threads.

    Written by hand because the libraries for it bring stores and servers for a dozen lines.

    Args:
        per_minute: calls a minute; None for no limit.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, stop: threading.Event) -> None:
        """Wait for the next free place, or until `stop` is set."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next)
            self._next = mine + self._gap
        if mine > now:
            stop.wait(mine - now)


class Spending:
    """Adds up the tokens that a service reports, and says when the cap is reached.

    Calls already under way when the cap is reached are finished and counted, so it may be
    overrun by as many calls as run at once.

    Args:
        max_tokens: prompt and completion tokens together; None for no cap.
        max_cost: in the currency of the prices; None for no cap.
        prices: of a million prompt tokens and of a million completion tokens.
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        max_cost: float | None = None,
        prices: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self._max_tokens = max_tokens
        self._max_cost = max_cost
        self._prices = prices
        self._lock = threading.Lock()
        self.requests = 0
        self.prompt_tokens = 0
        self.completion_tokens = 0

    def recall(self, spent: Mapping[str, object]) -> None:
        """Count what was spent before, by the names of the attributes."""
        with self._lock:
            self.requests += _count(spent.get("requests"))
            self.prompt_tokens += _count(spent.get("prompt_tokens"))
            self.completion_tokens += _count(spent.get("completion_tokens"))

    @property
    def cost(self) -> float:
        """What was spent, in the currency of the prices."""
        given, made = self._prices
        return (self.prompt_tokens * given + self.completion_tokens * made) / _MILLION

    @property
    def exhausted(self) -> bool:
        """Whether a cap is reached."""
        tokens = self.prompt_tokens + self.completion_tokens
        return (self._max_tokens is not None and tokens >= self._max_tokens) or (
            self._max_cost is not None and self.cost >= self._max_cost
        )

    def add(self, usage: object) -> int:
        """Count one answer's `usage`; returns its completion tokens, 0 where it does not say."""
        said = usage if isinstance(usage, Mapping) else {}
        given, made = _count(said.get("prompt_tokens")), _count(said.get("completion_tokens"))
        with self._lock:
            self.requests += 1
            self.prompt_tokens += given
            self.completion_tokens += made
        return made


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0
