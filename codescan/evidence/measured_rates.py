# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rates that the results of runs hold, with the place of each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["MeasuredRate", "measured_rates"]

_DEEPEST = 32
_NAMES = ("label", "name", "measure", "class", "copies", "tries", "decoding")
"""Keys that name an object of a list, the first one that is there."""


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """A share of trials as a result states it."""

    place: str
    """Keys from the top of the result, joined by " / "."""
    k: int
    n: int
    low: float
    high: float
    confidence: float
    words: str
    """The rate with its interval, as the result words it."""

    @property
    def value(self) -> float:
        """K / n, or 0 for no trial; see `n`."""
        return self.k / self.n if self.n else 0.0

    @property
    def upper_bound(self) -> float:
        """Upper bound of the share; for 0 of n at most 3 / n (Hanley and Lippman-Hand 1983)."""
        return min(1.0, 3.0 / self.n) if self.n and not self.k else self.high


def measured_rates(result: object) -> Iterator[MeasuredRate]:
    """Yield every measured rate of a result, in its order; those without a trial are left out.

    Args:
        result: decoded JSON.
    """
    yield from _below(result, ())


def _below(value: object, place: tuple[str, ...]) -> Iterator[MeasuredRate]:
    if len(place) > _DEEPEST:
        return
    if isinstance(value, dict):
        rate = _rate(value, place)
        if rate is not None:
            yield rate
        for key, item in value.items():
            yield from _below(item, (*place, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _below(item, (*place, _name(item, number)))


def _name(item: object, number: int) -> str:
    if isinstance(item, dict):
        for key in _NAMES:
            if isinstance(item.get(key), str | int):
                return f"{key} {item[key]}" if isinstance(item[key], int) else str(item[key])
    return str(number)


def _rate(value: Mapping[str, Any], place: tuple[str, ...]) -> MeasuredRate | None:
    k, n = value.get("k"), value.get("n")
    bounds = [value.get(key) for key in ("low", "high", "confidence")]
    if type(k) is not int or type(n) is not int or not 0 <= k <= n or not n:
        return None
    if not all(isinstance(b, float | int) and math.isfinite(b) for b in bounds):
        return None
    low, high, confidence = (float(bound) for bound in bounds if bound is not None)
    words = value.get("words")
    return MeasuredRate(
        " / ".join(place), k, n, low, high, confidence,
        words if isinstance(words, str) else f"{k:,} of {n:,}",
    )  # fmt: skip
