# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The prompts of an audit: given ones first, then those drawn from the corpus."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.audits.arm_counts import POPULATION, STRATA
from codescan.audits.multi_turn import Iterative
from codescan.prompts.null_arm import shuffled
from codescan.records import Prompt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from codescan.audits.sampling_frames import Drawing
    from codescan.protocols import Source
    from codescan.records import Skipped

__all__ = ["PromptPlan"]


@dataclass(frozen=True, slots=True)
class PromptPlan:
    """The source of an audit's prompts; drawing is lazy and deterministic."""

    fixed_prompts: Iterable[Prompt | Skipped] = ()
    """Prompts of a log or of the user; they come first and are not drawn."""
    limit: int | None = None
    """Maximum number of prompts; None for all fixed prompts."""
    drawing: Drawing | None = None
    """Draws what the fixed prompts leave of the limit; None draws none."""
    frames: Sequence[str] = ()
    """Sampling frames among which the drawn prompts are split."""
    null_share: float = 0.0
    """Share of the drawn prompts that are put to text that the model cannot have seen, 0 to 1."""
    null_corpus: Sequence[Source] = field(default=())
    """Such text; nothing means files of the index with fresh names."""
    has_fixed_outcomes: bool = False
    """Whether a prompt has one completion only; else outcomes are random, however much is asked."""

    def draw(self) -> Iterator[Prompt | Skipped]:
        """Yield up to `limit` prompts, with the skips among them."""
        count = 0
        for item in self._items():
            yield item
            count += isinstance(item, Prompt)
            if self.limit is not None and count >= self.limit:
                return

    @property
    def notes(self) -> Mapping[str, object]:
        """Facts of the drawing for the statistics; complete once all prompts are drawn."""
        if self.drawing is None:
            return {}
        population = {POPULATION: self.drawing.population} if self.has_fixed_outcomes else {}
        return {STRATA: self.drawing.weights, **population}

    @property
    def iterative(self) -> dict[str, Iterative]:
        """By name, the strategies that prompt again, depending on the completion."""
        strategies = () if self.drawing is None else self.drawing.strategies
        return {
            strategy.name: strategy
            for strategy in strategies
            if isinstance(strategy, Iterative) and strategy.rounds > 1
        }

    def _items(self) -> Iterator[Prompt | Skipped]:
        """The fixed prompts; what is left of the limit is drawn, a share of it for the null arm."""
        remaining = self.limit
        for item in self.fixed_prompts:
            yield item
            if remaining is not None:
                remaining -= 1
        if self.drawing is None or remaining is None or remaining <= 0:
            return
        null_arm = bool(self.null_share and self.drawing.comparable)
        corpus = None
        if self.null_corpus and null_arm:
            corpus = shuffled(self.null_corpus, self.drawing.seed)
        for place, frame in enumerate(self.frames):
            share = remaining // (len(self.frames) - place)
            remaining -= share
            null = math.floor(share * self.null_share + 0.5) if null_arm else 0
            yield from self.drawing.target(frame, share - null)
            if null:
                yield from self.drawing.null(frame, null, corpus)
