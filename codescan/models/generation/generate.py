# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy or sampled completions of prompts by a local model."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from codescan.models.generation.batches import in_batches
from codescan.models.generation.continuous_batching import (
    SLACK,
    ContinuousBatch,
    PromptInput,
    Sample,
    suits,
)
from codescan.models.generation.hf_generate import generate_batch
from codescan.models.loading import memory
from codescan.records import Completion, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.models.loading.hf_tokenizer import HubTokenizer
    from codescan.records import Sampling

__all__ = ["Generator", "PromptInput"]


class Generator:
    """Generate completions with a `transformers` model.

    A sample does not depend on its batch, except for rounding in the model.

    Args:
        model: a causal language model in evaluation mode.
        tokenizer: the model's tokenizer.
        name: name of the model in completions.
        ends: end tokens, which are not part of a completion.
        rows: maximum rows of a batch; None chooses by device.
        padding: a token with an embedding; None uses the tokenizer's padding token.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: HubTokenizer,
        name: str,
        ends: frozenset[int],
        rows: int | None = None,
        padding: int | None = None,
    ) -> None:
        self._model = model
        self._padding = tokenizer.padding if padding is None else padding
        self._tokenizer = tokenizer
        self._name = name
        self.ends = ends
        self.budget = memory.budget(model, "generate", rows)
        self._continuous: bool | None = None
        self._silence_defaults()

    @property
    def continuous(self) -> bool:
        """Whether continuous batching is used; otherwise transformers' `generate` is called."""
        if self._continuous is None:
            self._continuous = suits(self._model)
        return self._continuous

    def completions(
        self, prompt_inputs: Sequence[PromptInput], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield `sampling.count` completions of each prompt, each as soon as it is finished.

        Args:
            prompt_inputs: prompts of one window; sorted here by length.
            sampling: already validated settings.
        """
        # Longest first: memory runs out at once or never, and whoever joins a batch is not longer
        # than those that run.
        order = sorted(range(len(prompt_inputs)), key=lambda i: (-len(prompt_inputs[i].tokens), i))
        samples = [
            Sample(prompt_inputs[i], number) for i in order for number in range(sampling.count)
        ]
        generate = self._as_they_come if self.continuous else self._in_batches
        for item in generate(samples, sampling):
            yield item if isinstance(item, Skipped) else self._completion(item)

    def _as_they_come(
        self, samples: Sequence[Sample], sampling: Sampling
    ) -> Iterator[Sample | Skipped]:
        waiting = deque(samples)
        while waiting:
            columns = self._length(waiting[0], sampling) + SLACK
            rows = max(1, min(self.budget.rows, self.budget.tokens // columns, len(waiting)))
            batch = ContinuousBatch(self._model, waiting, rows, sampling, self.ends, self._padding)
            try:
                yield from batch.run()
            except Exception as error:
                if not memory.is_out_of_memory(error):
                    raise
                waiting.extendleft(reversed(batch.held))
            else:
                return
            # Outside of the handler: the traceback, which holds the batch's tensors, is gone here.
            del batch
            memory.release()
            if rows == 1:
                yield _too_large(waiting.popleft())
            else:
                self.budget.shrink(rows, columns)

    def _in_batches(
        self, samples: Sequence[Sample], sampling: Sampling
    ) -> Iterator[Sample | Skipped]:
        def work(batch: Sequence[Sample]) -> Sequence[Sample | Skipped]:
            generate_batch(self._model, batch, sampling, self.ends, self._padding)
            return batch

        results: Iterator[Sequence[Sample | Skipped]] = in_batches(
            samples,
            lambda sample: self._length(sample, sampling),
            self.budget,
            work,
            out_of_memory=memory.is_out_of_memory,
            release=memory.release,
            failed=lambda sample: [_too_large(sample)],
        )
        for batch in results:
            yield from batch

    @staticmethod
    def _length(sample: Sample, sampling: Sampling) -> int:
        return len(sample.prompt_input.tokens) + sampling.max_new_tokens

    def _completion(self, sample: Sample) -> Completion:
        stopped = sample.token_ids[-1] in self.ends
        token_ids = sample.token_ids[:-1] if stopped else sample.token_ids
        return Completion(
            prompt_id=sample.prompt_input.prompt.id,
            model=self._name,
            text=self._tokenizer.continuation(sample.prompt_input.tokens, token_ids),
            index=sample.index,
            finish_reason="stop" if stopped else "length",
            tokens=len(token_ids),
        )

    def _silence_defaults(self) -> None:
        """Remove the model's default decoding settings, which `generate` would apply."""
        import transformers

        self._model.generation_config = transformers.GenerationConfig(
            eos_token_id=sorted(self.ends) or None, pad_token_id=self._padding
        )


def _too_large(sample: Sample) -> Skipped:
    return Skipped(sample.prompt_input.prompt.id, "elicit", "out-of-memory", "")
