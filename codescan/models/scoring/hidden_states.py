# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fast computation of the hidden states of prompts and their continuations.

Each optimization is first tested on a few rows, and used only if it gives the model's own result.
"""

from __future__ import annotations

import warnings
from contextlib import nullcontext
from math import ceil
from typing import TYPE_CHECKING, Any

from codescan.models.loading.compiled_layers import CompiledLayers
from codescan.models.scoring.last_layer import LastLayer
from codescan.models.scoring.token_rows import Row, fed, padded

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HiddenStates"]

_TOLERANCE = {"float64": 1e-4, "float32": 1e-4}
"""Tolerance of an optimization, relative to the norm; 5 % in half precision."""
_PART_TOKENS = 2**15
"""Maximum tokens per pass: larger passes need more memory and are not faster."""
_FEW, _MANY = (3, 10), (64, 96)
"""Rows and tokens of a test; compiled GPU code is tuned on them and needs many."""


class HiddenStates:
    """The hidden states of rows.

    Args:
        decoder: decoder of a `transformers` model.
        model: the whole model.
        padding: any token; padded positions are ignored.
    """

    def __init__(self, decoder: Any, model: Any, padding: int) -> None:
        self._decoder = decoder
        self._device = model.device
        self._padding = padding
        self._tolerance = _TOLERANCE.get(str(model.dtype).removeprefix("torch."), 5e-2)
        self._tokens = min(64, int(model.config.get_text_config().vocab_size))
        self._layers: CompiledLayers | None = None
        self._last: LastLayer | None = None

    @property
    def compiled(self) -> bool:
        """Whether layers are compiled."""
        return self._layers is not None

    @property
    def shortened(self) -> bool:
        """Whether the last layer skips unneeded positions."""
        return self._last is not None

    def shorten(self) -> None:
        """Let the last layer skip unneeded positions, if no other result changes."""
        last = LastLayer(self._decoder)
        if last.has_part:
            rows = self._rows(*_FEW)
            plain = self.of(rows)
            self._last = last
            try:
                same = self._same(self.of(rows), plain, rows)
            except (AttributeError, TypeError, RuntimeError, ValueError, LookupError):
                same = False
            if not same:
                self._last = None

    def compile(self) -> None:
        """Compile the layers, if this is possible and changes no result."""
        layers = CompiledLayers(self._decoder)
        if not layers.has_layers:
            return
        rows = self._rows(*(_MANY if self._device.type == "cuda" else _FEW))
        try:
            plain = self.of(rows)
            self._layers = layers
            same = self._same(self.of(rows), plain, rows)
        except Exception as error:  # noqa: BLE001 - a compiler may fail in any way
            warnings.warn(f"layers run without being compiled: {error}", RuntimeWarning, 3)
            same = False
        if not same:
            self._layers = None

    def of(self, rows: Sequence[Row]) -> Any:
        """Hidden states [rows, length, width], without the last token of each row.

        States before the last token of the shortest prompt are not valid. A large batch is split,
        so that a GPU computes one part while the next is prepared.
        """
        import torch

        longest = max(map(fed, rows))
        most = max(1, _PART_TOKENS // longest)
        size = ceil(len(rows) / ceil(len(rows) / most))  # parts of like size
        first = min(len(row.prompt) for row in rows) - 1
        states = []
        with (
            torch.inference_mode(),
            self._layers.used() if self._layers else nullcontext(),
            self._last.from_place(first) if self._last else nullcontext(),
        ):
            for at in range(0, len(rows), size):
                inputs = padded(rows[at : at + size], self._padding, self._device, longest)
                decoded = self._decoder(input_ids=inputs, use_cache=False)
                states.append(decoded.last_hidden_state)
            return torch.cat(states) if len(states) > 1 else states[0]

    def _rows(self, many: int, long: int) -> list[Row]:
        """Rows of equal length, half of it prompt."""
        tokens = [[n % self._tokens for n in range(m, m + long)] for m in range(many)]
        return [Row(row[: long // 2], row[long // 2 :]) for row in tokens]

    def _same(self, one: Any, other: Any, rows: Sequence[Row]) -> bool:
        """Whether hidden states are equal at the needed positions."""
        first = len(rows[0].prompt) - 1
        one, other = one[:, first:].double(), other[:, first:].double()
        return bool((one - other).norm() <= self._tolerance * other.norm())
