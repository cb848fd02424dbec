# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The prompts of an audit: given prompts first, then those drawn from the corpus."""

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
    """Sources of an audit's prompts; drawing is lazy and deterministic."""

    fixed_prompts: Iterable[Prompt | Skipped] = ()
    """Prompts of a log or of the user; they precede the drawn prompts."""
    limit: int | None = None
    """Maximum number of prompts; None for all fixed prompts."""
    drawing: Drawing | None = None
    """Draws the rest of `limit` after the fixed prompts; None for no drawn prompts."""
    frames: Sequence[str] = ()
    """Sampling frames among which the drawn prompts are split."""
    null_share: float = 0.0
    """Share of the drawn prompts in the null arm, 0 to 1."""
    null_corpus: Sequence[Source] = field(default=())
    """Text that the model cannot have seen; empty for files of the index with new identifiers."""
    has_fixed_outcomes: bool = False
    """Whether each prompt has exactly one possible completion; otherwise outcomes are random."""

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
        """Facts about the drawing for the statistics; complete after all prompts are drawn."""
        if self.drawing is None:
            return {}
        population = {POPULATION: self.drawing.population} if self.has_fixed_outcomes else {}
        return {STRATA: self.drawing.weights, **population}

    @property
    def iterative(self) -> dict[str, Iterative]:
        """The multi-turn strategies by name."""
        strategies = () if self.drawing is None else self.drawing.strategies
        return {
            strategy.name: strategy
            for strategy in strategies
            if isinstance(strategy, Iterative) and strategy.rounds > 1
        }

    def _items(self) -> Iterator[Prompt | Skipped]:
        """The fixed prompts, then drawn ones up to the limit, a share of them for the null arm."""
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
