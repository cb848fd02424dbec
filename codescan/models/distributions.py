# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What one row of logits says of one token: its chance, its rank, and its chance when sampled.

Sampling first divides logits by the temperature, then drops all but the top k, then all but the
smallest set of tokens that holds the share p of what is left, and draws from the rest (Holtzman et
al. 2020, arXiv 1904.09751). The chance of a token under that is computed here in closed form. Only
the largest logits are sorted; a row whose share p reaches further is sorted whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.records import Decoding

__all__ = ["TokenColumns", "measure", "sampled_logprobs"]

_SORTED = 1024
"""Logits that are sorted at first for a share p; it hardly ever reaches further."""


class TokenColumns(NamedTuple):
    """One tensor for each measure, one entry for each token."""

    logprobs: Any
    """float64."""
    greedy: Any
    """Whether argmax chooses the token."""
    tied: Any
    """Whether more than one token has exactly the greatest logit."""
    sampled: tuple[Any, ...] = ()
    """Log-probabilities, float64, one tensor for each decoding."""
    statistics: tuple[Any, ...] = ()
    """Rank, entropy and standard deviation of the log-probabilities, where asked for."""


def measure(
    logits: Any, targets: Any, decodings: Sequence[Decoding] = (), *, statistics: bool = False
) -> TokenColumns:
    """Measure each target under its row of logits.

    Args:
        logits: [tokens, vocabulary], any float type.
        targets: [tokens], numbers of the vocabulary.
        decodings: which sampled log-probabilities are wanted.
        statistics: whether rank, entropy and deviation are wanted.
    """
    import torch

    logits = logits if logits.dtype == torch.float64 else logits.float()
    targets = targets.to(logits.device)
    chosen = logits.argmax(dim=-1)
    top = logits.gather(-1, chosen.unsqueeze(-1))
    own = logits.gather(-1, targets.unsqueeze(-1))
    total = logits.logsumexp(dim=-1, keepdim=True)
    return TokenColumns(
        logprobs=(own - total).squeeze(-1).double(),
        greedy=chosen == targets,
        tied=(logits == top).sum(dim=-1) > 1,
        sampled=tuple(sampled_logprobs(logits, targets, decoding) for decoding in decodings),
        statistics=_statistics(logits, own, total) if statistics else (),
    )


def sampled_logprobs(logits: Any, targets: Any, decoding: Decoding) -> Any:
    """Log-probability of each target when its token is drawn under `decoding`; float64.

    Minus infinity for a token that is never drawn. Where tokens with one logit lie on the edge of
    the share p, those of greater number are kept, as the stable ascending sort of samplers does;
    on the edge of the top k all of them are.
    """
    import torch

    own = logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    if not decoding.top_k and decoding.top_p >= 1.0:
        total = (logits / decoding.temperature).logsumexp(dim=-1)
        return own.double() / decoding.temperature - total.double()
    vocabulary = logits.shape[-1]
    limit = min(decoding.top_k or _SORTED, vocabulary)
    result, settled = _truncated(logits, targets, decoding, limit)
    if not bool(settled.all()):
        rest = (~settled).nonzero().squeeze(-1)
        for part in rest.split(max(1, len(logits) // 8)):  # a sorted row is three times as large
            result[part] = _truncated(logits[part], targets[part], decoding, vocabulary)[0]
    return torch.where(result.isnan(), float("-inf"), result)


def _truncated(logits: Any, targets: Any, decoding: Decoding, limit: int) -> tuple[Any, Any]:
    """(log-probabilities, whether the `limit` largest logits were enough to tell)."""
    import torch

    own = logits.gather(-1, targets.unsqueeze(-1))
    values = logits.topk(limit, dim=-1).values
    scaled = values.double() / decoding.temperature
    everything = limit == logits.shape[-1]
    kept = torch.ones_like(scaled, dtype=torch.bool)
    settled = torch.ones(len(logits), dtype=torch.bool, device=logits.device)
    if decoding.top_k:
        edge = values[:, min(decoding.top_k, limit) - 1 : min(decoding.top_k, limit)]
        kept = values >= edge
        # Tokens that share the k-th logit stay in, also those beyond the k that were sorted.
        settled = (logits >= edge).sum(dim=-1) <= limit
        total = scaled.masked_fill(~kept, float("-inf")).logsumexp(dim=-1, keepdim=True)
    else:
        total = (logits / decoding.temperature).logsumexp(dim=-1, keepdim=True).double()
    if decoding.top_p < 1.0:
        shares = (scaled - total).exp().masked_fill(~kept, 0.0)
        reached = shares.cumsum(dim=-1)
        kept = kept & (reached - shares < decoding.top_p)
        kept[:, 0] = True
        if not decoding.top_k:
            settled = reached[:, -1] >= decoding.top_p
        total = scaled.masked_fill(~kept, float("-inf")).logsumexp(dim=-1, keepdim=True)
    if everything:
        settled = torch.ones_like(settled)
    numbers = torch.arange(logits.shape[-1], device=logits.device)
    before = (logits > own).sum(dim=-1)
    before += ((logits == own) & (numbers > targets.unsqueeze(-1))).sum(dim=-1)
    drawn = before < kept.sum(dim=-1)
    logprobs = (own.double() / decoding.temperature - total).squeeze(-1)
    return logprobs.masked_fill(~drawn, float("-inf")), settled


def _statistics(logits: Any, own: Any, total: Any) -> tuple[Any, Any, Any]:
    """Rank of the token, entropy, and standard deviation of the log-probabilities, in nats."""
    ranks = (logits > own).sum(dim=-1)
    logs = logits - total
    shares = logs.exp()
    logs = logs.masked_fill(shares == 0, 0.0)  # 0 times minus infinity counts nothing
    means = (shares * logs).sum(dim=-1, keepdim=True)
    deviations = (shares * (logs - means).square_()).sum(dim=-1).sqrt()
    return ranks, -means.squeeze(-1), deviations
