# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Draws the prompts of a run from a stream of documents, evenly over packages and strategies."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from typing import TYPE_CHECKING

from codescan.prompts.slicing import hashed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codescan.protocols import PromptStrategy
    from codescan.records import Document, Prompt

__all__ = ["draw"]

_WINDOW_DOCUMENTS = 1_024
_WINDOW_BYTES = 64 << 20


def draw(
    documents: Iterable[Document],
    strategies: Sequence[PromptStrategy],
    limit: int | None,
    seed: int = 0,
    *,
    evenly: bool = True,
) -> Iterator[Prompt]:
    """Yield up to `limit` prompts, each once; lazy and deterministic.

    Documents are read in windows (at most 1,024 documents or 64 MiB), no further than needed.
    Within a window the next document is one of the package that has given the fewest prompts so
    far, so that a big package does not crowd out the others. The strategy that has given the fewest
    prompts draws from it, or the next one that finds something to draw. When every document of the
    window was tried once, the remaining strategies try them again.

    Args:
        documents: with their content; in an order that the caller has randomized.
        strategies: at least one.
        limit: prompts at most; None for all there are.
        seed: decides between packages that have given equally many.
        evenly: False takes the documents of a window as they come, whatever their package, so
            that each is equally likely.
    """
    tally = _Tally(strategies, seed, evenly=evenly)
    stream = iter(documents)
    remaining = limit
    while remaining is None or remaining > 0:
        window = _window(stream)
        if not window:
            return
        for prompt in tally.prompts(window):
            if remaining is not None:
                remaining -= 1
            yield prompt
            if remaining == 0:
                return


def _window(stream: Iterator[Document]) -> list[Document]:
    window = []
    size = 0
    for document in stream:
        window.append(document)
        size += len(document.content)
        if len(window) >= _WINDOW_DOCUMENTS or size >= _WINDOW_BYTES:
            break
    return window


class _Tally:
    """The number of prompts from each package and strategy so far."""

    def __init__(self, strategies: Sequence[PromptStrategy], seed: int, *, evenly: bool) -> None:
        self._strategies = strategies
        self._seed = seed
        self._evenly = evenly
        self._by_family: Counter[str] = Counter()
        self._by_strategy = [0] * len(strategies)
        self._seen: set[str] = set()

    def prompts(self, window: Sequence[Document]) -> Iterator[Prompt]:
        """Yield every prompt of a window, in the order of `draw`."""
        pending = [(document, frozenset[int]()) for document in window]
        while pending:
            again: list[tuple[Document, frozenset[int]]] = []
            for family, document, used in self._in_turn(pending):
                for number in self._next_strategies(used):
                    used |= {number}
                    prompt_count = 0
                    for prompt in self._strategies[number].prompts(document):
                        if prompt.id in self._seen:
                            continue
                        self._seen.add(prompt.id)
                        self._by_family[family] += 1
                        self._by_strategy[number] += 1
                        prompt_count += 1
                        yield prompt
                    if prompt_count:
                        break
                if len(used) < len(self._strategies):
                    again.append((document, used))
            pending = again

    def _next_strategies(self, used: frozenset[int]) -> list[int]:
        unfinished = [n for n in range(len(self._strategies)) if n not in used]
        return sorted(unfinished, key=lambda n: (self._by_strategy[n], n))

    def _in_turn(
        self, pending: Sequence[tuple[Document, frozenset[int]]]
    ) -> Iterator[tuple[str, Document, frozenset[int]]]:
        """Each document once, next from the family that has given the fewest prompts."""
        queues: dict[str, deque[tuple[Document, frozenset[int]]]] = {}
        for document, used in pending:
            package = document.origin.package
            family = (package.family or package.purl) if self._evenly else ""
            queues.setdefault(family, deque()).append((document, used))
        heap = [
            (self._by_family[family], 0, hashed(self._seed, family), family) for family in queues
        ]
        heapq.heapify(heap)
        while heap:
            _, rank, order, family = heapq.heappop(heap)
            document, used = queues[family].popleft()
            yield family, document, used
            if queues[family]:
                # Documents asked in vain count among equals, so that a package of empty files
                # does not hold up the others.
                heapq.heappush(heap, (self._by_family[family], rank + 1, order, family))
