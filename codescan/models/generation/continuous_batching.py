# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Continuous batching: a finished sample leaves the batch and a waiting one takes its place.

A prompt is processed once for all of its samples, and no sample waits for the longest one. Written
by hand, because transformers' own continuous batching (`generate_batch`, 5.24) does not give each
sample its own random numbers, which a repeatable audit needs. On a CPU it took six times as long as
`generate` (SmolLM2-135M, 16 prompts, 32 tokens).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.models.generation.sampling import draw, uniforms

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Iterator, Sequence

    from codescan.models.generation.kv_cache import KvCache
    from codescan.records import Prompt, Sampling

__all__ = ["ContinuousBatch", "PromptInput", "Sample", "suits"]

SLACK = 64
"""Extra columns beyond the longest sample, so that samples are rarely moved."""
_TOLERANCE = {"float32": 1e-4, "float64": 1e-4}
_TOLERANCE_HALF = 5e-2
_NOT_SO = (
    *(AttributeError, ImportError, IndexError, KeyError),
    *(NotImplementedError, TypeError, ValueError),
)
"""Exceptions of models with another kind of cache, or of an older transformers."""


@dataclass(frozen=True, slots=True)
class PromptInput:
    """A prompt and its model tokens."""

    prompt: Prompt
    tokens: tuple[int, ...]


@dataclass(slots=True)
class Sample:
    """One completion, in progress or finished."""

    prompt_input: PromptInput
    index: int
    """Position among the samples of its prompt."""
    token_ids: list[int] = field(default_factory=list)
    """Tokens so far; the last one may be an end token."""
    draws: Sequence[float] = ()
    """Its own random numbers, one for each token; empty if decoding is greedy."""

    def begin(self, sampling: Sampling) -> None:
        """Discard the generated tokens; the same draws will give the same tokens again."""
        self.token_ids.clear()
        if sampling.temperature > 0 and not self.draws:
            self.draws = uniforms(
                sampling.seed, self.prompt_input.prompt.id, self.index, sampling.max_new_tokens
            )


class ContinuousBatch:
    """Generate samples with a model, a few at a time.

    Args:
        model: a `transformers` causal language model for which `suits` holds.
        waiting: samples, grouped by prompt, longest prompts first; taken from the left.
        rows: maximum samples at once.
        sampling: sampling settings.
        ends: tokens that end a sample.
        padding: any token.
    """

    def __init__(
        self,
        model: Any,
        waiting: deque[Sample],
        rows: int,
        sampling: Sampling,
        ends: frozenset[int],
        padding: int,
    ) -> None:
        self._model = model
        self._waiting = waiting
        self._rows = rows
        self._sampling = sampling
        self._ends = ends
        self._padding = padding
        self._running: list[Sample] = []
        self._held: dict[int, Sample] = {}
        self._kept: tuple[PromptInput, KvCache, Any] | None = None

    @property
    def held(self) -> list[Sample]:
        """Samples that are in progress, in the order in which they were taken."""
        return list(self._held.values())

    def run(self) -> Iterator[Sample]:
        """Yield each sample when it is finished, until none is left."""
        from codescan.models.generation.decode_step import DecodeSteps

        if not self._waiting:
            return
        columns = len(self._waiting[0].prompt_input.tokens) + self._sampling.max_new_tokens + SLACK
        steps = DecodeSteps(self._model, self._rows, columns)
        while self._waiting or self._running:
            # Some at a time: reading prompts together is cheaper than one by one.
            if self._waiting and steps.slots.free >= max(1, self._rows // 4):
                yield from self._admit(steps.slots)
            if self._running:
                steps.slots.make_room(SLACK)
                logits = steps.next([sample.token_ids[-1] for sample in self._running])
                yield from self._advance(steps.slots, logits)

    def _admit(self, slots: KvCache) -> Iterator[Sample]:
        """Fill the free slots; the first token of each sample comes from its prompt's logits."""
        admitted = [self._waiting.popleft() for _ in range(min(slots.free, len(self._waiting)))]
        self._held.update((id(sample), sample) for sample in admitted)
        groups = [
            list(group) for _, group in itertools.groupby(admitted, lambda s: id(s.prompt_input))
        ]
        first = 0
        if self._kept is not None and self._kept[0] is admitted[0].prompt_input:
            yield from self._begin(slots, groups[0], self._kept[1], 0, self._kept[2])
            first = 1
        if groups[first:]:
            prompt_inputs = [group[0].prompt_input for group in groups[first:]]
            read, logits = self._read(prompt_inputs)
            for row, group in enumerate(groups[first:]):
                yield from self._begin(slots, group, read, row, logits[row : row + 1])
            more = self._waiting and self._waiting[0].prompt_input is prompt_inputs[-1]
            last = len(prompt_inputs) - 1
            self._kept = (
                (prompt_inputs[-1], read.keep(last), logits[last:].clone()) if more else None
            )

    def _read(self, prompt_inputs: Sequence[PromptInput]) -> tuple[KvCache, Any]:
        """Run the model on prompts; returns their keys and values, and their last logits."""
        from codescan.models.generation.kv_cache import KvCache, forward, layer_count

        longest = max(len(prompt_input.tokens) for prompt_input in prompt_inputs)
        slots = KvCache(layer_count(self._model), len(prompt_inputs), longest)
        slots.starts = [longest - len(prompt_input.tokens) for prompt_input in prompt_inputs]
        tokens = [
            [self._padding] * gap + list(one.tokens)
            for gap, one in zip(slots.starts, prompt_inputs, strict=True)
        ]
        return slots, forward(self._model, slots, tokens)

    def _begin(
        self, slots: KvCache, group: Sequence[Sample], read: KvCache, row: int, logits: Any
    ) -> Iterator[Sample]:
        for sample in group:
            sample.begin(self._sampling)
        tokens = self._draw(logits.expand(len(group), -1), group)
        going = []
        for sample, token in zip(group, tokens, strict=True):
            if self._is_done(sample, token):
                yield sample
            else:
                going.append(sample)
        if going:
            slots.join(read, row, len(going))
            self._running += going

    def _advance(self, slots: KvCache, logits: Any) -> Iterator[Sample]:
        tokens = self._draw(logits, self._running)
        for place in range(len(self._running) - 1, -1, -1):
            sample = self._running[place]
            if self._is_done(sample, tokens[place]):
                slots.leave(place)
                self._running[place] = self._running[-1]
                self._running.pop()
                yield sample

    def _draw(self, logits: Any, samples: Sequence[Sample]) -> list[int]:
        import torch

        numbers = None
        if self._sampling.temperature > 0:
            column = [sample.draws[len(sample.token_ids)] for sample in samples]
            numbers = torch.tensor(column, dtype=torch.float64, device=logits.device)
        with torch.inference_mode():
            drawn: list[int] = draw(logits, self._sampling, numbers).tolist()
        return drawn

    def _is_done(self, sample: Sample, token: int) -> bool:
        sample.token_ids.append(token)
        done = token in self._ends or len(sample.token_ids) == self._sampling.max_new_tokens
        if done:
            del self._held[id(sample)]
        return done


def suits(model: Any) -> bool:
    """Whether cached steps of rows of different length give the model's own logits.

    Models that cache more than keys and values, such as state-space models, do not.
    """
    import torch

    size = int(model.config.get_text_config().vocab_size)
    rows = [[n % size for n in range(1, 8)], [n % size for n in range(8, 12)]]
    try:
        from codescan.models.generation.kv_cache import KvCache, alike, forward, layer_count

        with torch.inference_mode():
            whole = [
                model(input_ids=torch.tensor([row], device=model.device), use_cache=False)
                .logits[0, -1].float()
                for row in rows
            ]  # fmt: skip
            slots = KvCache(layer_count(model), 3, 8)
            slots.starts = [0, 3]
            forward(model, slots, [rows[0][:-1], [0, 0, 0, *rows[1][:-1]]])
            cached = forward(model, slots, [row[-1:] for row in rows])
    except _NOT_SO:
        return False
    except RuntimeError as error:
        if "memory" in str(error):
            raise
        return False
    kind = str(model.dtype).removeprefix("torch.")
    tolerance = _TOLERANCE.get(kind, _TOLERANCE_HALF)
    return all(alike(one, other, tolerance) for one, other in zip(whole, cached, strict=True))
