# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Greedy flags only; stops at the first token that greedy decoding does not choose.

Greedy decoding differs from most true continuations within the first tokens. Each continuation is
therefore checked in growing parts against the cached prompt, and only rows that agree so far
continue. The first differing token is exact; the probability of the rest is not computed. Hidden
states are projected onto the vocabulary only as far as a row agrees, because the projection is half
of a small model's work.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from codescan.models.scoring.token_rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.models.scoring.teacher_forcing import TeacherForcing

__all__ = ["FIRST", "EarlyExit", "Flag"]

_PARTS = (2, 4, 18, 40)
"""Tokens of the continuation checked per step; the last size is repeated."""
_REREAD = (2, 8)
"""The same without a cache; after these sizes, all remaining tokens are checked."""
_MANY = 0.5
"""If more than this share of rows is left, the rest is checked at once."""
FIRST = _PARTS[0]
"""Tokens of the continuation that are checked together with the prompt."""
_PROJECTED = (1, 1, 2, 4, 16, 40)
"""Tokens of a part that are projected at a time; the last size is repeated."""
_LEAST_FED, _LEAST_PROJECTED = {"cuda": 2048}, {"cuda": 512}
"""Minimum tokens over all rows per call; fewer take the same time on this device."""


class Flag(NamedTuple):
    """Agreement of greedy decoding with a continuation."""

    run: int
    """Number of tokens before the first difference; all tokens if there is none."""
    ties: int
    """Number of tokens up to there with a tie within rounding."""


@dataclass(slots=True)
class _Batch:
    """The rows of a batch with their state."""

    rows: Sequence[Row]
    runs: list[int] = field(default_factory=list)
    ties: list[int] = field(default_factory=list)
    alive: list[int] = field(default_factory=list)
    """Rows that agree so far and are not finished, in ascending order."""

    def __post_init__(self) -> None:
        self.runs = [0] * len(self.rows)
        self.ties = [0] * len(self.rows)
        self.alive = list(range(len(self.rows)))

    def flags(self) -> list[Flag]:
        return [Flag(run, ties) for run, ties in zip(self.runs, self.ties, strict=True)]


class EarlyExit:
    """Compute the greedy flags of continuations.

    Args:
        teacher: teacher forcing of the model, with `chunked`.
        model: the same `transformers` model.
        padding: any token; padded positions are ignored.
    """

    def __init__(self, teacher: TeacherForcing, model: Any, padding: int) -> None:
        self._teacher = teacher
        self._model = model
        self._padding = padding

    def flags(self, rows: Sequence[Row], *, early: bool = True) -> list[Flag]:
        """The flag of each row, in order.

        Args:
            rows: one batch.
            early: drop rows early; otherwise all tokens are checked at once. The flags are equal,
                except for rounding at counted `ties`.
        """
        import torch

        batch = _Batch(rows)
        with torch.inference_mode():
            if early and self._teacher.compiled:
                self._from_the_start(batch)
            elif early and self.continues:
                self._in_parts(batch)
            else:
                self._at_once(batch)
        return batch.flags()

    @cached_property
    def continues(self) -> bool:
        """Whether the model continues correctly from a cache of some rows of a batch.

        Tested once. Other models check all tokens at once.
        """
        import torch

        count = min(64, self._teacher.vocabulary)
        prompts = [[1 % count, 2 % count, 3 % count], [3 % count], [2 % count, 5 % count]]
        more = [[4 % count, 6 % count]] * 2
        whole = [[*prompts[0], *more[0]], [*prompts[2], *more[1]]]
        decoder = self._teacher.decoder
        try:
            with torch.inference_mode():
                steps = _Steps(decoder, self._model.device, self._padding, prompts)
                steps.feed(prompts)
                steps.keep([0, 2])
                logits = steps.feed(more)[:, -1]
                for row, state in zip(whole, logits, strict=True):
                    ids = torch.tensor([row], device=self._model.device)
                    own = decoder(input_ids=ids, use_cache=False).last_hidden_state[0, -1]
                    if not _close(own.float(), state.float(), self._model.dtype):
                        return False
        except (AttributeError, TypeError, RuntimeError, ValueError, LookupError):
            return False
        return True

    def _in_parts(self, batch: _Batch) -> None:
        rows = batch.rows
        longest = max(len(row.expected) for row in rows)
        steps = _Steps(
            self._teacher.decoder, self._model.device, self._padding, [r.prompt for r in rows]
        )
        sizes = chain(_PARTS, repeat(_PARTS[-1]))
        start, stop = 0, min(self._part(next(sizes), batch), longest)
        # What predicts the token at a place is the state of the one before it.
        states = steps.feed([[*row.prompt, *row.expected[: stop - 1]] for row in rows], stop)
        while True:
            fed = batch.alive
            self._check(batch, states, start, stop)
            if not batch.alive:
                return
            places = {row: place for place, row in enumerate(fed)}
            steps.keep([places[row] for row in batch.alive])
            start, stop = stop, min(stop + self._part(next(sizes), batch), longest)
            states = steps.feed([rows[i].expected[start - 1 : stop - 1] for i in batch.alive])

    def _at_once(self, batch: _Batch) -> None:
        self._read(batch, 0, max(len(row.expected) for row in batch.rows))

    def _from_the_start(self, batch: _Batch) -> None:
        """Check without a cache: compiled passes have none, and are fast enough to reread rows."""
        longest = max(len(row.expected) for row in batch.rows)
        start = 0
        for part in _REREAD:
            fed = len(batch.alive)
            stop = min(start + self._part(part, batch), longest)
            self._read(batch, start, stop)
            start = stop
            if not batch.alive:
                return
            if len(batch.alive) > _MANY * fed:
                break
        self._read(batch, start, longest)

    def _part(self, size: int, batch: _Batch) -> int:
        """The next tokens of each remaining row, at least `size`."""
        least = _LEAST_FED.get(self._model.device.type, 1)
        return max(size, least // len(batch.alive))

    def _read(self, batch: _Batch, start: int, stop: int) -> None:
        """Run the remaining rows up to a token and check them from `start` on."""
        rows = [batch.rows[row] for row in batch.alive]
        hidden = self._teacher.hidden([Row(row.prompt, row.expected[:stop]) for row in rows])
        self._check(batch, hidden, start, stop, [len(row.prompt) - 1 + start for row in rows])

    def _check(
        self,
        batch: _Batch,
        states: Any,
        start: int,
        stop: int,
        firsts: Sequence[int] | None = None,
    ) -> None:
        """Compare the tokens `start` to `stop` of each remaining row with the model's choice.

        Args:
            batch: the batch; `alive` gives the order of rows.
            states: [remaining rows, positions, width].
            start: first token.
            stop: after the last token.
            firsts: position of the state that predicts token `start` of each remaining row; 0 if
                not given.
        """
        import torch

        place_of = {row: place for place, row in enumerate(batch.alive)}
        offset = firsts or [0] * len(place_of)
        device = states.device
        least = _LEAST_PROJECTED.get(device.type, 1)
        sizes = chain(_PROJECTED, repeat(_PROJECTED[-1]))
        end = start
        while batch.alive and end < stop:
            begin, end = end, end + max(next(sizes), least // len(batch.alive))
            pending_tokens = [
                (row, token)
                for row in batch.alive
                for token in range(begin, min(end, stop, len(batch.rows[row].expected)))
            ]
            if not pending_tokens:
                return
            index = [place_of[row] for row, _ in pending_tokens]
            column = [offset[place_of[row]] + token - start for row, token in pending_tokens]
            picked = states[torch.tensor(index, device=device), torch.tensor(column, device=device)]
            targets = torch.tensor(
                [batch.rows[r].expected[t] for r, t in pending_tokens], device=device
            )
            columns = self._teacher.measured(picked, targets, flags_only=True)
            self._update(batch, pending_tokens, columns.greedy.tolist(), columns.tied.tolist())

    @staticmethod
    def _update(
        batch: _Batch, pending_tokens: list[tuple[int, int]], greedy: list[bool], tied: list[bool]
    ) -> None:
        diverged = set()
        for (row, _), chosen, near in zip(pending_tokens, greedy, tied, strict=True):
            if row in diverged:
                continue
            batch.ties[row] += near
            if chosen:
                batch.runs[row] += 1
            else:
                diverged.add(row)
        batch.alive = [
            row
            for row in batch.alive
            if row not in diverged and batch.runs[row] < len(batch.rows[row].expected)
        ]


def _close(one: Any, other: Any, dtype: Any) -> bool:
    import torch

    tolerance = 1e-3 if dtype in (torch.float32, torch.float64) else 5e-2
    return bool((one - other).abs().max() <= tolerance * one.abs().max())


class _Steps:
    """Run a decoder on rows part by part, with cached keys and values.

    Prompts of unequal length are padded on the left, so that all rows continue at the same
    position. Padding is masked.

    Args:
        decoder: decoder of a `transformers` model.
        device: device of its inputs.
        padding: any token.
        prompts: prompt of each row.
    """

    def __init__(
        self, decoder: Any, device: Any, padding: int, prompts: Sequence[Sequence[int]]
    ) -> None:
        import torch

        self._decoder = decoder
        self._device = device
        self._padding = padding
        self._cache: Any = None
        # transformers 5 removes the older name.
        accepted = inspect.signature(decoder.forward).parameters
        self._cache_name = "cache" if "cache" in accepted else "past_key_values"
        longest = max(map(len, prompts))
        gaps = [longest - len(prompt) for prompt in prompts]
        self._gaps = gaps if any(gaps) else None
        # Zeros for padding so far; what is fed later is never masked.
        self._mask = torch.tensor([[0] * gap + [1] * (longest - gap) for gap in gaps])
        self._fed = 0

    def feed(self, parts: Sequence[Sequence[int]], last: int = 0) -> Any:
        """Hidden states of the `last` positions of each row's next tokens; of all by default.

        Shorter rows are padded on the right; padding is never read.
        """
        import torch

        gaps = self._gaps if self._gaps and not self._fed else [0] * len(parts)
        width = max(gap + len(part) for gap, part in zip(gaps, parts, strict=True))
        if not self._fed:
            # All prompts end at one place; what follows them may be of unequal length.
            width = max(width, self._mask.shape[1] + last - 1)
        padded = [
            [
                *[self._padding] * gap,
                *part,
                *[self._padding] * (width - gap - len(part)),
            ]
            for gap, part in zip(gaps, parts, strict=True)
        ]
        # Lists become arrays several times as fast as tensors.
        ids = torch.from_numpy(np.array(padded, dtype=np.int64)).to(self._device)
        more: dict[str, Any] = {}
        if self._gaps is not None:
            known = self._mask.shape[1]
            ones = torch.ones(len(parts), max(0, self._fed + width - known), dtype=torch.long)
            self._mask = torch.cat([self._mask, ones], dim=1)
            places = (self._mask.cumsum(dim=1) - 1).clamp(min=0)[:, -width:]
            more = {
                "attention_mask": self._mask.to(self._device),
                "position_ids": places.to(self._device),
            }
        output = self._decoder(
            input_ids=ids, use_cache=True, **{self._cache_name: self._cache}, **more
        )
        self._cache = output[self._cache_name]
        self._fed += width
        return output.last_hidden_state[:, -last:] if last else output.last_hidden_state

    def keep(self, places: Sequence[int]) -> None:
        """Continue with some of the rows only."""
        import torch

        chosen = torch.tensor(places, device=self._device)
        self._cache.batch_select_indices(chosen)
        self._mask = self._mask[torch.tensor(places)]
        if self._gaps is not None:
            self._gaps = [self._gaps[place] for place in places]
