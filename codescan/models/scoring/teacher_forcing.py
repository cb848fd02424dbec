# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Score true continuations token by token in one teacher-forced pass.

Greedy decoding of a prompt emits a given continuation exactly if, with the continuation as input,
each of its tokens has the greatest logit. One pass therefore replaces one decoding step per token
(discoverable extraction, Carlini et al. 2022, arXiv 2202.07646). Only positions that predict the
continuation are projected, and logits of [batch, length, vocabulary] are never held as a whole.
"""

from __future__ import annotations

import importlib.util
import inspect
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.models.scoring import tie_tolerance
from codescan.models.scoring.blockwise_logits import FUSED, LEAST_BLOCK, gather
from codescan.models.scoring.hidden_states import HiddenStates
from codescan.models.scoring.lm_head import decoder_and_output
from codescan.models.scoring.token_distribution import (
    TokenColumns,
    columns_of,
    measure,
    request_for,
)
from codescan.models.scoring.token_rows import Row, expected_places, padded
from codescan.records import TokenStatistics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.models.scoring.lm_head import LmHead
    from codescan.records import Decoding

__all__ = ["TeacherForcing", "TokenScores"]

CHUNK_BYTES = 128 << 20
"""Maximum bytes of one chunk of float32 logits."""

_COPIES = 4
_CACHED_BYTES = 8 << 20
"""Maximum bytes of a block of the vocabulary on the CPU, to fit in its caches."""
_TOKENS = 512
"""Tokens projected at a time on the CPU."""
_PROBED = 8
"""Tokens on which the kernel is tested."""
_GPU_SHARE = 1 / 16
"""Share of a GPU's memory for chunks of logits; large chunks use the GPU fully."""
_GPU_MOST = 1 << 30
_GPU_TOKENS = 256
"""Minimum tokens projected at a time on a GPU."""


@dataclass(frozen=True, slots=True)
class TokenScores:
    """Scores of each token of a continuation, in order."""

    logprobs: tuple[float, ...]
    """Natural log of the token's probability; temperature 1, no truncation."""
    greedy: tuple[bool, ...]
    """Whether greedy decoding would choose the token."""
    tied: tuple[bool, ...]
    """Whether another token's logit was within rounding of the greatest. A decoder rounds in
    another order and may choose either.
    """
    sampled: tuple[float, ...] = ()
    """Natural log of the probability of the whole continuation, one for each decoding."""
    statistics: TokenStatistics | None = None

    @property
    def greedy_run(self) -> int:
        """Number of tokens before greedy decoding first differs from the continuation."""
        return next((i for i, g in enumerate(self.greedy) if not g), len(self.greedy))


class TeacherForcing:
    """Scores continuations under a causal language model.

    Args:
        model: a `transformers` causal language model in evaluation mode.
        padding: any token; padded positions are ignored.
        chunk_bytes: maximum bytes of one chunk of logits; None chooses by device.
        decodings: sampling settings under which continuations are scored.
        token_statistics: whether to compute entropy and deviation of each token.
        token_ranks: whether to compute ranks too, which applies the output layer twice.
        compiled: whether to compile the decoder's layers, if possible.

    Attributes:
        chunked: whether the output layer is applied to chunks of tokens. This is tested once
            against the model's own logits. If it fails, the model's own forward is used, row by row
            if memory requires it.
        fused: whether greedy flags, log-probabilities and statistics come from the GPU kernel.
        decoder: the model without its output layer; None if it cannot be separated.
        rounding: difference up to which logits count as tied.
        vocabulary: number of tokens that the model can emit.
    """

    def __init__(
        self,
        model: Any,
        padding: int,
        *,
        chunk_bytes: int | None = None,
        decodings: Sequence[Decoding] = (),
        token_statistics: bool = False,
        token_ranks: bool = True,
        compiled: bool = False,
    ) -> None:
        self._model = model
        self._padding = padding
        self.decodings = tuple(decodings)
        self.token_statistics = token_statistics
        self._token_ranks = token_ranks
        # Temperatures, sorting and moments make copies of a chunk.
        chunk_bytes = _chunk_bytes(model.device) if chunk_bytes is None else chunk_bytes
        self._chunk_bytes = chunk_bytes // (_COPIES if decodings or token_statistics else 1)
        self.vocabulary = int(model.config.get_text_config().vocab_size)
        self.rounding = tie_tolerance.of_model(model)
        self._dtype = str(model.dtype).removeprefix("torch.")
        decoder, layer = decoder_and_output(model)
        self.decoder = decoder
        self._layer = layer if layer is not None and self._agrees(decoder, layer) else None
        self.chunked = self._layer is not None
        self._hidden = HiddenStates(decoder, model, padding)
        if self.chunked:
            self._hidden.shorten()
        self.fused = self._layer is not None and self._fuses(self._layer)
        if compiled and self.chunked:
            self._hidden.compile()

    def score(self, rows: Sequence[Row]) -> list[TokenScores]:
        """Scores of every row, in order; one forward pass over the padded batch."""
        import torch

        with torch.inference_mode():
            parts = list(self._by_chunks(rows) if self.chunked else self._by_forward(rows))
            columns = [
                torch.cat(column).cpu()
                for column in zip(*(_flat(part) for part in parts), strict=True)
            ]
        result, start = [], 0
        for row in rows:
            result.append(self._of_row([c[start : start + len(row.expected)] for c in columns]))
            start += len(row.expected)
        return result

    def _of_row(self, columns: Sequence[Any]) -> TokenScores:
        """The scores of one row, cut from the columns in the order of `_flat`."""
        logprobs, greedy, tied, *more = columns
        sampled = more[: len(self.decodings)]
        statistics = None
        if self.token_statistics:
            ranks, entropies, deviations = more[len(self.decodings) :]
            statistics = TokenStatistics(
                logprobs=tuple(logprobs.float().tolist()),
                ranks=tuple(ranks.tolist()),
                entropies=tuple(entropies.float().tolist()),
                deviations=tuple(deviations.float().tolist()),
            )
        return TokenScores(
            tuple(logprobs.tolist()),
            tuple(greedy.tolist()),
            tuple(tied.tolist()),
            tuple(float(column.sum()) for column in sampled),
            statistics,
        )

    def measured(self, states: Any, targets: Any, *, flags_only: bool = False) -> TokenColumns:
        """Score tokens from the hidden states that predict them; requires `chunked`.

        Args:
            states: [tokens, width].
            targets: [tokens], the true tokens.
            flags_only: whether to compute only `greedy` and `tied`.
        """
        import torch

        # The kernel holds no logits, so it may have all tokens at once.
        whole = self.fused and (flags_only or not self.decodings)
        step = max(1, len(targets)) if whole else self._chunk_tokens()
        parts = [
            _flat(self._measured(states[at : at + step], targets[at : at + step], flags_only))
            for at in range(0, len(targets), step)
        ]
        columns = [torch.cat(column) for column in zip(*parts, strict=True)]
        count = 0 if flags_only else len(self.decodings)
        logprobs, greedy, tied, *more = columns
        return TokenColumns(logprobs, greedy, tied, tuple(more[:count]), tuple(more[count:]))

    def _measured(self, states: Any, targets: Any, flags_only: bool) -> TokenColumns:
        layer = self._layer
        assert layer is not None  # noqa: S101 - `chunked` says so
        decodings = () if flags_only else self.decodings
        statistics = self.token_statistics and not flags_only
        if not layer.divisible:
            return measure(
                layer(states), targets, decodings, statistics=statistics, rounding=self.rounding
            )
        states = states.to(layer.weight.device)
        request = request_for(
            decodings, logprobs=not flags_only, statistics=statistics, ranks=self._token_ranks
        )
        if (
            self.fused
            and request.top_count <= FUSED.top_count
            and request.temperatures in ((), (1.0,))
        ):
            from codescan.models.scoring.triton_kernel import fused_gather

            gathered = fused_gather(layer, states, targets, request)
            return columns_of(gathered, request, targets, decodings, self.rounding, layer)
        on_cpu = layer.weight.device.type == "cpu"
        size = min(self._chunk_bytes, _CACHED_BYTES) if on_cpu else self._chunk_bytes
        gathered = gather(layer, states, targets, request, size)
        return columns_of(
            gathered,
            request,
            targets,
            decodings,
            self.rounding,
            lambda part: layer(states[part]).float(),
        )

    def _by_chunks(self, rows: Sequence[Row]) -> Iterator[TokenColumns]:
        hidden = self.hidden(rows)
        row_of, place, targets = expected_places(rows, hidden.device)
        states = hidden[row_of, place]
        del hidden
        yield self.measured(states, targets)

    @property
    def compiled(self) -> bool:
        """Whether passes run compiled layers."""
        return self._hidden.compiled

    def hidden(self, rows: Sequence[Row]) -> Any:
        """Hidden states [rows, length, width] that predict continuations; see `HiddenStates`."""
        return self._hidden.of(rows)

    def _by_forward(self, rows: Sequence[Row]) -> Iterator[TokenColumns]:
        import torch

        keeps = "logits_to_keep" in inspect.signature(self._model.forward).parameters
        for row in rows:
            inputs = padded([row], self._padding, self._model.device)
            first, last = len(row.prompt) - 1, inputs.shape[1]
            step = self._chunk_tokens() if keeps else last - first
            for start in range(first, last, step):
                places = torch.arange(start, min(start + step, last), device=inputs.device)
                # A long continuation is run again for each chunk: time is paid for memory.
                arguments = {"logits_to_keep": places} if keeps else {}
                logits = self._model(input_ids=inputs, use_cache=False, **arguments).logits[0]
                logits = logits if keeps else logits[first:]
                expected = row.expected[start - first : start - first + len(places)]
                targets = torch.tensor(expected, device=logits.device)
                yield measure(
                    logits,
                    targets,
                    self.decodings,
                    statistics=self.token_statistics,
                    rounding=self.rounding,
                )

    def _chunk_tokens(self) -> int:
        """Tokens projected at a time."""
        if self._layer is None or not self._layer.divisible:
            return max(1, self._chunk_bytes // (4 * self.vocabulary))
        if self._layer.weight.device.type == "cpu":
            return min(_TOKENS, max(1, self._chunk_bytes // (4 * LEAST_BLOCK)))
        return max(_GPU_TOKENS, self._chunk_bytes // (4 * self.vocabulary))

    def _fuses(self, layer: LmHead) -> bool:
        """Whether the kernel runs here and agrees with the blockwise computation."""
        import torch

        weight = layer.weight
        usable = layer.divisible and weight.is_cuda and weight.dtype.itemsize <= 4  # noqa: PLR2004
        if not usable or importlib.util.find_spec("triton") is None:
            return False
        from codescan.models.scoring.triton_kernel import fused_gather

        count = min(_PROBED, layer.vocabulary)
        targets = torch.arange(count, device=weight.device)
        with torch.inference_mode():
            states = self.hidden([Row([1 % count], list(range(count)))])[0, :count]
            other = gather(layer, states, targets, FUSED, self._chunk_bytes)
            try:
                one = fused_gather(layer, states, targets, FUSED)
            except Exception as error:  # noqa: BLE001 - a compiler may fail in any way
                warnings.warn(f"logits are gathered without the kernel: {error}", RuntimeWarning, 3)
                return False
        tolerance = 1e-4 if weight.dtype == torch.float32 else 2e-2
        pairs = ((one.values, other.values), (one.own, other.own), (one.totals[0], other.totals[0]))
        greatest = float(other.values.abs().max())
        return all(bool((a - b).abs().max() <= tolerance * greatest) for a, b in pairs)

    def _agrees(self, decoder: Any, layer: LmHead) -> bool:
        """Whether projected hidden states give the model's own logits, also block by block."""
        import torch

        ids = torch.arange(1, 9, device=self._model.device).unsqueeze(0) % self.vocabulary
        half = layer.vocabulary // 2 if layer.divisible else 0
        try:
            with torch.inference_mode():
                own = self._model(input_ids=ids, use_cache=False).logits.float()
                hidden = decoder(input_ids=ids, use_cache=False).last_hidden_state
                projected = layer(hidden).float().to(own.device)
                part = layer.block(hidden, half, layer.vocabulary) if half else projected
        except (AttributeError, TypeError, RuntimeError):
            return False
        if own.shape != projected.shape:
            return False
        tolerance = 1e-4 if self._model.dtype in (torch.float32, torch.float64) else 2e-2
        errors = (
            (own - projected).abs().max(),
            (own[..., half:] - part.float().to(own.device)).abs().max(),
        )
        return bool(max(errors) <= tolerance * own.abs().max())


def _flat(columns: TokenColumns) -> tuple[Any, ...]:
    return (
        columns.logprobs, columns.greedy, columns.tied, *columns.sampled, *columns.statistics
    )  # fmt: skip


def _chunk_bytes(device: Any) -> int:
    """Maximum bytes of a chunk of logits on a device."""
    if device.type != "cuda":
        return CHUNK_BYTES
    import torch

    whole = torch.cuda.get_device_properties(device).total_memory
    return max(CHUNK_BYTES, min(_GPU_MOST, int(whole * _GPU_SHARE)))
