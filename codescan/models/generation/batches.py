# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Batches of rows sorted by length. A batch that does not fit in memory is split."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Budget", "in_batches"]

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True)
class Budget:
    """The limits of one batch; lowered permanently when memory runs out."""

    rows: int
    tokens: int
    """Rows times the longest row's length, including padding."""

    def shrink(self, rows: int, longest: int) -> None:
        """Halve the limits of a batch that did not fit."""
        half = max(1, rows // 2)
        self.rows = min(self.rows, half)
        self.tokens = min(self.tokens, half * longest)


def in_batches(
    items: Sequence[Item],
    length: Callable[[Item], int],
    budget: Budget,
    work: Callable[[Sequence[Item]], Result],
    *,
    out_of_memory: Callable[[BaseException], bool],
    release: Callable[[], None],
    failed: Callable[[Item], Result],
) -> Iterator[Result]:
    """Run `work` on batches of `items`, longest first, and yield each result as it is ready.

    With the longest first, memory runs out at once or never, and rows of similar length need little
    padding. The order is deterministic: by length, then by position in `items`.

    Args:
        items: the inputs.
        length: tokens of an item, including those still to be generated.
        budget: the limits, shared between calls; lowered when a batch did not fit.
        work: called with one batch.
        out_of_memory: whether an exception means that the batch was too large.
        release: called before a batch is tried again in halves.
        failed: result for an item that does not fit alone.
    """
    order = sorted(range(len(items)), key=lambda i: (-length(items[i]), i))
    pending = deque(items[i] for i in order)
    while pending:
        batch = _take(pending, length, budget)
        try:
            result = work(batch)
        except Exception as error:
            if not out_of_memory(error):
                raise
        else:
            yield result
            continue
        # Outside of the handler: the traceback, which holds the batch's tensors, is gone here.
        release()
        if len(batch) == 1:
            yield failed(batch[0])
        else:
            budget.shrink(len(batch), length(batch[0]))
            pending.extendleft(reversed(batch))


def _take(pending: deque[Item], length: Callable[[Item], int], budget: Budget) -> list[Item]:
    longest = max(1, length(pending[0]))
    size = max(1, min(budget.rows, budget.tokens // longest, len(pending)))
    return [pending.popleft() for _ in range(size)]
