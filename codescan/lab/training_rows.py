# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From the texts of an arm to rows of tokens.

A document is never divided between rows, but for background text, which fills what is left of a
row. So a copy of a planted passage always receives the loss of all its tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TrainingText", "encode_texts", "pack_rows", "replace_tokens"]


@dataclass(frozen=True, slots=True)
class TrainingText:
    """A document as tokens, without the boundary before it."""

    tokens: tuple[int, ...]
    is_divisible: bool = False


def encode_texts(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    """Tokens of texts, without the boundary."""
    if not texts:
        return []
    encoded = tokenizer(list(texts), add_special_tokens=False, return_attention_mask=False)
    return [[int(token) for token in row] for row in encoded["input_ids"]]


def pack_rows(
    documents: Sequence[TrainingText],
    boundary: int,
    context: int,
    generator: np.random.Generator,
    *,
    early: frozenset[int] = frozenset(),
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Rows of `context` tokens that hold every document once, in a random order.

    Args:
        documents: all that is trained on, repeated as often as it occurs.
        boundary: token before each document.
        context: tokens of a row, at least 2.
        generator: of the order.
        early: places of documents whose rows lie in the first half; where they are more than half
            of all rows, they come first.

    Returns:
        [rows, context]. What the last row lacks is filled with boundaries.
    """
    whole = [n for n, document in enumerate(documents) if not document.is_divisible]
    filler: list[int] = []
    for number in generator.permutation([n for n, d in enumerate(documents) if d.is_divisible]):
        filler += [boundary, *documents[int(number)].tokens]
    order = [int(n) for n in generator.permutation(whole)] if whole else []
    rows = _filled(documents, order, filler, boundary, context)
    shuffled = generator.permutation(len(rows))
    if early:
        first = [int(n) for n in shuffled if rows[int(n)][0] & early]
        later = [int(n) for n in shuffled if not rows[int(n)][0] & early]
        slots = generator.permutation(max(len(first), len(rows) // 2))[: len(first)]
        placed = iter(first)
        others = iter(later)
        used_slots = set(slots.tolist())
        shuffled = np.array([next(placed if n in used_slots else others) for n in range(len(rows))])
    return np.array([rows[int(n)][1] for n in shuffled], dtype=np.int64).reshape(-1, context)


def _filled(
    documents: Sequence[TrainingText],
    order: Sequence[int],
    filler: list[int],
    boundary: int,
    context: int,
) -> list[tuple[frozenset[int], list[int]]]:
    """Rows with the numbers of their documents; background fills what they leave, then its own."""
    rows: list[tuple[frozenset[int], list[int]]] = []
    held: set[int] = set()
    row: list[int] = []
    at = 0

    def close() -> None:
        nonlocal row, held, at
        gap = context - len(row)
        row += filler[at : at + gap]
        at += gap
        row += [boundary] * (context - len(row))
        rows.append((frozenset(held), row))
        row, held = [], set()

    for number in order:
        tokens = [boundary, *documents[number].tokens[: context - 1]]
        if len(row) + len(tokens) > context:
            close()
        row += tokens
        held.add(number)
        if len(row) >= context:
            close()
    while row or at < len(filler):
        close()
    return rows


def replace_tokens(
    tokens: Sequence[int], share: float, vocabulary: int, generator: np.random.Generator
) -> tuple[int, ...]:
    """The tokens with a share of them replaced by random ones; at least one."""
    changed = list(tokens)
    count = max(1, round(share * len(changed)))
    for place in generator.choice(len(changed), size=min(count, len(changed)), replace=False):
        changed[int(place)] = int(generator.integers(1, vocabulary))
    return tuple(changed)
