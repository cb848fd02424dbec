# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Prompts with their true continuations, as input tensors of a model."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Row", "expected_places", "fed", "padded"]


class Row(NamedTuple):
    """A prompt and its true continuation as model tokens; neither is empty."""

    prompt: Sequence[int]
    expected: Sequence[int]


def fed(row: Row) -> int:
    """Input tokens; the last expected token is omitted, because its prediction is not needed."""
    return len(row.prompt) + len(row.expected) - 1


def padded(rows: Sequence[Row], padding: int, device: Any, longest: int = 0) -> Any:
    """Token ids [rows, length] on a device.

    Padding is on the right, which causal attention never reads.

    Args:
        rows: rows of input tokens.
        padding: any token.
        device: device of the model.
        longest: minimum length of each padded row.
    """
    import torch

    lengths = [fed(row) for row in rows]
    longest = max(longest, *lengths)
    numbers = chain.from_iterable(
        (*row.prompt, *row.expected[:-1], *(padding,) * (longest - length))
        for row, length in zip(rows, lengths, strict=True)
    )
    # Lists of lists take several times as long, to become a tensor even more.
    flat = np.fromiter(numbers, dtype=np.int64, count=len(rows) * longest)
    inputs = torch.from_numpy(flat.reshape(len(rows), longest))
    if device.type == "cuda":
        inputs = inputs.pin_memory()  # or the copy waits for all that is being computed
    return inputs.to(device, non_blocking=True)


def expected_places(rows: Sequence[Row], device: Any) -> tuple[Any, Any, Any]:
    """(row, position whose hidden state predicts the token, token) of every expected token."""
    import torch

    lengths = np.array([len(row.expected) for row in rows])
    firsts = np.array([len(row.prompt) - 1 for row in rows])
    row_of = np.repeat(np.arange(len(rows)), lengths)
    # How many expected tokens of all rows come before those of each row.
    before = lengths.cumsum() - lengths
    place = np.arange(lengths.sum()) + np.repeat(firsts - before, lengths)
    targets = np.fromiter(chain.from_iterable(r.expected for r in rows), dtype=np.int64)
    return tuple(torch.from_numpy(column).to(device) for column in (row_of, place, targets))
