# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Skip unneeded work in the last layer of a decoder.

At a prompt's tokens only the keys and values of the last layer are needed. Its feed-forward part
works on each position separately and is most of the work; it is skipped there.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from codescan.models.loading.decoder_layers import layers_of
from codescan.models.loading.patched_forward import replaced

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["LastLayer"]

_NAMES = ("mlp", "feed_forward", "ffn")


class LastLayer:
    """Skip the feed-forward part at positions before the first needed one.

    Args:
        decoder: of a `transformers` model.

    Attributes:
        has_part: whether the last layer has such a part.
    """

    def __init__(self, decoder: Any) -> None:
        last = layers_of(decoder)[-1:]
        parts = [getattr(layer, name, None) for layer in last for name in _NAMES]
        self._part = next((part for part in parts if part is not None), None)
        self.has_part = self._part is not None

    def from_place(self, place: int) -> AbstractContextManager[None]:
        """Within this context, hidden states before this position are not valid."""
        if self._part is None or not place:
            return contextlib.nullcontext()
        import torch

        whole = self._part.forward
        # A number would be compiled in, and compiled again for each other one.
        before = torch.empty(place, 0)

        def forward(states: Any) -> Any:
            first = before.shape[0]
            selected = whole(states[:, first:])
            return torch.nn.functional.pad(selected, (0, 0, first, 0))

        return replaced([(self._part, forward)])
