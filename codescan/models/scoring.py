# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One teacher-forced pass: how a model rates the true continuation, token by token.

Greedy decoding of a prompt emits a given continuation exactly when, with the continuation fed in,
every one of its tokens has the greatest logit at its place. So one pass replaces as many decoding
steps as the continuation has tokens (discoverable extraction, Carlini et al. 2022, arXiv
2202.07646). Logits of [batch, length, vocabulary] are never held whole: hidden states are
projected a chunk of tokens at a time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from codescan.models.distributions import TokenColumns, measure
from codescan.records import Decoding, TokenStatistics

__all__ = ["Row", "TeacherForcing", "TokenScores"]

CHUNK_BYTES = 128 << 20
"""Memory that one chunk of float32 logits may take."""

_COPIES = 4

Head = Callable[[Any], Any]


class Row(NamedTuple):
    """A prompt and its true continuation as model tokens, neither empty."""

    prompt: Sequence[int]
    expected: Sequence[int]


@dataclass(frozen=True, slots=True)
class TokenScores:
    """Scores of each token of a continuation, in order."""

    logprobs: tuple[float, ...]
    """Natural log of the token's probability; temperature 1, no truncation."""
    greedy: tuple[bool, ...]
    """Whether greedy decoding would choose the token."""
    tied: tuple[bool, ...]
    """Whether more than one token had exactly the greatest logit."""
    sampled: tuple[float, ...] = ()
    """Natural log of the chance of the whole continuation, one for each decoding."""
    statistics: TokenStatistics | None = None

    @property
    def greedy_run(self) -> int:
        """Tokens before greedy decoding first leaves the continuation."""
        return next((i for i, g in enumerate(self.greedy) if not g), len(self.greedy))


class TeacherForcing:
    """Scores continuations under a causal language model.

    Args:
        model: a `transformers` causal language model in evaluation mode.
        padding: any token; padded places never count.
        chunk_bytes: memory that one chunk of logits may take.
        decodings: ways to sample under which the chance of a continuation is wanted.
        token_statistics: whether rank, entropy and deviation of each token are wanted.

    Attributes:
        chunked: whether the output layer is applied to chunks of tokens. If the architecture does
            not let it be (checked once against the model's own logits), the model's own forward is
            used, row by row where that is needed to bound memory.
    """

    def __init__(
        self,
        model: Any,
        padding: int,
        *,
        chunk_bytes: int = CHUNK_BYTES,
        decodings: Sequence[Decoding] = (),
        token_statistics: bool = False,
    ) -> None:
        self._model = model
        self._padding = padding
        self.decodings = tuple(decodings)
        self.token_statistics = token_statistics
        # Temperatures, sorting and moments make copies of a chunk.
        self._chunk_bytes = chunk_bytes // (_COPIES if decodings or token_statistics else 1)
        self._vocabulary = int(model.config.get_text_config().vocab_size)
        self._decoder, self._head = _output_layer(model)
        self.chunked = self._head is not None and self._agrees()

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
        """The scores of one row, from its part of each column in the order of `_flat`."""
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

    def _measure(self, logits: Any, targets: Any) -> TokenColumns:
        return measure(logits, targets, self.decodings, statistics=self.token_statistics)

    def _by_chunks(self, rows: Sequence[Row]) -> Iterator[TokenColumns]:
        assert self._head is not None  # noqa: S101 - `chunked` says so
        hidden = self._decoder(input_ids=self._inputs(rows), use_cache=False).last_hidden_state
        row_of, place, targets = self._places(rows, hidden.device)
        states = hidden[row_of, place]
        del hidden
        for start in range(0, len(targets), self._chunk_tokens()):
            chunk = slice(start, start + self._chunk_tokens())
            yield self._measure(self._head(states[chunk]), targets[chunk])

    def _by_forward(self, rows: Sequence[Row]) -> Iterator[TokenColumns]:
        import torch

        keeps = "logits_to_keep" in inspect.signature(self._model.forward).parameters
        for row in rows:
            inputs = self._inputs([row])
            first, last = len(row.prompt) - 1, inputs.shape[1]
            step = self._chunk_tokens() if keeps else last - first
            for start in range(first, last, step):
                places = torch.arange(start, min(start + step, last), device=inputs.device)
                # A long continuation is run again for each chunk: time is paid for memory.
                wanted = {"logits_to_keep": places} if keeps else {}
                logits = self._model(input_ids=inputs, use_cache=False, **wanted).logits[0]
                logits = logits if keeps else logits[first:]
                expected = row.expected[start - first : start - first + len(places)]
                targets = torch.tensor(expected, device=logits.device)
                yield self._measure(logits, targets)

    def _inputs(self, rows: Sequence[Row]) -> Any:
        """Token numbers, padded on the right, where causal attention never sees the padding."""
        import torch

        sequences = [[*row.prompt, *row.expected[:-1]] for row in rows]
        longest = max(len(s) for s in sequences)
        padded = [[*s, *[self._padding] * (longest - len(s))] for s in sequences]
        return torch.tensor(padded, device=self._model.device)

    @staticmethod
    def _places(rows: Sequence[Row], device: Any) -> tuple[Any, Any, Any]:
        """(row, place whose hidden state predicts the token, token) of every expected token."""
        import torch

        row_of = [i for i, row in enumerate(rows) for _ in row.expected]
        place = [len(row.prompt) - 1 + j for row in rows for j in range(len(row.expected))]
        targets = [token for row in rows for token in row.expected]
        return tuple(torch.tensor(column, device=device) for column in (row_of, place, targets))

    def _chunk_tokens(self) -> int:
        return max(1, self._chunk_bytes // (4 * self._vocabulary))

    def _agrees(self) -> bool:
        """Whether projecting hidden states gives the model's own logits."""
        import torch

        assert self._head is not None  # noqa: S101 - asked only if there is one
        ids = torch.arange(1, 9, device=self._model.device).unsqueeze(0) % self._vocabulary
        try:
            with torch.inference_mode():
                own = self._model(input_ids=ids, use_cache=False).logits.float()
                hidden = self._decoder(input_ids=ids, use_cache=False).last_hidden_state
                projected = self._head(hidden).float().to(own.device)
        except (AttributeError, TypeError, RuntimeError):
            return False
        if own.shape != projected.shape:
            return False
        tolerance = 1e-4 if self._model.dtype in (torch.float32, torch.float64) else 2e-2
        return bool((own - projected).abs().max() <= tolerance * own.abs().max())


def _flat(columns: TokenColumns) -> tuple[Any, ...]:
    return (
        columns.logprobs, columns.greedy, columns.tied, *columns.sampled, *columns.statistics
    )  # fmt: skip


def _output_layer(model: Any) -> tuple[Any, Head | None]:
    """The decoder and the map from its hidden states to logits, as far as attributes tell.

    After the projection Gemma 2 caps logits softly (arXiv 2408.00118), Granite divides and Cohere
    multiplies them by a constant of the configuration.
    """
    import torch

    projection = model.get_output_embeddings()
    decoder = model.get_decoder() if hasattr(model, "get_decoder") else model.base_model
    if projection is None or decoder is None or decoder is model:
        return None, None
    config = model.config.get_text_config()
    cap = getattr(config, "final_logit_softcapping", None)
    scale = float(getattr(config, "logit_scale", None) or 1.0)
    scale /= float(getattr(config, "logits_scaling", None) or 1.0)

    def head(states: Any) -> Any:
        logits = projection(states.to(projection.weight.device))
        if scale != 1.0:
            logits = logits * scale
        return torch.tanh(logits / cap) * cap if cap else logits

    return decoder, head
