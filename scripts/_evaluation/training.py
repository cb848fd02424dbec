# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Trains the token model, codescan/index/data/token_model.bin, on the contents of indexes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from codescan._core import _native
from codescan.matchers.idioms import GRAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from codescan.index import Index

__all__ = ["TrainedModel", "idioms", "trained"]

_MOST_TOKENS = 60_000
"""Longer files are data or bundles; one of them would outweigh a package."""
_FILTER_BITS = 22
_IDIOM_FAMILIES = 3
"""Families of packages that have an idiom."""
_IDIOM_GRAMS = 40
"""Shared k-grams in a row that are an idiom; more are a copy."""


class TrainedModel:
    """A token model, and what it was trained on."""

    def __init__(self, content: bytes, files: int, tokens: int) -> None:
        self.content = content
        self.files = files
        self.tokens = tokens


def trained(indexes: Sequence[tuple[Index, int]]) -> TrainedModel:
    """Count the contexts of all tokens of some indexes, code and comments.

    Args:
        indexes: (index, stride): one content in so many is read, in the order of the index.
    """
    trainer = _native.ModelTrainer()
    files = tokens = 0
    for index, stride in indexes:
        for content in range(0, len(index), stride):
            lexed = _native.lex(index.content(content), index.lexer(content), streams=True)
            if len(lexed) > _MOST_TOKENS:
                continue
            trainer.add(lexed)
            files += 1
            tokens += len(lexed)
    return TrainedModel(trainer.bytes(), files, tokens)


def idioms(indexes: Sequence[tuple[Index, int]]) -> npt.NDArray[np.uint32]:
    """The k-grams that several families have in short stretches, for `gram_file`.

    Code that one package took from another also has k-grams of several families, but in long
    stretches. A k-gram that mostly stands in those is no idiom.

    Args:
        indexes: as for `trained`.
    """
    grams: list[npt.NDArray[np.uint32]] = []
    by_family: dict[int, list[npt.NDArray[np.uint32]]] = defaultdict(list)
    for index, stride in indexes:
        for content in range(0, len(index), stride):
            lexed = _native.lex(index.content(content), index.lexer(content), streams=True)
            own = np.array(_native.gram_hashes(lexed, GRAM), dtype=np.uint32)
            if GRAM <= len(lexed) <= _MOST_TOKENS:
                grams.append(own)
                by_family[index.family_number(content)].append(own)
    each = [np.unique(np.concatenate(texts)) for texts in by_family.values()]
    hashes, families = np.unique(np.concatenate(each), return_counts=True)
    shared = hashes[families >= _IDIOM_FAMILIES]
    filled = np.zeros(1 << _FILTER_BITS, dtype=np.bool_)
    filled[shared >> np.uint32(32 - _FILTER_BITS)] = True
    occurrences = np.zeros(len(shared), dtype=np.int64)
    short = np.zeros(len(shared), dtype=np.int64)
    for own in grams:
        places = np.flatnonzero(filled[own >> np.uint32(32 - _FILTER_BITS)])
        at = np.minimum(np.searchsorted(shared, own[places]), max(0, len(shared) - 1))
        is_shared = shared[at] == own[places]
        places, at = places[is_shared], at[is_shared]
        if not len(places):
            continue
        bounds = np.flatnonzero(np.diff(places) > 1) + 1
        lengths = np.diff([0, *bounds.tolist(), len(places)])
        is_short = np.repeat(lengths <= _IDIOM_GRAMS, lengths)
        np.add.at(occurrences, at, 1)
        np.add.at(short, at, is_short)
    telling: npt.NDArray[np.uint32] = shared[2 * short > occurrences]
    return telling
