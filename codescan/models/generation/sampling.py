# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sampling with random numbers per completion, independent of the batch.

Each completion has its own stream of random numbers, keyed by seed, prompt and index. The sampled
tokens therefore do not depend on the batch or on earlier draws. A resumed run gives the completions
of an uninterrupted run, up to rounding of the logits.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from codescan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Decoding, Sampling

__all__ = ["check", "draw", "log_chances", "logits_processors", "uniforms"]

_SORTED = 1024
"""Number of logits sorted first; top-p rarely needs more."""
_LEAST_SORTED = 64
"""The minimum with top-k, where ties may exceed k."""
_BLOCK = 512
"""Tokens per block of the cumulative sum, without top-k and top-p."""


def check(sampling: Sampling) -> None:
    """Validate the settings.

    Raises:
        UsageError: a value is out of range; names it.
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
    """The first `count` random numbers in [0, 1) of one completion (Philox 4x64, counter-based)."""
    import numpy as np

    digest = hashlib.sha256(f"{seed}\0{index}\0{prompt_id}".encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8")
    drawn: list[float] = np.random.Generator(np.random.Philox(key=key)).random(count).tolist()
    return drawn


def draw(logits: Any, sampling: Sampling, numbers: Any) -> Any:
    """The next token of each row: the greatest logit, or a sample by inverse transform.

    Applies temperature, then top-k, then top-p, like `logits_processors`, but sorts only as many
    logits as necessary. Without top-k and top-p it sums the vocabulary in blocks.

    Args:
        logits: [rows, vocabulary], float32.
        sampling: sampling settings.
        numbers: [rows], float64, in [0, 1); ignored at temperature 0.
    """
    import torch

    if sampling.temperature == 0:
        return logits.argmax(dim=-1)
    if not sampling.top_k and sampling.top_p >= 1.0:
        return _from_all(logits / sampling.temperature, numbers)
    vocabulary = logits.shape[-1]
    limit = min(vocabulary, max(_LEAST_SORTED, 4 * sampling.top_k) if sampling.top_k else _SORTED)
    chosen, settled = _from_best(logits, sampling, numbers, limit)
    if not bool(settled.all()):
        unsettled = (~settled).nonzero().squeeze(-1)
        chosen[unsettled] = _from_best(logits[unsettled], sampling, numbers[unsettled], vocabulary)[
            0
        ]
    return chosen.to(torch.long)


def _from_all(logits: Any, numbers: Any) -> Any:
    """Sample from the whole vocabulary: first a block, then a token of the block."""
    import torch

    weights = (logits - logits.amax(dim=-1, keepdim=True)).exp_()
    weights = torch.nn.functional.pad(weights, (0, -weights.shape[-1] % _BLOCK))
    blocks = weights.unflatten(-1, (-1, _BLOCK))
    # float64: with 262,144 tokens a float32 cumulative sum is off by more than rare tokens weigh.
    reached = blocks.sum(dim=-1, dtype=torch.float64).cumsum(dim=-1)
    thresholds = numbers.unsqueeze(-1) * reached[:, -1:]
    block = torch.searchsorted(reached, thresholds, right=True).clamp_(max=reached.shape[-1] - 1)
    below = reached.gather(-1, (block - 1).clamp(min=0)).masked_fill_(block == 0, 0.0)
    inner = blocks[torch.arange(len(blocks), device=block.device), block.squeeze(-1)]
    inner = inner.double().cumsum(dim=-1)
    # Never beyond the block's last token of any weight, whatever rounding says.
    thresholds = torch.minimum(thresholds - below, inner[:, -1:] * (1 - 2**-53))
    return (block * _BLOCK + torch.searchsorted(inner, thresholds, right=True)).squeeze(-1)


def _from_best(logits: Any, sampling: Sampling, numbers: Any, limit: int) -> tuple[Any, Any]:
    """(sampled tokens, whether the `limit` greatest logits were enough).

    Ties with the k-th logit are kept, as in scoring (`token_distribution`).
    """
    import torch

    values, tokens = logits.topk(limit, dim=-1)
    scaled = values.double() / sampling.temperature
    everything = limit == logits.shape[-1]
    settled = torch.full((len(logits),), everything, device=logits.device)
    if sampling.top_k:
        edge = values[:, min(sampling.top_k, limit) - 1].unsqueeze(-1)
        scaled = scaled.masked_fill(values < edge, float("-inf"))
        settled |= values[:, -1] < edge.squeeze(-1)
        total = scaled.logsumexp(dim=-1, keepdim=True)
    else:
        total = (logits / sampling.temperature).logsumexp(dim=-1, keepdim=True).double()
    shares = (scaled - total).exp()
    if sampling.top_p < 1.0:
        reached = shares.cumsum(dim=-1)
        if not sampling.top_k:
            settled |= reached[:, -1] >= sampling.top_p
        inside = reached - shares < sampling.top_p
        inside[:, 0] = True
        shares = shares * inside
    reached = shares.cumsum(dim=-1)
    thresholds = numbers.unsqueeze(-1) * reached[:, -1:]
    place = torch.searchsorted(reached, thresholds, right=True)
    last = (shares > 0).sum(dim=-1, keepdim=True) - 1
    return tokens.gather(-1, torch.minimum(place, last)).squeeze(-1), settled


def log_chances(logits: Any, decoding: Decoding) -> Any:
    """Log-probability of every token under a decoding; float64.

    The exact distribution of `draw` and of the scores; see `token_distribution` for ties.

    Args:
        logits: [rows, vocabulary].
        decoding: temperature above 0.
    """
    import torch

    scaled = logits.double() / decoding.temperature
    out = float("-inf")
    if decoding.top_k:
        count = min(decoding.top_k, logits.shape[-1])
        scaled = scaled.masked_fill(scaled < scaled.topk(count, dim=-1).values[:, -1:], out)
    if decoding.top_p < 1.0:
        total = scaled.logsumexp(dim=-1, keepdim=True)
        values, order = scaled.flip(-1).sort(dim=-1, descending=True, stable=True)
        shares = (values - total).exp()
        drop = shares.cumsum(dim=-1) - shares >= decoding.top_p
        drop[:, 0] = False
        # Sorted from the last token on, so that of equal ones those of greater number stay.
        tokens = logits.shape[-1] - 1 - order
        scaled = scaled.masked_fill(torch.zeros_like(drop).scatter(-1, tokens, drop), out)
    return scaled - scaled.logsumexp(dim=-1, keepdim=True)


def logits_processors(sampling: Sampling, draws: Sequence[Sequence[float]], device: Any) -> Any:
    """Processors that turn greedy `generate` into sampling with temperature, top-k and top-p.

    Args:
        sampling: settings with a temperature above 0.
        draws: for each row of the batch, one random number in [0, 1) per new token.
        device: device of the logits.

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
    """Select the token at the row's next random number by the inverse distribution function."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._step = 0

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        import torch

        del input_ids
        cumulative = scores.double().softmax(dim=-1).cumsum(dim=-1)
        # The last entry is 1 up to rounding; scaling by it keeps every draw inside the table and
        # off the tokens that top-k and top-p have ruled out.
        thresholds = self._table[:, self._step : self._step + 1] * cumulative[:, -1:]
        self._step += 1
        chosen = torch.searchsorted(cumulative, thresholds, right=True)
        chosen = chosen.clamp(max=scores.shape[-1] - 1)
        return torch.full_like(scores, float("-inf")).scatter(-1, chosen, 0.0)
