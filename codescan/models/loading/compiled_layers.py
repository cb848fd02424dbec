# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compile the repeated layers of a decoder, to fuse the kernels between matrix products.

On a GPU norms, rotations, activations and sums of a layer, run one by one, take half as long as its
matrix products. All layers share one compiled function, which takes seconds instead of minutes
(regional compilation in PyTorch's documentation). Lengths and rows may vary. Autotuning uses the
first batch, which must therefore be large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codescan.models.loading.decoder_layers import layers_of
from codescan.models.loading.patched_forward import replaced

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["CompiledLayers"]

_TRIED = {"max_autotune_pointwise": True}
"""An option of torch.compile; saves a twentieth of the time of all layers on an H200."""


class CompiledLayers:
    """Compiles the layers of a decoder when they first run.

    Args:
        decoder: decoder of a `transformers` model.

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
        """Within this context the decoder runs compiled layers; only for passes without a cache."""
        return replaced(self._forwards)


def _only_scales(module: Any) -> bool:
    """Whether a module is the norm after the layers, that is, all of its weights are vectors."""
    shapes = [weight.ndim for weight in module.parameters()]
    return bool(shapes) and max(shapes) == 1
