# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The distance of a growing sequence from a target, and what it can still become.

Levenshtein's distance by its usual table, of which only the diagonal band is kept that can still
matter. Written by hand, because libraries take whole sequences, and a beam search extends thousands
of them by one token each. Values above the greatest distance of interest count as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["METRICS", "Metric", "State"]

State = tuple[int, ...]
"""What is known of a sequence; of no meaning outside the metric that made it."""


class Metric(Protocol):
    """Distances from one target, up to a greatest one."""

    def start(self) -> State:
        """The empty sequence."""
        ...

    def matches(self, length: int) -> frozenset[int]:
        """Tokens that can make a difference after `length` tokens; all others are alike."""
        ...

    def step(self, state: State, length: int, token: int | None) -> State:
        """A sequence of `length` tokens with one more; None: one that matches nothing."""
        ...

    def least(self, state: State, length: int) -> int:
        """A lower bound on the distance in the end, however the sequence goes on or stops."""
        ...

    def most(self, state: State, length: int) -> int:
        """An upper bound on it."""
        ...

    def final(self, state: State, length: int) -> int:
        """The distance of the sequence as it is."""
        ...


class Hamming:
    """Places that differ; missing ones count.

    Args:
        target: its tokens; sequences have at most as many.
        greatest: distance of interest.
    """

    def __init__(self, target: Sequence[int], greatest: int) -> None:
        self._target = tuple(target)
        self._greatest = greatest

    def start(self) -> State:
        """Nothing differs yet."""
        return (0,)

    def matches(self, length: int) -> frozenset[int]:
        """The target's next token."""
        return frozenset(self._target[length : length + 1])

    def step(self, state: State, length: int, token: int | None) -> State:
        """One more place."""
        return (min(self._greatest + 1, state[0] + (token != self._target[length])),)

    def least(self, state: State, length: int) -> int:
        """All that follow may agree."""
        del length
        return state[0]

    def most(self, state: State, length: int) -> int:
        """None of them may."""
        return state[0] + len(self._target) - length

    def final(self, state: State, length: int) -> int:
        """With those that are missing."""
        return state[0] + len(self._target) - length


class Levenshtein:
    """Insertions, deletions and replacements; arguments as for `Hamming`.

    With the greatest distance d, the state of a sequence of n tokens holds its distances from the
    target's first n - d to n + d tokens. Its distance from shorter and longer ones exceeds d.
    """

    def __init__(self, target: Sequence[int], greatest: int) -> None:
        self._target = tuple(target)
        self._greatest = greatest

    def start(self) -> State:
        """As far from each beginning of the target as that is long."""
        over = self._greatest + 1
        return tuple(p if 0 <= p <= len(self._target) else over for p in self._range(0))

    def matches(self, length: int) -> frozenset[int]:
        """Tokens of the target in the band around the next place."""
        low = max(0, length - self._greatest)
        return frozenset(self._target[low : length + self._greatest + 1])

    def step(self, state: State, length: int, token: int | None) -> State:
        """The next row of the table."""
        over = self._greatest + 1
        row: list[int] = []
        for index, place in enumerate(
            range(length + 1 - self._greatest, length + 2 + self._greatest)
        ):
            if not 0 <= place <= len(self._target):
                row.append(over)
                continue
            # The band moves on by one: the same place was one further to the right before.
            best = state[index + 1] + 1 if index + 1 < len(state) else over
            if index:
                best = min(best, row[index - 1] + 1)
            if place:
                best = min(best, state[index] + (token != self._target[place - 1]))
            row.append(min(over, best))
        return tuple(row)

    def least(self, state: State, length: int) -> int:
        """The rest of the target may follow, as far as there is room for it."""
        return min(
            value + max(0, length - place)
            for value, place in zip(state, self._range(length), strict=True)
        )

    def most(self, state: State, length: int) -> int:
        """All that follows may be replaced."""
        size = len(self._target)
        return min(
            value + max(size - length, size - place)
            for value, place in zip(state, self._range(length), strict=True)
            if 0 <= place <= size
        )

    def final(self, state: State, length: int) -> int:
        """The distance from the whole target."""
        index = len(self._target) - length + self._greatest
        return state[index] if 0 <= index < len(state) else self._greatest + 1

    def _range(self, length: int) -> range:
        return range(length - self._greatest, length + self._greatest + 1)


METRICS: Mapping[str, Callable[[Sequence[int], int], Metric]] = {
    "levenshtein": Levenshtein,
    "hamming": Hamming,
}
"""By name."""
