# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rounding error of a model's logits: of two tokens nearer than that, either may be chosen.

A decoder processes one token at a time and a scorer all at once, so their products are summed in a
different order. In float32 only the last bits differ. In half precision a logit differs by one or
two of its last bits. Small logits differ by more, because the rounding of all layers adds up, in
proportion to the spread of the logits.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["TieTolerance", "of_dtype", "of_model"]

_RELATIVE = {"float64": 2.0**-40, "float32": 2.0**-16, "float16": 2.0**-8, "bfloat16": 2.0**-5}
_SPREAD = {"float16": 2.0**-7, "bfloat16": 2.0**-4}
"""Tolerance relative to the standard deviation of logits. Measured with SmolLM2-135M and Gemma 3
270M in bfloat16; `scripts/eval_scoring` lists their disagreements with decoding. float16 has eight
times the precision.
"""
_PROBE = 24
"""Number of tokens in the probe."""


class TieTolerance(NamedTuple):
    """Difference up to which logits count as tied; the larger of both bounds applies."""

    relative: float
    """Relative to the greater logit, or to 1 if that is less."""
    absolute: float = 0.0

    def near(self, first: Any, second: Any) -> Any:
        """Whether the second greatest logits tie with the greatest; both [tokens]."""
        bound = self.relative * first.abs().clamp(min=1.0)
        return second >= first - bound.clamp(min=self.absolute)


def of_dtype(dtype: Any) -> TieTolerance:
    """The rounding of a torch dtype."""
    return TieTolerance(_RELATIVE.get(str(dtype).removeprefix("torch."), 0.0))


def of_model(model: Any) -> TieTolerance:
    """The rounding of a `transformers` model; in half precision measured on a probe."""
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
