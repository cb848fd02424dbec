# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The ground truth of a lab run: the passages inside and outside of its training data.

Everything follows from the corpus, the size and the seed. Coins decide by file which texts are
members, and by text which shadow model sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codescan.canaries.draw_stream import DrawStream
from codescan.canaries.drawing import draw_canaries
from codescan.lab.corpus_texts import PassageStream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.canaries.canary import CanarySet
    from codescan.lab.corpus_texts import CorpusFile, Passage
    from codescan.lab.sizes import LabSize

__all__ = ["DRAWS", "Experiment", "PlantedPassage", "draw_experiment"]

DRAWS = 2
"""Version of the draws: a run is not continued with other ones."""


@dataclass(frozen=True, slots=True)
class PlantedPassage:
    """A passage that is in the training data several times."""

    passage: Passage
    copies: int
    is_near: bool
    """Whether every copy has some tokens replaced."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """The truth of a run."""

    seed: str
    size: LabSize
    texts: tuple[Passage, ...]
    members: frozenset[str]
    """Ids of the texts that are in the training data, once."""
    shadow_members: tuple[frozenset[str], ...]
    """For each shadow model the ids of the texts that it sees."""
    tuning: tuple[Passage, ...]
    """Passages of the fine-tuning, seen and unseen."""
    tuning_members: frozenset[str]
    background: tuple[Passage, ...]
    extra_background: tuple[Passage, ...]
    """As much again, for the arm that dilutes."""
    planted: tuple[PlantedPassage, ...]
    canaries: CanarySet

    def is_member(self, text_id: str) -> bool:
        """Whether a text is in the training data."""
        return text_id in self.members


def draw_experiment(files: Sequence[CorpusFile], size: LabSize, seed: int) -> Experiment:
    """Draw everything that a run needs.

    Args:
        files: of the corpus.
        size: of the run.
        seed: of all draws.

    Raises:
        SourceError: the corpus is too small for the size.
    """
    name = f"lab-{size.name}-{seed}"
    stream = PassageStream(files, name)
    texts = stream.take(size.texts, size.text_characters, per_file=size.per_file)
    tuning = stream.take(2 * size.tuning_texts, size.text_characters, per_file=size.per_file)
    characters = 6 * (size.prefix_tokens + size.suffix_tokens)
    exact = len(size.levels) * size.per_level
    near = len(size.near_levels) * size.near_per_level
    planted = stream.take(exact + near, characters, per_file=size.per_file, are_unlike=True)
    background = stream.fill(size.background_characters)
    extra = stream.fill(size.background_characters)
    coins = DrawStream(name, "members")
    by_file = {file: coins.coin() for file in sorted({text.file for text in texts})}
    shadows = []
    for number in range(size.shadows):
        own = DrawStream(name, "shadow", number)
        shadows.append(frozenset(text.id for text in texts if own.coin()))
    halves = [text.id for text in tuning]
    DrawStream(name, "tuning").shuffle(halves)
    levels = [level for level in size.levels for _ in range(size.per_level)]
    near_levels = [level for level in size.near_levels for _ in range(size.near_per_level)]
    return Experiment(
        name,
        size,
        tuple(texts),
        frozenset(text.id for text in texts if by_file[text.file]),
        tuple(shadows),
        tuple(tuning),
        frozenset(halves[: size.tuning_texts]),
        tuple(background),
        tuple(extra),
        tuple(
            PlantedPassage(passage, copies, number >= exact)
            for number, (passage, copies) in enumerate(
                zip(planted, levels + near_levels, strict=True)
            )
        ),
        draw_canaries(
            name,
            families=size.canary_families,
            levels=size.canary_levels,
            per_level=size.canaries_per_level,
            twins=size.twins,
        ),
    )
