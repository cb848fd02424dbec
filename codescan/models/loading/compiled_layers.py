# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The repeated layers of a decoder, compiled: between matrix products lie few kernels then.

On a GPU norms, rotations, activations and sums of a layer, run one by one, take half as long as its
matrix products. All layers share what is compiled for one, so that it takes seconds, not minutes
(regional compilation, as PyTorch's documentation calls it). Lengths and rows may vary. How many
elements a thread takes is chosen by trying, on the first rows that are read: they must be many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.models.loading.decoder_layers import layers_of
from codescan.models.loading.patched_forward import replaced

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["CompiledLayers"]

_TRIED = {"max_autotune_pointwise": True}
"""An option of torch.compile: a twentieth of the time of all layers on an H200."""


class CompiledLayers:
    """Compiles the layers of a decoder when they first run.

    Args:
        decoder: of a `transformers` model.

    Attributes:
        has_layers: whether there are layers to compile.
    """

    def __init__(self, decoder: Any) -> None:
        import torch

        layers = layers_of(decoder)
        self.has_layers = bool(layers)
        layers += [module for module in decoder.children() if _only_scales(module)]
        on_gpu = next(decoder.parameters()).device.type == "cuda"
        options = _TRIED if on_gpu else None
        self._forwards = [
            (layer, torch.compile(layer.forward, dynamic=True, options=options)) for layer in layers
        ]

    def used(self) -> AbstractContextManager[None]:
        """Within, the decoder runs its layers compiled; only for passes that keep nothing."""
        return replaced(self._forwards)


def _only_scales(module: Any) -> bool:
    """Whether a module is the norm after the layers: all of its weights are vectors."""
    shapes = [weight.ndim for weight in module.parameters()]
    return bool(shapes) and max(shapes) == 1
