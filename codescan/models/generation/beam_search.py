# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A lower bound on the probability of a near-verbatim copy, without sampling.

Decoding-constrained beam search (2026, arXiv 2603.24917): the search follows only tokens that the
decoder can emit, and drops a sequence that can no longer end within the distance of the target.
Beams are distinct sequences, so the sum of their probabilities is a lower bound, up to rounding of
the logits. Two rules make the bound tighter. If every extension of a sequence stays within the
distance, its whole probability counts at once. In the last step, all tokens that match nothing
count together. The bound is on this event: sampling up to as many tokens as the target has gives a
sequence within the distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from codescan.models.generation.edit_distance import METRICS, Metric, State
from codescan.models.generation.sampling import log_chances
from codescan.models.loading import memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.models.scoring.token_rows import Row
    from codescan.records import Decoding

__all__ = ["BEAM", "LEAST_PROBABILITY", "BeamSearch"]

BEAM = 20
"""Default beam width, as in the paper."""
LEAST_PROBABILITY = 1e-7
"""Sequences below this probability are dropped; a million samples would rarely show one."""


class _Beam(NamedTuple):
    """One sequence of the beam."""

    logprob: float
    state: State
    token: int
    """The last token of the sequence."""
    parent: int
    """Row of its parent sequence in the batch."""
    exact: bool
    """Whether the sequence is a prefix of the target."""


@dataclass(slots=True)
class _Target:
    """One target text, whose probability is bounded."""

    number: int
    expected: Sequence[int]
    metric: Metric
    probabilities: list[float]
    """Probabilities that are already certain to count."""
    beams: list[_Beam]


class BeamSearch:
    """Bounds the probability of near-verbatim copies.

    Args:
        model: a `transformers` model that `continuous_batching.suits` accepts.
        ends: tokens that end a text.
        padding: any token.
        decoding: sampling settings.
        distance: maximum edit distance in tokens.
        metric: a name of `edit_distance.METRICS`.
        beam: sequences followed for each target.
        least_probability: probability below which a sequence is given up.
        rows: maximum sequences of a batch.
    """

    def __init__(  # noqa: PLR0913 - what the paper leaves open
        self,
        model: Any,
        ends: frozenset[int],
        padding: int,
        decoding: Decoding,
        distance: int,
        *,
        metric: str = "levenshtein",
        beam: int = BEAM,
        least_probability: float = LEAST_PROBABILITY,
        rows: int = 160,
    ) -> None:
        self._model = model
        self._ends = ends
        self._padding = padding
        self._decoding = decoding
        self._distance = distance
        self._metric = METRICS[metric]
        self._beam = beam
        self._least_logprob = math.log(least_probability) if least_probability > 0 else -math.inf
        self._targets = max(1, rows // beam)

    def bounds(self, rows: Sequence[Row]) -> Iterator[float]:
        """Yield for each row, in order, the natural log of a lower bound; minus infinity for 0."""
        start = 0
        while start < len(rows):
            batch = rows[start : start + self._targets]
            try:
                bounds = self._batch(batch)
            except Exception as error:
                if len(batch) == 1 or not memory.is_out_of_memory(error):
                    raise
                self._targets = len(batch) // 2
            else:
                yield from bounds
                start += len(batch)
                continue
            memory.release()

    def _batch(self, rows: Sequence[Row]) -> list[float]:
        from codescan.models.generation.kv_cache import KvCache, forward, layer_count

        longest = max(len(row.prompt) for row in rows)
        room = max(len(row.expected) for row in rows)
        read = KvCache(layer_count(self._model), len(rows), longest)
        read.starts = [longest - len(row.prompt) for row in rows]
        tokens = [
            [self._padding] * gap + list(row.prompt)
            for gap, row in zip(read.starts, rows, strict=True)
        ]
        logits = forward(self._model, read, tokens)
        slots = KvCache(layer_count(self._model), len(rows) * self._beam, longest + room)
        slots.column = longest
        for number in range(len(rows)):
            slots.join(read, number, 1)
        del read
        targets = []
        for number, row in enumerate(rows):
            metric = self._metric(row.expected, self._distance)
            beams = [_Beam(0.0, metric.start(), -1, number, exact=True)]
            targets.append(_Target(number, row.expected, metric, [], beams))
        for length in range(room):
            self._extend(targets, logits, length)
            going = [beam for target in targets for beam in target.beams]
            if not going:
                break
            slots.select([beam.parent for beam in going])
            logits = forward(self._model, slots, [[beam.token] for beam in going])
            place = 0
            for target in targets:
                for i, beam in enumerate(target.beams):
                    target.beams[i] = beam._replace(parent=place)
                    place += 1
        bounds = [min(1.0, math.fsum(target.probabilities)) for target in targets]
        return [math.log(chance) if chance > 0.0 else -math.inf for chance in bounds]

    def _extend(self, targets: Sequence[_Target], logits: Any, length: int) -> None:
        """Replace each target's beams by their children, and count the settled ones."""
        import torch

        wide = min(logits.shape[-1], self._beam + 2 * self._distance + 1 + len(self._ends))
        for target in targets:
            if not target.beams:
                continue
            special = sorted(target.metric.matches(length) | self._ends)
            rows = [beam.parent for beam in target.beams]
            with torch.inference_mode():
                chances = log_chances(logits[rows], self._decoding)
                own = chances[:, special].tolist()
                best = chances.topk(wide, dim=-1)
                others = (best.values.tolist(), best.indices.tolist())
            children: list[_Beam] = []
            for i, beam in enumerate(target.beams):
                known = dict(zip(special, own[i], strict=True))
                likely = zip(others[1][i], others[0][i], strict=True)
                free = [(token, chance) for token, chance in likely if token not in known]
                children += self._children(target, beam, length, known, free)
            target.beams = self._best_beams(children, target, length + 1)

    def _children(
        self,
        target: _Target,
        beam: _Beam,
        length: int,
        known: dict[int, float],
        free: Sequence[tuple[int, float]],
    ) -> Iterator[_Beam]:
        metric = target.metric
        for token, chance in known.items():
            if token in self._ends:
                if metric.final(beam.state, length) <= self._distance:
                    target.probabilities.append(math.exp(beam.logprob + chance))
                continue
            exact = beam.exact and token == target.expected[length]
            state = metric.step(beam.state, length, token)
            child = _Beam(beam.logprob + chance, state, token, beam.parent, exact)
            yield from self._settled(target, child, length + 1)
        state = metric.step(beam.state, length, None)
        if metric.least(state, length + 1) > self._distance:
            return
        if metric.most(state, length + 1) <= self._distance:
            remainder = 1.0 - math.fsum(math.exp(chance) for chance in known.values())
            # Rounding may leave a little where there is nothing.
            target.probabilities.append(math.exp(beam.logprob) * max(0.0, remainder - 1e-12))
            return
        for token, chance in free:
            yield _Beam(beam.logprob + chance, state, token, beam.parent, exact=False)

    def _settled(self, target: _Target, child: _Beam, length: int) -> Iterator[_Beam]:
        """Return the child if it is still open. If it can no longer miss the target, count it."""
        if target.metric.most(child.state, length) <= self._distance:
            target.probabilities.append(math.exp(child.logprob))
        elif target.metric.least(child.state, length) <= self._distance:
            yield child

    def _best_beams(self, children: Sequence[_Beam], target: _Target, length: int) -> list[_Beam]:
        """The beams of the next step: half are the likeliest, half the nearest to the target.

        The likeliest sequences alone often exceed the distance in a later step.
        """
        open_ = [child for child in children if child.logprob > self._least_logprob]
        if len(open_) > self._beam:
            open_.sort(key=lambda child: child.logprob, reverse=True)
            likeliest, others = open_[: self._beam // 2], open_[self._beam // 2 :]
            others.sort(  # a stable sort: the likelier first among equals
                key=lambda child: (not child.exact, target.metric.least(child.state, length))
            )
            open_ = [*likeliest, *others[: self._beam - len(likeliest)]]
        return sorted(open_, key=lambda child: child.parent)
