# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rounding error of a model's logits: of two tokens nearer than that, either may be chosen.

A decoder feeds in one token at a time, a scorer all at once, and products of other shapes are
summed in another order. In float32 that is a matter of the last bits. In half precision a logit is
off by one or two of its own last bits. Small logits are off by more, because the rounding of all
layers adds up. How much that is goes with how widely the model's logits spread.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["TieTolerance", "of_dtype", "of_model"]

_RELATIVE = {"float64": 2.0**-40, "float32": 2.0**-16, "float16": 2.0**-8, "bfloat16": 2.0**-5}
_SPREAD = {"float16": 2.0**-7, "bfloat16": 2.0**-4}
"""Of the standard deviation of logits. Both as found with SmolLM2-135M and Gemma 3 270M in
bfloat16, whose disagreements with decoding `scripts/eval_scoring` lists; float16 has eight times
the precision."""
_PROBE = 24
"""Tokens whose logits are looked at."""


class TieTolerance(NamedTuple):
    """Logits that differ by no more may be equal; the greater of both bounds counts."""

    relative: float
    """Of the greater logit, or of 1 if that is less."""
    absolute: float = 0.0

    def near(self, first: Any, second: Any) -> Any:
        """Whether the second greatest logits may be as great as the greatest; both [tokens]."""
        bound = self.relative * first.abs().clamp(min=1.0)
        return second >= first - bound.clamp(min=self.absolute)


def of_dtype(dtype: Any) -> TieTolerance:
    """The rounding error of a torch type."""
    return TieTolerance(_RELATIVE.get(str(dtype).removeprefix("torch."), 0.0))


def of_model(model: Any) -> TieTolerance:
    """The rounding of a `transformers` model; in half precision from the logits of a probe."""
    import torch

    rounding = of_dtype(model.dtype)
    share = _SPREAD.get(str(model.dtype).removeprefix("torch."))
    if share is None:
        return rounding
    size = int(model.config.get_text_config().vocab_size)
    probe = [[(7919 * n + 13) % size for n in range(_PROBE)]]
    with torch.inference_mode():
        ids = torch.tensor(probe, device=model.device)
        spread = float(model(input_ids=ids, use_cache=False).logits.float().std())
    return rounding._replace(absolute=share * spread) if spread < float("inf") else rounding
