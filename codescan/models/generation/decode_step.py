# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decoding steps of a batch: plain ones, and on CUDA recorded ones that are played back.

A small model's step is hundreds of kernels of a few microseconds each; launching them one by one
takes longer than running them. A CUDA graph launches all at once. What is recorded has fixed shapes
and places, so every row sees the whole buffer behind a mask, and the number of rows is rounded up.
A recording is only used if it gives the logits of a plain step; else plain steps go on.

Import only where torch is loaded anyway.
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
"""Of the length of a row of logits: other kernels may serve other shapes, in half precision too."""
_WARM_UPS = 3


class DecodeSteps:
    """The decoding steps of one batch.

    Args:
        model: a `transformers` causal language model.
        rows: the most rows.
        columns: the most tokens of a row.
        record: whether steps are recorded; None: on CUDA, where all of the model is on one device.

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
        """Take one token for each row in use; returns the logits that follow, float32."""
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
        """Record a step for this number of rows, if it gives what the plain step just gave."""
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
    """A decoding step whose shapes and places never change.

    Args:
        model: a `transformers` causal language model with the attention of `torch`.
        slots: the rows; unused ones are computed too, and left alone.
        rows: of the step, at least as many as will be in use.
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
        """Record the step as a CUDA graph, after runs that let libraries set themselves up.

        Args:
            tokens: of a step that was just made: the runs write its keys and values once more,
                and nothing else.
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
        """The logits after one more token of each row, float32; the slots' column stays."""
        self._put(tokens)
        if self._graph is None:
            return self._run()[: len(tokens)]
        with torch.cuda.device(self._ids.get_device()):
            self._graph.replay()
        return self._logits[: len(tokens)].clone()

    @inference
    def _put(self, tokens: Sequence[int]) -> None:
        """Write what the step reads to where it reads it."""
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
    """Rows of a recording: few sizes, each used for many numbers of rows."""
    return 1 << max(3, (rows - 1).bit_length())


def _can_be_fixed(model: Any) -> bool:
    """Whether masks of our own can stand for the model's: torch's attention, known layer types."""
    config = model.config.get_text_config()
    if getattr(config, "_attn_implementation", None) != "sdpa":
        return False
    return "position_ids" in inspect.signature(model.forward).parameters and bool(_windows(config))


def _windows(config: Any) -> dict[str, int]:
    """For each type of layer the columns it looks back, 0 for all; empty where that is unknown."""
    config = config.get_text_config()
    window = int(getattr(config, "sliding_window", None) or 0)
    kinds = set(getattr(config, "layer_types", None) or ())
    if not kinds:
        return {"full_attention": window}
    known = {"full_attention": 0, "sliding_attention": window}
    return {kind: known[kind] for kind in sorted(kinds)} if kinds <= set(known) else {}
