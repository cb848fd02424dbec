# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decoding steps of a batch: plain steps, and on CUDA recorded graphs that are replayed.

A small model's step is hundreds of kernels of a few microseconds each; launching them one by one
takes longer than running them. A CUDA graph launches all at once. A graph has fixed shapes and
addresses, so every row attends to the whole buffer through a mask, and the number of rows is
rounded up. A graph is used only if it gives the logits of a plain step.

Import this module only where torch is already loaded.
"""

from __future__ import annotations

import contextlib
import inspect
import warnings
from typing import TYPE_CHECKING, Any

import torch

from codescan.models.generation.kv_cache import KvCache, alike, forward, inference, layer_count

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CapturedStep", "DecodeSteps"]

_TOLERANCE = 5e-2
"""Tolerance relative to the norm of a row of logits; other shapes may use other kernels."""
_WARM_UPS = 3


class DecodeSteps:
    """The decoding steps of one batch.

    Args:
        model: a `transformers` causal language model.
        rows: maximum rows.
        columns: maximum tokens of a row.
        record: whether to record steps; None records on CUDA if the whole model is on one device.

    Attributes:
        slots: the rows.
    """

    def __init__(self, model: Any, rows: int, columns: int, *, record: bool | None = None) -> None:
        self._model = model
        if record is None:
            record = model.device.type == "cuda" and not getattr(model, "hf_device_map", None)
        self._record = record and _can_be_fixed(model)
        self.slots = KvCache(layer_count(model), rows, columns)
        self._fixed: dict[int, CapturedStep] = {}

    def next(self, tokens: Sequence[int]) -> Any:
        """Append one token to each row in use; returns the next logits, float32."""
        if not self._record:
            return forward(self._model, self.slots, [[token] for token in tokens])
        # Rows that are not in use cost less than another recording.
        rows = min((rows for rows in self._fixed if rows >= len(tokens)), default=0)
        if rows:
            logits = self._fixed[rows](tokens)
            self.slots.column += 1
            return logits
        logits = forward(self._model, self.slots, [[token] for token in tokens])
        self._fix(min(_rounded(len(tokens)), self.slots.rows), tokens, logits)
        return logits

    def _fix(self, rows: int, tokens: Sequence[int], expected: Any) -> None:
        """Record a step for this number of rows, if it gives the logits of the plain step."""
        self.slots.column -= 1
        try:
            fixed = CapturedStep(self._model, self.slots, rows)
            fixed.record(tokens)
            logits = fixed(tokens)
            if not alike(expected, logits, _TOLERANCE):
                raise RuntimeError("a recorded step gives different logits")  # noqa: TRY301
            self._fixed[rows] = fixed
        except Exception as error:  # whatever it is: plain steps always work
            if isinstance(error, torch.cuda.OutOfMemoryError):
                raise
            self._record = False
            self._fixed.clear()
            warnings.warn(f"decoding without CUDA graphs: {error}", RuntimeWarning, stacklevel=2)
        finally:
            self.slots.column += 1


class CapturedStep:
    """A decoding step with fixed shapes and addresses.

    Args:
        model: a `transformers` causal language model with the attention of `torch`.
        slots: the rows; unused ones are computed too, and ignored.
        rows: rows of the step, at least the number in use.
    """

    def __init__(self, model: Any, slots: KvCache, rows: int) -> None:
        device = model.device
        self._model = model
        self._slots = slots
        self._ids = torch.zeros((rows, 1), dtype=torch.long, device=device)
        self._positions = torch.zeros((rows, 1), dtype=torch.long, device=device)
        self._starts = torch.zeros((rows, 1), dtype=torch.long, device=device)
        self._place = torch.zeros(1, dtype=torch.long, device=device)
        self._columns = torch.arange(slots.columns, device=device).unsqueeze(0)
        self._windows = _windows(model.config)
        self._graph: Any = None
        self._logits: Any = None

    def record(self, tokens: Sequence[int]) -> None:
        """Record the step as a CUDA graph, after warm-up runs.

        Args:
            tokens: tokens of the previous step; the runs write its keys and values again.
        """
        self._put(tokens)
        with torch.cuda.device(self._ids.get_device()):
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream), torch.inference_mode():
                for _ in range(_WARM_UPS):
                    self._run()
            torch.cuda.current_stream().wait_stream(stream)
            graph = torch.cuda.CUDAGraph()
            with torch.inference_mode(), torch.cuda.graph(graph):
                self._logits = self._run()
        self._graph = graph

    @inference
    def __call__(self, tokens: Sequence[int]) -> Any:
        """The float32 logits after one more token of each row; the slots' column is unchanged."""
        self._put(tokens)
        if self._graph is None:
            return self._run()[: len(tokens)]
        with torch.cuda.device(self._ids.get_device()):
            self._graph.replay()
        return self._logits[: len(tokens)].clone()

    @inference
    def _put(self, tokens: Sequence[int]) -> None:
        """Copy the inputs of the step to their fixed addresses."""
        column = self._slots.column
        # Rows not in use attend to the column that they write; nobody reads them.
        padding = len(self._ids) - len(tokens)
        inputs = torch.tensor(
            [[*tokens, *[0] * padding], [*self._slots.starts, *[column] * padding]]
        )
        inputs = inputs.to(self._ids.device)
        self._ids.copy_(inputs[0].unsqueeze(1))
        self._starts.copy_(inputs[1].unsqueeze(1))
        self._place.fill_(column)

    def _run(self) -> Any:
        self._positions.copy_(self._place - self._starts)
        seen = (self._columns >= self._starts) & (self._columns <= self._place)
        masks = {}
        for kind, window in self._windows.items():
            inside = seen & (self._columns > self._place - window) if window else seen
            masks[kind] = inside[:, None, None, :]
        known = inspect.signature(self._model.forward).parameters
        arguments: dict[str, Any] = {
            "input_ids": self._ids,
            "attention_mask": masks if len(masks) > 1 else next(iter(masks.values())),
            "position_ids": self._positions,
            "cache" if "cache" in known else "past_key_values": self._slots.cache,
            "use_cache": True,
        }
        with _placed(self._slots, self._place):
            return self._model(**arguments).logits[:, -1].float()


@contextlib.contextmanager
def _placed(slots: KvCache, place: Any) -> Any:
    slots.place = place
    try:
        yield
    finally:
        slots.place = None


def _rounded(rows: int) -> int:
    """Round the number of rows up to one of a few sizes."""
    return 1 << max(3, (rows - 1).bit_length())


def _can_be_fixed(model: Any) -> bool:
    """Whether our masks can replace the model's: torch attention and known layer types only."""
    config = model.config.get_text_config()
    if getattr(config, "_attn_implementation", None) != "sdpa":
        return False
    return "position_ids" in inspect.signature(model.forward).parameters and bool(_windows(config))


def _windows(config: Any) -> dict[str, int]:
    """Attention window in columns of each layer type, 0 for all; empty if unknown."""
    config = config.get_text_config()
    window = int(getattr(config, "sliding_window", None) or 0)
    kinds = set(getattr(config, "layer_types", None) or ())
    if not kinds:
        return {"full_attention": window}
    known = {"full_attention": 0, "sliding_attention": window}
    return {kind: known[kind] for kind in sorted(kinds)} if kinds <= set(known) else {}
