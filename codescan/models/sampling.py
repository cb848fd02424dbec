# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sampling whose draws belong to the completion, not to the batch.

Each completion has its own stream of random numbers, keyed by seed, prompt and index. What is
drawn therefore does not depend on the batch it was in or on what was drawn before, and a run that
was killed and taken up again gives what an uninterrupted run would have given (up to rounding of
the logits themselves).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from codescan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Sampling

__all__ = ["check", "logits_processors", "uniforms"]


def check(sampling: Sampling) -> None:
    """Refuse settings that cannot be meant.

    Raises:
        UsageError: a value is out of range; says which.
    """
    ranges = {
        "max_new_tokens": sampling.max_new_tokens >= 1,
        "count": sampling.count >= 1,
        "temperature": 0.0 <= sampling.temperature < float("inf"),
        "top_p": 0.0 < sampling.top_p <= 1.0,
        "top_k": sampling.top_k >= 0,
    }
    for name, fine in ranges.items():
        if not fine:
            raise UsageError(
                f"{name} = {getattr(sampling, name)} is out of range",
                "counts are at least 1, temperature and top_k at least 0, top_p in (0, 1]",
            )


def uniforms(seed: int, prompt_id: str, index: int, count: int) -> list[float]:
    """`count` numbers in [0, 1) of the stream of one completion (Philox 4x64, counter-based)."""
    import numpy as np

    digest = hashlib.sha256(f"{seed}\0{index}\0{prompt_id}".encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8")
    drawn: list[float] = np.random.Generator(np.random.Philox(key=key)).random(count).tolist()
    return drawn


def logits_processors(sampling: Sampling, draws: Sequence[Sequence[float]], device: Any) -> Any:
    """Processors that make greedy `generate` sample: temperature, top-k, top-p, then the draw.

    Args:
        sampling: with a temperature above 0.
        draws: for each row of the batch, one number in [0, 1) for each token to be generated.
        device: of the logits.

    Returns:
        A `transformers.LogitsProcessorList`.
    """
    import torch
    import transformers

    steps = [transformers.TemperatureLogitsWarper(sampling.temperature)]
    if sampling.top_k > 0:
        steps.append(transformers.TopKLogitsWarper(sampling.top_k))
    if sampling.top_p < 1.0:
        steps.append(transformers.TopPLogitsWarper(sampling.top_p))
    # float64: with 262,144 tokens a float32 cumulative sum is off by more than rare tokens weigh.
    table = torch.tensor(draws, dtype=torch.float64, device=device)
    return transformers.LogitsProcessorList([*steps, _Draw(table)])


class _Draw:
    """Inverts the distribution function at the row's next number and leaves only that token."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._step = 0

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        import torch

        del input_ids
        cumulative = scores.double().softmax(dim=-1).cumsum(dim=-1)
        # The last entry is 1 up to rounding; scaling by it keeps every draw inside the table and
        # off the tokens that top-k and top-p have ruled out.
        wanted = self._table[:, self._step : self._step + 1] * cumulative[:, -1:]
        self._step += 1
        chosen = torch.searchsorted(cumulative, wanted, right=True)
        chosen = chosen.clamp(max=scores.shape[-1] - 1)
        return torch.full_like(scores, float("-inf")).scatter(-1, chosen, 0.0)
