# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lets a local model continue prompts: batches of completions, longest prompts first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.models import memory
from codescan.models.batches import in_batches
from codescan.models.sampling import logits_processors, uniforms
from codescan.records import Completion, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.models.tokens import HubTokenizer
    from codescan.records import Prompt, Sampling

__all__ = ["Generator", "Given"]


@dataclass(frozen=True, slots=True)
class Given:
    """A prompt and the model tokens it is asked with."""

    prompt: Prompt
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """One completion to be generated."""

    prompt: Prompt
    index: int
    tokens: tuple[int, ...]


class Generator:
    """Generates with `transformers`.

    Args:
        model: a `transformers` causal language model in evaluation mode.
        tokenizer: its tokens.
        name: what the model is called in completions.
        ends: tokens that end a completion and are no part of it.
        rows: the most rows of a batch; None chooses by device.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: HubTokenizer,
        name: str,
        ends: frozenset[int],
        rows: int | None = None,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._name = name
        self.ends = ends
        self.budget = memory.budget(model, "generate", rows)
        self._silence_defaults()

    def completions(
        self, given: Sequence[Given], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield `sampling.count` completions of each prompt as their batches end.

        Args:
            given: prompts of one window; they are sorted here by length.
            sampling: checked before.
        """
        jobs = [_Job(one.prompt, i, one.tokens) for one in given for i in range(sampling.count)]
        results: Iterator[list[Completion | Skipped]] = in_batches(
            jobs,
            lambda job: len(job.tokens) + sampling.max_new_tokens,
            self.budget,
            lambda rows: self._batch(rows, sampling),
            out_of_memory=memory.is_out_of_memory,
            release=memory.release,
            failed=lambda job: [Skipped(job.prompt.id, "elicit", "out-of-memory", "")],
        )
        for batch in results:
            yield from batch

    def _batch(self, batch: Sequence[_Job], sampling: Sampling) -> list[Completion | Skipped]:
        import torch
        import transformers

        padding = self._tokenizer.padding
        longest = max(len(job.tokens) for job in batch)
        gaps = [longest - len(job.tokens) for job in batch]
        rows = [[padding] * gap + list(job.tokens) for gap, job in zip(gaps, batch, strict=True)]
        mask = [[0] * gap + [1] * (longest - gap) for gap in gaps]
        device = self._model.device
        more: dict[str, Any] = {}
        if sampling.temperature > 0:
            draws = [
                uniforms(sampling.seed, job.prompt.id, job.index, sampling.max_new_tokens)
                for job in batch
            ]
            more["logits_processor"] = logits_processors(sampling, draws, device)
        with torch.inference_mode():
            made = self._model.generate(
                input_ids=torch.tensor(rows, device=device),
                attention_mask=torch.tensor(mask, device=device),
                generation_config=transformers.GenerationConfig(
                    max_new_tokens=sampling.max_new_tokens,
                    do_sample=False,
                    num_beams=1,
                    eos_token_id=sorted(self.ends) or None,
                    pad_token_id=padding,
                    use_cache=True,
                ),
                **more,
            )
        added = made[:, longest:].tolist()
        return [self._completion(job, new) for job, new in zip(batch, added, strict=True)]

    def _completion(self, job: _Job, new: list[int]) -> Completion:
        stop = next((i for i, token in enumerate(new) if token in self.ends), None)
        kept = new if stop is None else new[:stop]
        return Completion(
            prompt_id=job.prompt.id,
            model=self._name,
            text=self._tokenizer.continuation(job.tokens, kept),
            index=job.index,
            finish_reason="length" if stop is None else "stop",
            tokens=len(kept),
        )

    def _silence_defaults(self) -> None:
        """Drop the decoding settings that come with a model; `generate` fills gaps from them."""
        import transformers

        self._model.generation_config = transformers.GenerationConfig(
            eos_token_id=sorted(self.ends) or None, pad_token_id=self._tokenizer.padding
        )
