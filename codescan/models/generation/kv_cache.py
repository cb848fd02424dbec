# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys and values of a batch with changing rows, in one buffer that is allocated once.

Row i of the batch is slot i. All rows end at the same column, with padding on their left. The last
row overwrites a finished row, and a new row is copied in; the other rows do not move.
`transformers` has a paged variant (`ContinuousBatchingManager`).

Import this module only where torch is already loaded.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KvCache", "alike", "forward", "inference", "layer_count"]

F = TypeVar("F", bound=Callable[..., Any])


def inference(function: F) -> F:
    """Run `function` without recording gradients."""
    return cast("F", torch.inference_mode()(function))


class _Layer(CacheLayerMixin):  # type: ignore[misc] # transformers is untyped here
    """One layer's part of the buffer."""

    is_sliding = False  # the mask keeps a window; the buffer keeps everything

    def __init__(self, slots: KvCache) -> None:
        super().__init__()
        self._slots = slots

    def lazy_initialization(self, key_states: Any, value_states: Any = None) -> None:
        """Allocate the buffer; the first states determine heads, width, dtype and device."""
        size = (self._slots.rows, key_states.shape[1], self._slots.columns)
        self.keys = key_states.new_zeros((*size, key_states.shape[3]))
        values = key_states if value_states is None else value_states
        self.values = values.new_zeros((*size, values.shape[3]))
        self.is_initialized = True

    def update(self, key_states: Any, value_states: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Write the states of the next columns; returns all states so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        rows, _heads, new, _width = key_states.shape
        at = self._slots.place
        if at is not None:
            self.keys[:rows].index_copy_(2, at, key_states)
            self.values[:rows].index_copy_(2, at, value_states)
            return self.keys[:rows], self.values[:rows]
        start = self._slots.column
        end = start + new
        self.keys[:rows, :, start:end] = key_states
        self.values[:rows, :, start:end] = value_states
        return self.keys[:rows, :, :end], self.values[:rows, :, :end]

    def get_mask_sizes(self, query_length: Any) -> tuple[int, int]:
        """(number of visible columns, first column). Older transformers versions pass positions."""
        new = query_length if isinstance(query_length, int) else len(query_length)
        return self._slots.column + new, 0

    def get_seq_length(self, *_: Any) -> int:
        """Number of written columns."""
        return self._slots.column

    def get_max_length(self) -> int:
        """Number of columns."""
        return self._slots.columns

    get_max_cache_shape = get_max_length  # its name in transformers 4


class KvCache:
    """A buffer for `rows` rows of `columns` tokens.

    Args:
        layers: number of layers, see `layer_count`.
        rows: number of slots.
        columns: tokens of each slot.

    Attributes:
        layers: their buffers.
        column: column of the next token of every row.
        starts: first column of each row in use.
        place: the column as a tensor, for a recorded graph, whose rows attend to the whole buffer;
            None for plain steps.
    """

    def __init__(self, layers: int, rows: int, columns: int) -> None:
        self.rows = rows
        self.columns = columns
        self.column = 0
        self.starts: list[int] = []
        self.place: Any = None
        self.layers = [_Layer(self) for _ in range(layers)]
        self.cache = Cache(layers=self.layers)

    @property
    def free(self) -> int:
        """Number of free slots."""
        return self.rows - len(self.starts)

    @inference
    def join(self, other: KvCache, row: int, copies: int) -> None:
        """Copy one row of another buffer into the next `copies` slots.

        Args:
            other: source buffer. Its column may exceed the column here only if no row is in use
                here.
            row: row of `other`.
            copies: number of slots, at most the free ones.
        """
        length = other.column - other.starts[row]
        if not self.starts:
            self.column = max(self.column, length)
        first, start = len(self.starts), self.column - length
        for target, origin in zip(self.layers, other.layers, strict=True):
            if not origin.is_initialized:
                continue  # a layer that shares the keys of another
            if not target.is_initialized:
                target.lazy_initialization(origin.keys, origin.values)
            for to, source in ((target.keys, origin.keys), (target.values, origin.values)):
                whole = source[row : row + 1, :, other.starts[row] : other.column]
                to[first : first + copies, :, start : self.column] = whole
        self.starts += [start] * copies

    @inference
    def leave(self, row: int) -> None:
        """Free a slot: the last row in use moves there."""
        last = len(self.starts) - 1
        if row != last:
            start = self.starts[last]
            for layer in self.layers:
                if layer.is_initialized:
                    for part in (layer.keys, layer.values):
                        part[row, :, start : self.column] = part[last, :, start : self.column]
            self.starts[row] = start
        self.starts.pop()
        if not self.starts:
            self.column = 0

    @inference
    def select(self, parents: Sequence[int]) -> None:
        """Replace the rows in use by copies of some of them, such as the parents of beams."""
        for layer in self.layers:
            if layer.is_initialized:
                for part in (layer.keys, layer.values):
                    part[: len(parents), :, : self.column] = part[list(parents), :, : self.column]
        self.starts = [self.starts[parent] for parent in parents]

    @inference
    def make_room(self, waste: int) -> None:
        """Shift all rows left if over `waste` columns are free there, or the buffer is full."""
        gap = min(self.starts, default=0)
        if not gap or (gap <= waste and self.column < self.columns):
            return
        for layer in self.layers:
            if layer.is_initialized:
                for part in (layer.keys, layer.values):
                    used = part[: len(self.starts), :, gap : self.column].clone()
                    part[: len(self.starts), :, : self.column - gap] = used
        self.starts = [start - gap for start in self.starts]
        self.column -= gap

    @inference
    def keep(self, row: int) -> KvCache:
        """Copy one row into a buffer of its own."""
        copy = KvCache(len(self.layers), 1, self.columns)
        copy.column, copy.starts = self.column, [self.starts[row]]
        for target, origin in zip(copy.layers, self.layers, strict=True):
            if origin.is_initialized:
                target.keys = origin.keys[row : row + 1].clone()
                target.values = origin.values[row : row + 1].clone()
                target.is_initialized = True
        return copy


@inference
def forward(model: Any, slots: KvCache, tokens: Sequence[Sequence[int]]) -> Any:
    """Run the model on the next tokens of every row in use; returns the last logits, float32.

    Args:
        model: a `transformers` causal language model in evaluation mode.
        slots: buffer to extend; its column advances.
        tokens: the same number for each row. In an empty buffer they are padded on the left, and
            `slots.starts` gives the first column of each row.

    Returns:
        [rows, vocabulary].
    """
    new = len(tokens[0])
    device = model.device
    ids = torch.tensor(tokens, device=device)
    starts = torch.tensor(slots.starts, device=device).unsqueeze(1)
    columns = torch.arange(slots.column + new, device=device).unsqueeze(0)
    known = inspect.signature(model.forward).parameters
    arguments: dict[str, Any] = {
        "input_ids": ids,
        "attention_mask": (columns >= starts).long(),
        "cache" if "cache" in known else "past_key_values": slots.cache,
        "use_cache": True,
    }
    if "position_ids" in known:
        arguments["position_ids"] = (columns[:, slots.column :] - starts).clamp(min=0)
    if "logits_to_keep" in known:
        arguments["logits_to_keep"] = 1
    logits = model(**arguments).logits[:, -1]
    slots.column += new
    return logits.float()


@inference
def alike(one: Any, other: Any, tolerance: float) -> bool:
    """Whether logits are equal up to rounding, row by row.

    Rounding moves a few logits of a large vocabulary far, but an error moves all of them. Therefore
    the norm of the difference decides, not its largest entry.
    """
    other = other.to(one.device)
    return bool(((one - other).norm(dim=-1) <= tolerance * one.norm(dim=-1)).all())


def layer_count(model: Any) -> int:
    """Number of layers of a model according to its configuration; 0 if unknown."""
    text = model.config.get_text_config()
    for name in ("num_hidden_layers", "n_layer"):
        count = getattr(text, name, None)
        if isinstance(count, int):
            return count
    return 0
