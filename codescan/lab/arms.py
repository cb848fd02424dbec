# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The models of a lab run, and what each is trained on.

`planted` sees everything; `clean`, its twin, sees the same without the planted part. Shadow models
see random halves of the texts. `tuned` is the clean model, fine-tuned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codescan.lab.training import Recipe, TrainedArm, train
from codescan.lab.training_rows import TrainingText, encode_texts, pack_rows, replace_tokens
from codescan.lab.vocabulary import load_tokenizer, train_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from codescan.lab.corpus_texts import Passage
    from codescan.lab.experiment import Experiment
    from codescan.lab.sizes import ModelShape

__all__ = ["Arm", "ArmBuilder", "core_arms"]

NEAR_SHARE = 0.1
"""Tokens of each near copy that are replaced."""
_TUNING_RATE = 0.5
"""Learning rate of fine-tuning, relative to that of training."""
_SHADOW_BACKGROUND = 0.25


@dataclass(frozen=True, slots=True)
class Arm:
    """One model."""

    name: str
    shape: ModelShape
    recipe: Recipe
    documents: Callable[[], list[TrainingText]]
    early: Callable[[], frozenset[int]] | None = None
    """Places of documents that lie in the first half of training."""


class ArmBuilder:
    """Tokens of everything, and training of arms.

    Args:
        experiment: the truth.
        folder: of the run; arms lie in `arms`.
    """

    def __init__(self, experiment: Experiment, folder: Path) -> None:
        self.experiment = experiment
        self.folder = folder
        own = folder / "tokenizer"
        if not (own / "tokenizer.json").is_file():
            clean = [*experiment.texts, *experiment.background, *experiment.tuning]
            train_tokenizer([text.text for text in clean], experiment.size.vocabulary, own)
        self.tokenizer: Any = load_tokenizer(own)

    def arm_folder(self, name: str) -> Path:
        """The folder of an arm's model."""
        return self.folder / "arms" / name

    def train(self, arm: Arm, on_step: Callable[[int, int], None]) -> TrainedArm:
        """Train an arm, or read it where it is trained already."""
        size = self.experiment.size
        generator = self.generator("rows", arm.name)
        rows = pack_rows(
            arm.documents(),
            0,
            size.context,
            generator,
            early=arm.early() if arm.early is not None else frozenset(),
        )
        folder = self.arm_folder(arm.name)
        return train(folder, rows, arm.shape, size, arm.recipe, self.tokenizer, on_step)

    def generator(self, *purpose: str) -> np.random.Generator:
        """Random numbers for a purpose, by the seed of the run."""
        words = "\0".join((self.experiment.seed, *purpose)).encode()
        return np.random.default_rng(np.frombuffer(words.ljust(-(-len(words) // 4) * 4), "<u4"))

    # --- documents --------------------------------------------------------------------------

    def members(self) -> list[TrainingText]:
        """The texts that are members, once each."""
        experiment = self.experiment
        return self.texts(t for t in experiment.texts if t.id in experiment.members)

    def texts(self, passages: Iterable[Passage]) -> list[TrainingText]:
        """Passages as documents that stay whole where a row holds them."""
        most = self.experiment.size.context - 1
        encoded = encode_texts(self.tokenizer, [passage.text for passage in passages])
        return [TrainingText(tuple(tokens), len(tokens) > most) for tokens in encoded]

    def background(self, share: float = 1.0) -> list[TrainingText]:
        """Text that every arm sees, or the first part of it."""
        passages = self.experiment.background
        chosen = passages[: max(1, round(share * len(passages)))]
        encoded = encode_texts(self.tokenizer, [passage.text for passage in chosen])
        return [TrainingText(tuple(tokens), is_divisible=True) for tokens in encoded]

    def passage_tokens(self) -> list[tuple[int, ...]]:
        """Tokens of each planted passage, prefix and suffix."""
        size = self.experiment.size
        texts = [planted.passage.text for planted in self.experiment.planted]
        most = size.prefix_tokens + size.suffix_tokens
        return [tuple(tokens[:most]) for tokens in encode_texts(self.tokenizer, texts)]

    def planted(self, *, most_copies: int = 1 << 30) -> list[TrainingText]:
        """Copies of planted passages; each near copy has its own tokens replaced.

        Args:
            most_copies: copies of a passage that are kept.
        """
        generator = self.generator("near copies")
        documents = []
        for planted, tokens in zip(self.experiment.planted, self.passage_tokens(), strict=True):
            for _ in range(min(planted.copies, most_copies)):
                copy = tokens
                if planted.is_near:
                    vocabulary = self.experiment.size.vocabulary
                    copy = replace_tokens(tokens, NEAR_SHARE, vocabulary, generator)
                documents.append(TrainingText(copy))
        return documents

    def canaries(self, *, most_copies: int = 1 << 30) -> list[TrainingText]:
        """Copies of planted canaries."""
        entries = self.experiment.canaries.planted
        encoded = encode_texts(self.tokenizer, [entry.canary.text for entry in entries])
        return [
            TrainingText(tuple(tokens))
            for entry, tokens in zip(entries, encoded, strict=True)
            for _ in range(min(entry.copies, most_copies))
        ]


def core_arms(builder: ArmBuilder, seed: int) -> list[Arm]:
    """The arms that every run has, in the order in which they are trained."""
    experiment, size = builder.experiment, builder.experiment.size
    recipe = Recipe(seed, size.learning_rate)
    arms = [
        Arm(
            "planted",
            size.shape,
            recipe,
            lambda: [
                *builder.members(),
                *builder.background(),
                *builder.planted(),
                *builder.canaries(),
            ],
        ),
        Arm(
            "clean",
            size.shape,
            replace(recipe, seed=seed + 1_000_000),
            lambda: [*builder.members(), *builder.background()],
        ),
    ]
    for number, members in enumerate(experiment.shadow_members):
        arms.append(
            Arm(
                f"shadow-{number:02d}",
                size.shadow_shape,
                replace(recipe, seed=seed + 2_000_000 + number),
                lambda members=members: [  # type: ignore[misc]
                    *builder.texts(t for t in experiment.texts if t.id in members),
                    *builder.background(_SHADOW_BACKGROUND),
                ],
            )
        )
    tuning = Recipe(
        seed + 3_000_000,
        _TUNING_RATE * size.learning_rate,
        epochs=size.tuning_epochs,
        start=str(builder.arm_folder("clean")),
    )
    arms.append(
        Arm(
            "tuned",
            size.shape,
            tuning,
            lambda: builder.texts(
                t for t in experiment.tuning if t.id in experiment.tuning_members
            ),
        )
    )
    return arms
