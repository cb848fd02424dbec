# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Statistics over all logits of a token, gathered block by block of the vocabulary.

Logits of [tokens, vocabulary] are never held in memory as a whole. Hidden states are projected onto
one block of the vocabulary that fits in the caches. Greatest logits, log-sum-exp and moments are
carried from block to block (online softmax, Milakov and Gimelshein 2018, arXiv 1805.02867). This is
also faster than projecting onto the whole vocabulary, because the logits stay in the caches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.models.scoring.lm_head import LmHead

__all__ = ["FUSED", "LEAST_BLOCK", "Gathered", "LogitRequest", "gather"]

LEAST_BLOCK = 1024
"""Minimum vocabulary tokens per block; smaller matrix products are slow."""


class LogitRequest(NamedTuple):
    """Statistics to compute besides the greatest logits and the target's logit."""

    top_count: int = 2
    """Greatest logits to keep, at least 2."""
    temperatures: tuple[float, ...] = ()
    """Temperatures at which the log-sum-exp of all logits is computed."""
    moments: bool = False
    """Whether to compute entropy and deviation; needs 1.0 among the temperatures."""
    ranks: bool = False
    """Whether to compute ranks, which needs a second projection."""


FUSED = LogitRequest(2, (1.0,))
"""The most that the GPU kernel computes, besides moments and ranks (`scoring.triton_kernel`)."""


class Gathered(NamedTuple):
    """The statistics, one row per token."""

    values: Any
    """[tokens, top_count], the greatest logits in descending order, float32 (float64 for such
    models); the first is NaN if any is."""
    best: Any
    """[tokens], token id of the greatest logit; the first one in case of a tie."""
    own: Any
    """[tokens], the logit of the target."""
    totals: tuple[Any, ...] = ()
    """[tokens] each, log-sum-exp of logits over temperature, float64."""
    entropies: Any = None
    """[tokens], nats, float64."""
    deviations: Any = None
    """[tokens], standard deviation of the log-probabilities, float64."""
    ranks: Any = None
    """[tokens], number of logits greater than the target's."""


def gather(
    layer: LmHead, states: Any, targets: Any, request: LogitRequest, block_bytes: int
) -> Gathered:
    """Compute statistics over the vocabulary for each token.

    Args:
        layer: a divisible output layer.
        states: [tokens, width], hidden states.
        targets: [tokens], numbers of the vocabulary.
        request: further statistics to compute.
        block_bytes: memory that the float32 logits of a block may take.
    """
    import torch

    targets = targets.to(layer.weight.device)
    running = _Running(len(states), layer, request)
    rows = torch.arange(len(targets), device=targets.device)
    for start, logits in _blocks(layer, states, block_bytes):
        local = targets - start
        inside = (local >= 0) & (local < logits.shape[-1])
        running.own[inside] = logits[rows[inside], local[inside]]
        running.add(start, logits)
    ranks = None
    if request.ranks:
        # The same products once more: only now is the target's logit known. Comparing it with one
        # that was computed in another way would count rounding as rank.
        ranks = torch.zeros_like(targets)
        for _, logits in _blocks(layer, states, block_bytes):
            ranks += (logits > running.own.unsqueeze(-1)).sum(dim=-1)
    return running.result(ranks)


def _blocks(layer: LmHead, states: Any, block_bytes: int) -> Iterator[tuple[int, Any]]:
    """(first token, logits) of each block of the vocabulary; the same blocks each time."""
    size = max(LEAST_BLOCK, block_bytes // (4 * max(1, len(states))))
    for start in range(0, layer.vocabulary, size):
        logits = layer.block(states, start, min(start + size, layer.vocabulary))
        yield start, logits if logits.dtype.itemsize == 8 else logits.float()  # noqa: PLR2004


class _Running:
    """Running totals from block to block."""

    def __init__(self, tokens: int, layer: LmHead, request: LogitRequest) -> None:
        import torch

        weight = layer.weight
        kind = torch.float64 if weight.dtype == torch.float64 else torch.float32
        self._request = request
        self._top_count = min(request.top_count, layer.vocabulary)
        self._values = torch.full((tokens, 0), 0.0, dtype=kind, device=weight.device)
        self._top = torch.full((tokens,), float("-inf"), dtype=kind, device=weight.device)
        self._best = torch.zeros(tokens, dtype=torch.long, device=weight.device)
        self.own = torch.full_like(self._top, float("nan"))
        self._lowest = torch.finfo(kind).min
        zeros = torch.zeros(tokens, dtype=torch.float64, device=weight.device)
        self._sums = [zeros.clone() for _ in request.temperatures]
        self._first, self._second = zeros.clone(), zeros.clone()

    def add(self, start: int, logits: Any) -> None:
        """Add a block; modifies `logits`."""
        import torch

        values, places = logits.max(dim=-1)
        above = (values > self._top) | (values.isnan() & ~self._top.isnan())
        self._best = torch.where(above, places + start, self._best)
        new = torch.maximum(self._top, values)
        greatest = self._candidates(logits)
        if greatest is not None:
            both = torch.cat([self._values, greatest], dim=-1)
            self._values = both.topk(min(self._top_count, both.shape[-1]), dim=-1).values
        # Rows in which everything is ruled out so far have no shift to speak of.
        old, shift = (top.clamp(min=self._lowest) for top in (self._top, new))
        self._top = new
        if self._request.temperatures:
            self._add_sums(logits.sub_(shift.unsqueeze(-1)), (old - shift).double())

    def _candidates(self, logits: Any) -> Any:
        """Logits of a block that may be among the greatest, [tokens, n]; None if there are none.

        On the CPU `topk` takes as long as the projection itself, so only logits above the smallest
        of the greatest so far are selected. After the first block these are few.
        """
        import torch

        if logits.device.type != "cpu" or self._values.shape[1] < self._top_count:
            return logits.topk(min(self._top_count, logits.shape[-1]), dim=-1).values
        row, column = (logits > self._values[:, -1:]).nonzero(as_tuple=True)
        if not len(row):
            return None
        counts = torch.bincount(row, minlength=len(logits))
        firsts = counts.cumsum(0) - counts
        candidates = logits.new_full((len(logits), int(counts.max())), float("-inf"))
        candidates[row, torch.arange(len(row)) - firsts[row]] = logits[row, column]
        return candidates

    def _add_sums(self, below: Any, drop: Any) -> None:
        """Add logits below the running maximum, which rose by minus `drop`."""
        for number, temperature in enumerate(self._request.temperatures):
            scaled = below if temperature == 1.0 else below / temperature
            parts = scaled.exp()
            if temperature == 1.0 and self._request.moments:
                self._add_moments(below, parts, self._sums[number], drop)
            rescaled = self._sums[number] * (drop / temperature).exp()
            self._sums[number] = rescaled + parts.sum(dim=-1).double()

    def _add_moments(self, below: Any, parts: Any, total: Any, drop: Any) -> None:
        """First and second moment of logits below the top, weighted; `total` is without `parts`."""
        import torch

        below = below.masked_fill(parts == 0, 0.0)  # 0 times minus infinity counts nothing
        weighted = below * parts
        first, second = weighted.sum(dim=-1).double(), (weighted * below).sum(dim=-1).double()
        shrink = drop.exp()
        # Nothing weighs anything before the first logit; minus infinity squared is not a number.
        fall = torch.where(total == 0, 0.0, drop)
        self._second = (self._second + 2 * fall * self._first + fall.square() * total) * shrink
        self._second += second
        self._first = (self._first + fall * total) * shrink + first

    def result(self, ranks: Any) -> Gathered:
        """The statistics after the last block."""
        import torch

        top = self._top.clamp(min=self._lowest).double()
        totals = tuple(
            top / temperature + total.log()
            for temperature, total in zip(self._request.temperatures, self._sums, strict=True)
        )
        entropies = deviations = None
        if self._request.moments:
            at_one = self._sums[self._request.temperatures.index(1.0)]
            mean = self._first / at_one
            entropies = at_one.log() - mean
            deviations = (self._second / at_one - mean.square()).clamp(min=0.0).sqrt()
        # What is not a number exceeds nothing, so `_candidates` may have passed it over.
        self._values[:, 0] = torch.where(self._top.isnan(), self._top, self._values[:, 0])
        return Gathered(self._values, self._best, self.own, totals, entropies, deviations, ranks)
