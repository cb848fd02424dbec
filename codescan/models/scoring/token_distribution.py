# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The probability and rank of a token from its logits, and its probability under sampling.

Sampling divides logits by the temperature and drops all but the top k. It then drops all but the
smallest set of tokens that holds the share p of what is left, and draws from the rest (Holtzman et
al. 2020, arXiv 1904.09751). The sampling probability is computed in closed form from the greatest
logits, or from the whole sorted row if these do not suffice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from codescan.models.scoring.blockwise_logits import Gathered, LogitRequest
from codescan.models.scoring.tie_tolerance import of_dtype

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codescan.models.scoring.tie_tolerance import TieTolerance
    from codescan.records import Decoding

__all__ = ["TokenColumns", "columns_of", "measure", "request_for", "sampled_logprobs"]

_SORTED = 1024
"""Logits sorted first if the greatest few do not determine top-p."""
_TOP_LOGITS = 64
"""Greatest logits kept for each token if decodings are scored."""
_TIES_SEEN = 8
"""Logits kept beyond top-k, to detect ties with the k-th logit."""


class TokenColumns(NamedTuple):
    """One tensor per measure, one entry per token."""

    logprobs: Any
    """float64."""
    greedy: Any
    """Whether argmax chooses the token; False if a logit is NaN or infinite."""
    tied: Any
    """Whether another logit equals the greatest one up to the model's rounding."""
    sampled: tuple[Any, ...] = ()
    """Log-probabilities, float64, one tensor for each decoding."""
    statistics: tuple[Any, ...] = ()
    """Rank (-1: not computed), entropy and standard deviation of the log-probabilities, if
    requested.
    """


def request_for(
    decodings: Sequence[Decoding], *, logprobs: bool, statistics: bool, ranks: bool
) -> LogitRequest:
    """The statistics over the vocabulary that scoring these tokens needs."""
    temperatures = {d.temperature for d in decodings if not d.top_k}
    if logprobs or statistics:
        temperatures.add(1.0)
    ruled = [d.top_k for d in decodings if d.top_k or d.top_p < 1.0]
    top_count = max(_TOP_LOGITS, max(ruled) + _TIES_SEEN) if ruled else 2
    return LogitRequest(top_count, tuple(sorted(temperatures)), statistics, statistics and ranks)


def columns_of(
    gathered: Gathered,
    request: LogitRequest,
    targets: Any,
    decodings: Sequence[Decoding],
    rounding: TieTolerance,
    logits_of: Callable[[Any], Any],
) -> TokenColumns:
    """The measures of each target, from statistics over the vocabulary.

    Args:
        gathered: statistics of the targets.
        request: the request for these statistics.
        targets: [tokens], token ids.
        decodings: sampling settings to score.
        rounding: the model's rounding.
        logits_of: returns all logits of some tokens, by position; for the few tokens whose greatest
            logits do not suffice.
    """
    import torch

    totals = dict(zip(request.temperatures, gathered.totals, strict=True))
    targets = targets.to(gathered.own.device)
    top = gathered.values[:, 0]
    own = gathered.own
    sampled = []
    for decoding in decodings:
        total = totals.get(decoding.temperature)
        if not decoding.top_k and decoding.top_p >= 1.0:
            assert total is not None  # noqa: S101 - `request_for` has asked for it
            result = own.double() / decoding.temperature - total
        else:
            result, settled = _from_greatest(gathered.values, own, total, decoding)
            if not bool(settled.all()):
                unsettled = (~settled).nonzero().squeeze(-1)
                for part in unsettled.split(_part_size(len(targets))):
                    result[part] = sampled_logprobs(logits_of(part), targets[part], decoding)
        sampled.append(torch.where(result.isnan(), float("-inf"), result))
    return TokenColumns(
        logprobs=own.double() - totals[1.0]
        if 1.0 in totals
        else torch.full_like(own, float("nan")),
        greedy=(gathered.best == targets) & top.isfinite(),
        tied=_nearly_equal(gathered.values, rounding),
        sampled=tuple(sampled),
        statistics=(
            torch.full_like(targets, -1) if gathered.ranks is None else gathered.ranks,
            gathered.entropies,
            gathered.deviations,
        )
        if request.moments
        else (),
    )


def measure(
    logits: Any,
    targets: Any,
    decodings: Sequence[Decoding] = (),
    *,
    statistics: bool = False,
    rounding: TieTolerance | None = None,
) -> TokenColumns:
    """Measure each target from its whole row of logits; the reference implementation.

    Args:
        logits: [tokens, vocabulary], any float type.
        targets: [tokens], token ids.
        decodings: sampling settings to score.
        statistics: whether to compute rank, entropy and deviation.
        rounding: the model's rounding; by default that of the dtype of `logits`.
    """
    import torch

    rounding = rounding or of_dtype(logits.dtype)
    logits = logits if logits.dtype == torch.float64 else logits.float()
    targets = targets.to(logits.device)
    chosen = logits.argmax(dim=-1)
    own = logits.gather(-1, targets.unsqueeze(-1))
    total = logits.logsumexp(dim=-1, keepdim=True)
    greatest = logits.topk(2, dim=-1).values
    return TokenColumns(
        logprobs=(own - total).squeeze(-1).double(),
        greedy=(chosen == targets) & greatest[:, 0].isfinite(),
        tied=_nearly_equal(greatest, rounding),
        sampled=tuple(sampled_logprobs(logits, targets, decoding) for decoding in decodings),
        statistics=_statistics(logits, own, total) if statistics else (),
    )


def sampled_logprobs(logits: Any, targets: Any, decoding: Decoding) -> Any:
    """Log-probability of each target under `decoding`; float64.

    Minus infinity for a token that is never sampled. Of tied tokens at the limit of top-p, those
    with the greater id are kept, as in the stable ascending sort of samplers. At the limit of top-k
    all tied tokens are kept.
    """
    import torch

    own = logits.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    total = (logits / decoding.temperature).logsumexp(dim=-1).double()
    if not decoding.top_k and decoding.top_p >= 1.0:
        return own.double() / decoding.temperature - total
    limit = min(max(_SORTED, decoding.top_k + _TIES_SEEN), logits.shape[-1])
    values = logits.topk(limit, dim=-1).values
    result, settled = _from_greatest(values, own, total, decoding)
    if not bool(settled.all()):
        unsettled = (~settled).nonzero().squeeze(-1)
        for part in unsettled.split(_part_size(len(logits))):
            result[part] = _sorted_whole(logits[part], targets[part], decoding)
    return torch.where(result.isnan(), float("-inf"), result)


def _part_size(tokens: int) -> int:
    return max(1, tokens // 8)  # a sorted row is three times as large


def _nearly_equal(greatest: Any, rounding: TieTolerance) -> Any:
    """Whether the second greatest logit ties with the greatest up to rounding."""
    first = greatest[:, 0]
    second = greatest[:, 1] if greatest.shape[1] > 1 else first.new_full((), float("-inf"))
    return rounding.near(first, second)


def _from_greatest(values: Any, own: Any, total: Any, decoding: Decoding) -> tuple[Any, Any]:
    """(log-probabilities, whether the greatest logits were enough).

    Args:
        values: [tokens, top_count], the greatest logits in descending order.
        own: [tokens], the targets' logits.
        total: [tokens], log-sum-exp of all logits over the temperature; ignored with top-k.
        decoding: one with top-k or top-p.
    """
    import torch

    scaled = values.double() / decoding.temperature
    own = own.unsqueeze(-1)
    last = values[:, -1:]
    allowed = torch.ones_like(scaled, dtype=torch.bool)
    settled = torch.ones_like(allowed[:, 0])
    if decoding.top_k:
        edge = values[:, min(decoding.top_k, values.shape[1]) - 1].unsqueeze(-1)
        allowed = values >= edge
        # Tokens that share the k-th logit stay in, also those that were not gathered.
        settled = (last < edge).squeeze(-1)
        total = scaled.masked_fill(~allowed, float("-inf")).logsumexp(dim=-1)
    total = total.unsqueeze(-1)
    if decoding.top_p < 1.0:
        shares = (scaled - total).exp().masked_fill(~allowed, 0.0)
        reached = shares.cumsum(dim=-1)
        allowed = allowed & (reached - shares < decoding.top_p)
        allowed[:, 0] = True
        if not decoding.top_k:
            settled = reached[:, -1] >= decoding.top_p
        total = scaled.masked_fill(~allowed, float("-inf")).logsumexp(dim=-1, keepdim=True)
    count = allowed.sum(dim=-1)
    greater = (values > own).sum(dim=-1)
    drawn = greater < count
    # Of tokens with the target's logit some are allowed and some are not: their numbers decide.
    split = drawn & (count < greater + (values == own).sum(dim=-1))
    settled = settled & ~split & ~(drawn & (own == last).squeeze(-1))
    logprobs = own.squeeze(-1).double() / decoding.temperature - total.squeeze(-1)
    return logprobs.masked_fill(~drawn, float("-inf")), settled


def _sorted_whole(logits: Any, targets: Any, decoding: Decoding) -> Any:
    """The same from all logits; ties are ordered by token id."""
    import torch

    own = logits.gather(-1, targets.unsqueeze(-1))
    values = logits.sort(dim=-1, descending=True).values
    scaled = values.double() / decoding.temperature
    allowed = torch.ones_like(scaled, dtype=torch.bool)
    if decoding.top_k:
        allowed = values >= values[:, min(decoding.top_k, values.shape[1]) - 1].unsqueeze(-1)
    total = scaled.masked_fill(~allowed, float("-inf")).logsumexp(dim=-1, keepdim=True)
    if decoding.top_p < 1.0:
        shares = (scaled - total).exp().masked_fill(~allowed, 0.0)
        allowed = allowed & (shares.cumsum(dim=-1) - shares < decoding.top_p)
        allowed[:, 0] = True
        total = scaled.masked_fill(~allowed, float("-inf")).logsumexp(dim=-1, keepdim=True)
    numbers = torch.arange(logits.shape[-1], device=logits.device)
    before = (logits > own).sum(dim=-1)
    before += ((logits == own) & (numbers > targets.unsqueeze(-1))).sum(dim=-1)
    logprobs = (own.double() / decoding.temperature - total).squeeze(-1)
    return logprobs.masked_fill(before >= allowed.sum(dim=-1), float("-inf"))


def _statistics(logits: Any, own: Any, total: Any) -> tuple[Any, Any, Any]:
    """Rank of the token, entropy, and standard deviation of the log-probabilities, in nats."""
    ranks = (logits > own).sum(dim=-1)
    logs = logits - total
    shares = logs.exp()
    logs = logs.masked_fill(shares == 0, 0.0)  # 0 times minus infinity counts nothing
    means = (shares * logs).sum(dim=-1, keepdim=True)
    deviations = (shares * (logs - means).square_()).sum(dim=-1).sqrt()
    return ranks, -means.squeeze(-1), deviations
