# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The last layer of a decoder, without what nobody asks of it.

Behind a prompt's tokens the last layer is asked for keys and values only. Its feed-forward part,
which treats each place by itself and is most of its work, is left out there.
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
    """Leaves out the feed-forward part of places that come before all that is asked.

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
        """Within, hidden states of places before this one are not those of the model."""
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
