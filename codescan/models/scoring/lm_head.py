# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From hidden states to logits: a model's output layer, for all or part of the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["LmHead", "decoder_and_output"]


@dataclass(frozen=True, slots=True)
class LmHead:
    """The projection and the model's scaling and capping of logits.

    After the projection Cohere multiplies logits by a constant of the configuration, Granite
    divides them, and Gemma 2 caps them softly (arXiv 2408.00118). Each step is rounded to the
    model's dtype, as the model itself does.
    """

    projection: Any
    """A module: hidden states to logits."""
    scale: float = 1.0
    divisor: float = 1.0
    cap: float = 0.0
    """Soft cap of logits; 0 for none."""
    divisible: bool = False
    """Whether the projection is one matrix with an optional bias, so that blocks can be computed.
    """

    def __call__(self, states: Any) -> Any:
        """Logits [tokens, vocabulary] of hidden states [tokens, width]."""
        return self._finish(self.projection(states.to(self.weight.device)))

    def block(self, states: Any, start: int, stop: int) -> Any:
        """Logits of the tokens `start` to `stop` of the vocabulary; only where `divisible`."""
        import torch

        bias = self.projection.bias
        part = None if bias is None else bias[start:stop]
        states = states.to(self.weight.device)
        return self._finish(torch.nn.functional.linear(states, self.weight[start:stop], part))

    @property
    def weight(self) -> Any:
        """The matrix, [vocabulary, width]."""
        return self.projection.weight

    @property
    def vocabulary(self) -> int:
        """Number of rows of the matrix, including padding tokens."""
        return int(self.weight.shape[0])

    def _finish(self, logits: Any) -> Any:
        import torch

        if self.scale != 1.0:
            logits = logits * self.scale
        if self.divisor != 1.0:
            logits = logits / self.divisor
        return torch.tanh(logits / self.cap) * self.cap if self.cap else logits


def decoder_and_output(model: Any) -> tuple[Any, LmHead | None]:
    """The decoder and the output layer of a `transformers` model, found by attribute names.

    The caller must check that they give the model's own logits.
    """
    import torch

    projection = model.get_output_embeddings()
    decoder = model.get_decoder() if hasattr(model, "get_decoder") else model.base_model
    if projection is None or decoder is None or decoder is model:
        return None, None
    config = model.config.get_text_config()
    weight = getattr(projection, "weight", None)
    return decoder, LmHead(
        projection,
        scale=float(getattr(config, "logit_scale", None) or 1.0),
        divisor=float(getattr(config, "logits_scaling", None) or 1.0),
        cap=float(getattr(config, "final_logit_softcapping", None) or 0.0),
        # A layer that was quantized, split or wrapped is another class.
        divisible=type(projection) is torch.nn.Linear
        and weight is not None
        and weight.is_floating_point()
        and weight.device.type != "meta",
    )
