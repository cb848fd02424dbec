# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Limits on the rate and the cost of calls to a service."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

__all__ = ["RateLimit", "Spending"]

_MILLION = 1_000_000
_BYTES_OF_A_TOKEN = 3
_MOST_DIGITS = 15
"""Maximum digits of a count; a larger count is an error of the service."""


class RateLimit:
    """Spaces calls evenly, whatever the number of threads.

    Written by hand, because libraries for this dozen lines need stores and servers.

    Args:
        per_minute: calls per minute; None for no limit.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, stop: threading.Event) -> None:
        """Wait until the next call is allowed, or until `stop` is set."""
        if not self._gap:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self._gap
        if start > now:
            stop.wait(start - now)


class Spending:
    """Add up the tokens that a service reports, and check the caps.

    Missing or zero counts are estimated from the texts at a third of a token per byte, more than
    tokenizers need for code. `estimated` counts the requests with an estimate.

    Calls in progress when a cap is reached are finished and counted. The cap may be exceeded by the
    number of parallel calls.

    Args:
        max_tokens: prompt and completion tokens together; None for no cap.
        max_cost: in the currency of the prices; None for no cap.
        prices: price of a million prompt tokens and of a million completion tokens.
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
        self.estimated = 0

    def recall(self, spent: Mapping[str, object]) -> None:
        """Add what an earlier part of the run spent, by attribute name."""
        with self._lock:
            self.requests += _count(spent.get("requests"))
            self.prompt_tokens += _count(spent.get("prompt_tokens"))
            self.completion_tokens += _count(spent.get("completion_tokens"))
            self.estimated += _count(spent.get("requests_estimated"))

    @property
    def cost(self) -> float:
        """The cost so far, in the currency of the prices."""
        prompt_price, completion_price = self._prices
        return (
            self.prompt_tokens * prompt_price + self.completion_tokens * completion_price
        ) / _MILLION

    @property
    def exhausted(self) -> bool:
        """Whether a cap is reached."""
        tokens = self.prompt_tokens + self.completion_tokens
        return (self._max_tokens is not None and tokens >= self._max_tokens) or (
            self._max_cost is not None and self.cost >= self._max_cost
        )

    def add(self, usage: object, sent: str, received: str) -> int:
        """Count one response; returns its completion tokens, 0 if the service does not report them.

        Args:
            usage: the response's "usage".
            sent: text of the request, for an estimate.
            received: text of the response, likewise.
        """
        reported = usage if isinstance(usage, Mapping) else {}
        prompt = _count(reported.get("prompt_tokens", reported.get("input_tokens")))
        completion = _count(reported.get("completion_tokens", reported.get("output_tokens")))
        is_estimated = (not prompt and sent != "") or (not completion and received != "")
        with self._lock:
            self.requests += 1
            self.estimated += is_estimated
            self.prompt_tokens += prompt or _estimate(sent)
            self.completion_tokens += completion or _estimate(received)
        return completion


def _estimate(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_OF_A_TOKEN)


def _count(value: object) -> int:
    """A number of tokens or requests; 0 for an invalid one."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= _MOST_DIGITS:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    return int(value) if 0 < value < 10**_MOST_DIGITS and value == int(value) else 0
