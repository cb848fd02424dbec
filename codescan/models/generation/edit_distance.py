# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Edit distance of a growing sequence from a target, with bounds on its final value.

Levenshtein distance by dynamic programming, limited to the diagonal band that can matter. Libraries
accept only whole sequences, but a beam search extends thousands of sequences by one token each. All
values above the greatest distance of interest are treated as equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["METRICS", "Metric", "State"]

State = tuple[int, ...]
"""State of a sequence; only the metric that created it can read it."""


class Metric(Protocol):
    """Distances from one target, up to a maximum."""

    def start(self) -> State:
        """The state of the empty sequence."""
        ...

    def matches(self, length: int) -> frozenset[int]:
        """Tokens that can change the distance after `length` tokens; all others are equivalent."""
        ...

    def step(self, state: State, length: int, token: int | None) -> State:
        """The state after one more token; None stands for a token that matches nothing."""
        ...

    def least(self, state: State, length: int) -> int:
        """A lower bound on the final distance, for every possible extension."""
        ...

    def most(self, state: State, length: int) -> int:
        """An upper bound on the final distance, for every possible extension."""
        ...

    def final(self, state: State, length: int) -> int:
        """The distance if the sequence ends here."""
        ...


class Hamming:
    """Number of positions that differ; missing tokens count as differences.

    Args:
        target: its tokens; no sequence is longer.
        greatest: maximum distance of interest.
    """

    def __init__(self, target: Sequence[int], greatest: int) -> None:
        self._target = tuple(target)
        self._greatest = greatest

    def start(self) -> State:
        """Zero differences."""
        return (0,)

    def matches(self, length: int) -> frozenset[int]:
        """The target's next token."""
        return frozenset(self._target[length : length + 1])

    def step(self, state: State, length: int, token: int | None) -> State:
        """Compare one more position."""
        return (min(self._greatest + 1, state[0] + (token != self._target[length])),)

    def least(self, state: State, length: int) -> int:
        """All remaining tokens may match."""
        del length
        return state[0]

    def most(self, state: State, length: int) -> int:
        """All remaining tokens may differ."""
        return state[0] + len(self._target) - length

    def final(self, state: State, length: int) -> int:
        """Differences so far plus missing tokens."""
        return state[0] + len(self._target) - length


class Levenshtein:
    """Number of insertions, deletions and replacements; arguments as for `Hamming`.

    With the greatest distance d, the state of a sequence of n tokens holds its distances from the
    target's first n - d to n + d tokens. Its distance from shorter and longer prefixes exceeds d.
    """

    def __init__(self, target: Sequence[int], greatest: int) -> None:
        self._target = tuple(target)
        self._greatest = greatest

    def start(self) -> State:
        """The distance from each prefix of the target is the length of the prefix."""
        over = self._greatest + 1
        return tuple(p if 0 <= p <= len(self._target) else over for p in self._range(0))

    def matches(self, length: int) -> frozenset[int]:
        """Tokens of the target in the band around the next position."""
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
        """The best case: the rest of the target follows, as far as the length allows."""
        return min(
            value + max(0, length - place)
            for value, place in zip(state, self._range(length), strict=True)
        )

    def most(self, state: State, length: int) -> int:
        """The worst case: all remaining tokens are replaced."""
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
"""The metrics by name."""
