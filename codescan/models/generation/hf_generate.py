# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Completions by transformers' `generate`, batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.models.generation.sampling import logits_processors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.models.generation.continuous_batching import Sample
    from codescan.records import Sampling

__all__ = ["generate_batch"]


def generate_batch(
    model: Any,
    samples: Sequence[Sample],
    sampling: Sampling,
    ends: frozenset[int],
    padding: int,
    *,
    native: bool = False,
) -> None:
    """Generate one batch of samples, each up to its end token.

    Args:
        model: a `transformers` causal language model.
        samples: samples of the batch.
        sampling: sampling settings.
        ends: tokens that end a sample.
        padding: any token.
        native: use transformers' own sampling, whose random numbers depend on the batch; for speed
            comparisons.
    """
    import torch
    import transformers

    longest = max(len(sample.prompt_input.tokens) for sample in samples)
    gaps = [longest - len(sample.prompt_input.tokens) for sample in samples]
    rows = [
        [padding] * gap + list(sample.prompt_input.tokens)
        for gap, sample in zip(gaps, samples, strict=True)
    ]
    mask = [[0] * gap + [1] * (longest - gap) for gap in gaps]
    device = model.device
    for sample in samples:
        sample.begin(sampling)
    more: dict[str, Any] = {}
    way: dict[str, Any] = {"do_sample": False}
    if native:
        way = {"do_sample": True, "temperature": sampling.temperature}
        way |= {"top_k": sampling.top_k, "top_p": sampling.top_p}
    elif sampling.temperature > 0:
        draws = [sample.draws for sample in samples]
        more["logits_processor"] = logits_processors(sampling, draws, device)
    with torch.inference_mode():
        output = model.generate(
            input_ids=torch.tensor(rows, device=device),
            attention_mask=torch.tensor(mask, device=device),
            generation_config=transformers.GenerationConfig(
                max_new_tokens=sampling.max_new_tokens,
                num_beams=1,
                **way,
                eos_token_id=sorted(ends) or None,
                pad_token_id=padding,
                use_cache=True,
            ),
            **more,
        )
    for sample, tokens in zip(samples, output[:, longest:].tolist(), strict=True):
        stop = next((i for i, token in enumerate(tokens) if token in ends), len(tokens))
        sample.token_ids[:] = tokens[: stop + 1]
