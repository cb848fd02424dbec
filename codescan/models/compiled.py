# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The repeated layers of a decoder, compiled: between matrix products lie few kernels then.

On a GPU norms, rotations, activations and sums of a layer, run one by one, take half as long as its
matrix products. All layers share what is compiled for one, so that it takes seconds, not minutes
(regional compilation, as PyTorch's documentation calls it). Lengths and rows may vary.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CompiledLayers"]


class CompiledLayers:
    """Compiles the layers of a decoder when they first run.

    Args:
        decoder: of a `transformers` model.

    Attributes:
        found: whether there are layers to compile.
    """

    def __init__(self, decoder: Any) -> None:
        import torch

        lists = [m for m in decoder.modules() if isinstance(m, torch.nn.ModuleList)]
        layers = list(max(lists, key=len, default=()))
        self.found = bool(layers)
        self._forwards = [(layer, torch.compile(layer.forward, dynamic=True)) for layer in layers]

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Within, the decoder runs its layers compiled; only for passes that keep nothing."""
        try:
            for layer, forward in self._forwards:
                layer.forward = forward
            yield
        finally:
            for layer, _ in self._forwards:
                del layer.forward
