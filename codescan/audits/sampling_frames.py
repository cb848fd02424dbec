# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sampling frames: which files of an index an audit asks for, since that decides the number.

A model of which uniformly drawn prompts give away nothing has given away 8 % of passages that were
chosen for being frequent and unguessable. So a rate means little without its frame: frames are
drawn apart, counted apart and named beside every figure. Only `uniform` and `copies` estimate a
share of the corpus; `worst-case` is no estimate of anything but itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codescan.audits.worst_case import worst_case
from codescan.prompts.null_arm import NullStrategy, with_null_arm
from codescan.prompts.sampler import draw
from codescan.records.enums import FRAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.index import Index
    from codescan.protocols import PromptStrategy
    from codescan.records import Document, Prompt

__all__ = ["GIVEN", "Drawing", "allotted", "copies_bin", "frame_of"]

PACKAGES, _UNIFORM, COPIES, WORST_CASE = FRAMES

GIVEN = "given"
"""What is said instead of a frame where the prompts were not drawn."""

_LOOKED_AT = 4
"""Documents kept for each prompt wanted of a stratum: not every document yields one."""
_KEPT_BYTES = 256 << 20


def frame_of(prompt: Prompt) -> str:
    """The frame of a prompt, or `GIVEN`."""
    return prompt.frame or GIVEN


def copies_bin(copies: int) -> str:
    """Powers of two: "1", "2 to 3", "4 to 7", ...; "" where an index does not say."""
    if copies <= 1:
        return str(copies or "")
    low = 1 << (copies.bit_length() - 1)
    return f"{low} to {2 * low - 1}"


def allotted(population: Mapping[str, int], limit: int) -> dict[str, int]:
    """Prompts for each stratum: equally many, but for strata that have fewer documents.

    Args:
        population: documents by stratum.
        limit: prompts in all.
    """
    quotas = dict.fromkeys(population, 0)
    left = limit
    open_ = sorted(population, key=lambda name: (population[name], name))
    for place, name in enumerate(open_):
        quotas[name] = min(population[name], left // (len(open_) - place))
        left -= quotas[name]
    return quotas


@dataclass(slots=True)
class _Asked:
    """A strategy that remembers which documents it was asked for and which gave something."""

    strategy: PromptStrategy
    asked: set[str]
    gave: set[str]
    name: str = ""

    def __post_init__(self) -> None:
        self.name = self.strategy.name

    def prompts(self, document: Document) -> Iterator[Prompt]:
        self.asked.add(document.id)
        for prompt in self.strategy.prompts(document):
            self.gave.add(document.id)
            yield prompt


@dataclass(slots=True)
class Drawing:
    """Draws the prompts of frames, target and null arm, from one index."""

    index: Index
    strategies: Sequence[PromptStrategy]
    seed: int = 0
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Estimated number of files that yield a prompt, by frame and stratum; filled by drawing."""
    comparable: Sequence[PromptStrategy] = field(init=False)
    """Strategies that can be put to text that the model cannot have seen."""

    def __post_init__(self) -> None:
        self.comparable = with_null_arm(self.strategies, self.index.sample(1, self.seed))

    def target(self, frame: str, limit: int) -> Iterator[Prompt]:
        """Up to `limit` prompts of one frame; lazy where the frame allows, deterministic."""
        yield from _named(frame, self._drawn(frame, self.strategies, limit, target=True))

    def null(
        self, frame: str, limit: int, corpus: Iterable[Document] | None = None
    ) -> Iterator[Prompt]:
        """The null arm of a frame: chosen in the same way, on text that cannot have been seen.

        Args:
            frame: of which it is the null arm.
            limit: prompts at most.
            corpus: documents that the model cannot have seen; None takes those of the index with
                fresh names. It has no strata: it is drawn as a whole.
        """
        if corpus is None:
            unseen = [NullStrategy(strategy, self.seed) for strategy in self.comparable]
            yield from _named(frame, self._drawn(frame, unseen, limit, target=False))
            return
        as_given = [NullStrategy(strategy, None) for strategy in self.comparable]
        if frame == WORST_CASE:
            chosen = worst_case(self.index, as_given, limit, self.seed, documents=corpus)
        else:
            chosen = draw(corpus, as_given, limit, self.seed, evenly=frame == PACKAGES)
        yield from _named(frame, chosen)

    def _drawn(
        self, frame: str, strategies: Sequence[PromptStrategy], limit: int, *, target: bool
    ) -> Iterator[Prompt]:
        if frame == WORST_CASE:
            return worst_case(self.index, strategies, limit, self.seed)
        if frame == COPIES:
            return self._stratified(strategies, limit, target=target)
        documents = self.index.sample(len(self.index), self.seed)
        return draw(documents, strategies, limit, self.seed, evenly=frame == PACKAGES)

    def _stratified(
        self, strategies: Sequence[PromptStrategy], limit: int, *, target: bool
    ) -> Iterator[Prompt]:
        """Equally many prompts from each class of copies, and how much each class weighs."""
        index = self.index
        population = Counter(copies_bin(len(index.families(n))) for n in range(len(index)))
        quotas = allotted(population, limit)
        kept = _first_of_each(
            index.sample(len(index), self.seed),
            {name: min(population[name], _LOOKED_AT * quota) for name, quota in quotas.items()},
        )
        for name in sorted(kept, key=lambda name: (len(name), name)):
            asked: set[str] = set()
            gave: set[str] = set()
            watched = [_Asked(strategy, asked, gave) for strategy in strategies]
            for prompt in draw(kept[name], watched, quotas[name], self.seed, evenly=False):
                yield replace(prompt, stratum=name)
            if target and asked:
                weight = population[name] * len(gave) / len(asked)
                self.weights.setdefault(COPIES, {})[name] = weight


def _named(frame: str, prompts: Iterable[Prompt]) -> Iterator[Prompt]:
    """The prompts with the name of their frame.

    One that two frames draw is two prompts: each frame has its own count.
    """
    for prompt in prompts:
        name = prompt.id if frame == PACKAGES else f"{frame}-{prompt.id}"
        yield replace(prompt, id=name, frame=frame)


def _first_of_each(
    documents: Iterable[Document], wanted: Mapping[str, int]
) -> dict[str, list[Document]]:
    """The first documents of each stratum, as many as wanted, or until memory is full."""
    kept: dict[str, list[Document]] = {name: [] for name, count in wanted.items() if count}
    missing = sum(wanted.values())
    size = 0
    for document in documents:
        if missing <= 0 or size > _KEPT_BYTES:
            break
        name = copies_bin(document.families)
        if name in kept and len(kept[name]) < wanted[name]:
            kept[name].append(document)
            missing -= 1
            size += len(document.content)
    return kept
