# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""How far a model's own rounding moves its logits: nearer than that, either token may be chosen.

A decoder feeds in one token at a time, a scorer all at once, and products of other shapes are
summed in another order. In float32 that is a matter of the last bits. In half precision the
differences of all layers add up to several times the last bit of a logit, and how much depends on
the model and on the kernels of the device: so it is measured there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Rounding", "measured", "of_dtype"]

_RELATIVE = {"float64": 2.0**-40, "float32": 2.0**-16, "float16": 2.0**-8, "bfloat16": 2.0**-6}
_HALF = ("float16", "bfloat16")
_READ, _DECODED = 16, 8
"""Tokens of the probe that are read at once, and that follow one by one."""
_DEVIATIONS = 4.0
"""Of one logit; so 2.8 of the difference of two."""


class Rounding(NamedTuple):
    """Logits that differ by no more may be equal; the greater of both bounds counts."""

    relative: float
    """Of the greater logit, or of 1 if that is less."""
    absolute: float = 0.0

    def near(self, first: Any, second: Any) -> Any:
        """Whether the second greatest logits may be as great as the greatest; both [tokens]."""
        bound = self.relative * first.abs().clamp(min=1.0)
        return second >= first - bound.clamp(min=self.absolute)


def of_dtype(dtype: Any) -> Rounding:
    """What a torch type rounds by itself."""
    return Rounding(_RELATIVE.get(str(dtype).removeprefix("torch."), 0.0))


def measured(model: Any) -> Rounding:
    """The rounding of a `transformers` model, measured in half precision.

    A probe is read at once and token by token; the bound is four times the root mean square of what
    its logits differ by. Models that cannot go on from keys and values have that of their type.
    """
    import torch

    rounding = of_dtype(model.dtype)
    if str(model.dtype).removeprefix("torch.") not in _HALF:
        return rounding
    size = int(model.config.get_text_config().vocab_size)
    probe = [(7919 * n + 13) % size for n in range(_READ + _DECODED)]
    try:
        from codescan.models.slots import Slots, forward, layer_count

        with torch.inference_mode():
            ids = torch.tensor([probe], device=model.device)
            whole = model(input_ids=ids, use_cache=False).logits[0, _READ:].float()
            slots = Slots(layer_count(model), 1, len(probe))
            forward(model, slots, [probe[:_READ]])
            steps = [forward(model, slots, [[token]]) for token in probe[_READ:]]
            error = (torch.cat(steps).to(whole.device) - whole).square().mean().sqrt()
    except (AttributeError, ImportError, LookupError, TypeError, ValueError, RuntimeError):
        return rounding
    bound = _DEVIATIONS * float(error)
    return rounding._replace(absolute=bound) if bound < float("inf") else rounding
