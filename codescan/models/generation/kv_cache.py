# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys and values of a batch whose rows come and go: one buffer, allocated once.

Row i of the batch is slot i. All rows end at the same column: a row of n tokens lies in the n
columns before it, and padding is on its left, as in a batch padded on the left. A row that
is done is overwritten by the last one, and one that joins is copied in: neither moves the others.
`transformers` has the same with pages (`ContinuousBatchingManager`), see `generation`.

Import only where torch is loaded anyway.
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
    """`function` run without keeping what gradients need."""
    return cast("F", torch.inference_mode()(function))


class _Layer(CacheLayerMixin):  # type: ignore[misc] # transformers is untyped here
    """One layer's part of the buffer."""

    is_sliding = False  # the mask keeps a window; the buffer keeps everything

    def __init__(self, slots: KvCache) -> None:
        super().__init__()
        self._slots = slots

    def lazy_initialization(self, key_states: Any, value_states: Any = None) -> None:
        """Allocate; the first states tell heads, width, type and device."""
        size = (self._slots.rows, key_states.shape[1], self._slots.columns)
        self.keys = key_states.new_zeros((*size, key_states.shape[3]))
        values = key_states if value_states is None else value_states
        self.values = values.new_zeros((*size, values.shape[3]))
        self.is_initialized = True

    def update(self, key_states: Any, value_states: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Write the states of the next columns; returns all up to them."""
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
        """(columns seen, first of them); older versions give positions instead of a number."""
        new = query_length if isinstance(query_length, int) else len(query_length)
        return self._slots.column + new, 0

    def get_seq_length(self, *_: Any) -> int:
        """Columns written."""
        return self._slots.column

    def get_max_length(self) -> int:
        """Columns there are."""
        return self._slots.columns

    get_max_cache_shape = get_max_length  # its name in transformers 4


class KvCache:
    """Room for `rows` rows of `columns` tokens.

    Args:
        layers: of the model, see `layer_count`.
        rows: slots.
        columns: of each.

    Attributes:
        layers: their buffers.
        column: where the next token of every row is written.
        starts: first column of each row in use; as many as there are rows in use.
        place: the column as a tensor of one number, for a recorded graph, whose rows all see the
            whole buffer; None where rows see what is written.
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
        """Slots not in use."""
        return self.rows - len(self.starts)

    @inference
    def join(self, other: KvCache, row: int, copies: int) -> None:
        """Copy one row of another buffer into the next `copies` slots.

        Args:
            other: whose rows end at their own column; not longer than the column here, unless
                nothing is in use here.
            row: of `other`.
            copies: not more than are free.
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
        """Free a slot: the last row in use takes its place."""
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
        """Let the rows in use be copies of some of them, for example those of a beam's parents."""
        for layer in self.layers:
            if layer.is_initialized:
                for part in (layer.keys, layer.values):
                    part[: len(parents), :, : self.column] = part[list(parents), :, : self.column]
        self.starts = [self.starts[parent] for parent in parents]

    @inference
    def make_room(self, waste: int) -> None:
        """Move all rows to the left where every one begins after `waste`, or the end is reached."""
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
        """One row as a buffer of its own."""
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
        slots: whose rows take the tokens; its column moves on.
        tokens: equally many for each row; in an unused buffer, padded on the left, with
            `slots.starts` saying where each row begins.

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
    """Whether logits are the same but for rounding, row by row.

    Rounding moves every logit a little, and of a large vocabulary some logit far; a mistake moves
    them all. So it is the length of the difference that counts, not its greatest part.
    """
    other = other.to(one.device)
    return bool(((one - other).norm(dim=-1) <= tolerance * one.norm(dim=-1)).all())


def layer_count(model: Any) -> int:
    """Layers of a model, as its configuration says; 0 if it does not."""
    text = model.config.get_text_config()
    for name in ("num_hidden_layers", "n_layer"):
        count = getattr(text, name, None)
        if isinstance(count, int):
            return count
    return 0
