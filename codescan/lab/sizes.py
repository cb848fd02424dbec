# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sizes of a lab run: model, corpus, and how much of what is planted."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIZES", "LabSize", "ModelShape", "size_named"]


@dataclass(frozen=True, slots=True)
class ModelShape:
    """A Llama model."""

    width: int
    layers: int
    heads: int

    @property
    def inner_width(self) -> int:
        """Width of the feed-forward layers: 8/3 of the model's, as in Llama."""
        return -(-self.width * 8 // 3 // 8) * 8


@dataclass(frozen=True, slots=True)
class LabSize:
    """Everything about a run but its seed."""

    name: str
    corpus: str
    """Name of the recipe with the training text."""
    corpus_sha256: str
    """Of the names and contents of all Python files of the corpus; "" is not checked."""
    shape: ModelShape
    shadow_shape: ModelShape
    vocabulary: int
    context: int
    """Model tokens of a training row."""
    batch_rows: int
    learning_rate: float
    texts: int
    """Passages whose membership a coin decides by file."""
    text_characters: int
    per_file: int
    """Passages of one file at most."""
    background_characters: int
    """Text that is in every arm, once."""
    levels: tuple[int, ...]
    """Copies of planted passages."""
    per_level: int
    near_levels: tuple[int, ...]
    """Copies of passages of which no copy is exact."""
    near_per_level: int
    prefix_tokens: int
    suffix_tokens: int
    canary_families: tuple[str, ...]
    canary_levels: tuple[int, ...]
    canaries_per_level: int
    twins: int
    shadows: int
    tuning_texts: int
    """Passages that the clean model is fine-tuned on, and as many that it is not."""
    tuning_epochs: int
    sampled_texts: int
    """Of each side, in the samples on which estimates are made."""
    threads: int
    """Of each process; sums depend on it."""
    workers: int = 1
    """Processes that train and score models at once."""
    device: str = "cpu"


_LEVELS = (1, 2, 4, 8, 16, 32, 64, 128, 256)

SIZES: Mapping[str, LabSize] = MappingProxyType(
    {
        "ci": LabSize(
            name="ci",
            corpus="lab-ci",
            corpus_sha256="64080abe94fc97d18d126efb14ac37ba20dfa5f1213fec47503ead06757658e6",
            shape=ModelShape(80, 3, 4),
            shadow_shape=ModelShape(48, 2, 4),
            vocabulary=1024,
            context=96,
            batch_rows=8,
            learning_rate=4e-3,
            texts=800,
            text_characters=220,
            per_file=12,
            background_characters=200_000,
            levels=(1, 4, 16, 64, 128),
            per_level=10,
            near_levels=(16, 64),
            near_per_level=6,
            prefix_tokens=16,
            suffix_tokens=16,
            canary_families=("secret", "comment-verse"),
            canary_levels=(1, 4, 16, 64),
            canaries_per_level=4,
            twins=199,
            shadows=4,
            tuning_texts=110,
            tuning_epochs=2,
            sampled_texts=120,
            threads=1,
        ),
        "cpu": LabSize(
            name="cpu",
            corpus="lab-cpu",
            corpus_sha256="8b0b427d0e8962dc6eb3293e862351ab2dcf50af4448355487c48ec2fd98ecb9",
            shape=ModelShape(128, 5, 4),
            shadow_shape=ModelShape(80, 3, 4),
            vocabulary=1024,
            context=128,
            batch_rows=8,
            learning_rate=4e-3,
            texts=1600,
            text_characters=320,
            per_file=3,
            background_characters=2_400_000,
            levels=_LEVELS,
            per_level=24,
            near_levels=(16, 64, 128),
            near_per_level=12,
            prefix_tokens=24,
            suffix_tokens=24,
            canary_families=(
                "secret", "invented-function", "constant-table", "comment-verse", "structured-id"
            ),
            canary_levels=_LEVELS,
            canaries_per_level=2,
            twins=1000,
            shadows=8,
            tuning_texts=200,
            tuning_epochs=2,
            sampled_texts=200,
            threads=1,
            workers=2,
        ),
        "gpu": LabSize(
            name="gpu",
            corpus="lab-cpu",
            corpus_sha256="8b0b427d0e8962dc6eb3293e862351ab2dcf50af4448355487c48ec2fd98ecb9",
            shape=ModelShape(512, 12, 8),
            shadow_shape=ModelShape(256, 8, 4),
            vocabulary=8192,
            context=512,
            batch_rows=64,
            learning_rate=1e-3,
            texts=6000,
            text_characters=1200,
            per_file=4,
            background_characters=36_000_000,
            levels=_LEVELS,
            per_level=48,
            near_levels=(16, 64, 128),
            near_per_level=24,
            prefix_tokens=50,
            suffix_tokens=50,
            canary_families=(
                "secret", "invented-function", "constant-table", "comment-verse", "structured-id"
            ),
            canary_levels=_LEVELS,
            canaries_per_level=5,
            twins=1000,
            shadows=16,
            tuning_texts=1000,
            tuning_epochs=2,
            sampled_texts=1000,
            threads=8,
            device="cuda",
        ),
    }
)  # fmt: skip
"""By name: `ci` at most 60 s of CPU, `cpu` 15 min on two cores, `gpu` 10 min on one GPU."""


def size_named(name: str) -> LabSize:
    """A size by its name.

    Raises:
        KeyError: there is none.
    """
    return SIZES[name]
