# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Sampling whose draws belong to the completion, not to the batch.

Each completion has its own stream of random numbers, keyed by seed, prompt and index. What is
drawn therefore does not depend on the batch or on earlier draws. A run that was killed and
continued gives what an uninterrupted run would have given, up to rounding of the logits themselves.
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
"""Logits that are sorted at first; a share p hardly ever reaches further."""
_LEAST_SORTED = 64
"""The same where there is a top k, of which ties alone reach beyond four times k."""
_BLOCK = 512
"""Tokens summed at once where nothing is cut off."""


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


def draw(logits: Any, sampling: Sampling, numbers: Any) -> Any:
    """The next token of each row: the greatest logit, or where a number falls in the distribution.

    Temperature, then top-k, then top-p, as `logits_processors`; but only as many logits are sorted
    as are needed, and a whole vocabulary is summed in blocks.

    Args:
        logits: [rows, vocabulary], float32.
        sampling: how.
        numbers: [rows], float64, in [0, 1); not used where the temperature is 0.
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
    """Draw from the whole vocabulary: first a block of it, then a token of the block."""
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
    """(tokens drawn, whether the `limit` greatest logits were enough to tell).

    Tokens that share the k-th logit all stay in, as in the scorer (`distributions`).
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
    """Log-probability of every token when the next one is drawn under a decoding; float64.

    The exact distribution of `draw`, and of the scorer: see `distributions` for ties.

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
        thresholds = self._table[:, self._step : self._step + 1] * cumulative[:, -1:]
        self._step += 1
        chosen = torch.searchsorted(cumulative, thresholds, right=True)
        chosen = chosen.clamp(max=scores.shape[-1] - 1)
        return torch.full_like(scores, float("-inf")).scatter(-1, chosen, 0.0)
