# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reading a run for a report: each table once.

A report has a dozen measures, and each goes through the prompts with their completions and scores.
So a run is read into memory once; one that is too large for that is read again by each measure.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.records import Completion, Prompt, Score, Skipped
    from codescan.runs.store import RunStore

__all__ = ["RunReader", "RunSnapshot", "read_run"]

_HELD_BYTES = 256 << 20
"""Size of a run database up to which it is held in memory."""


class RunReader(Protocol):
    """A run as its measures read it: a `RunStore`, or a snapshot of one."""

    @property
    def path(self) -> Path:
        """The run folder."""
        ...

    def prompts(self) -> Iterator[Prompt]:
        """Every prompt, in the order drawn."""
        ...

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt of an id; None if the run has no such prompt."""
        ...

    def completions(self) -> Iterator[Completion]:
        """Every completion, by prompt in the order drawn, then by index."""
        ...

    def completions_of(self, prompt_id: str) -> list[Completion]:
        """The completions of one prompt, by index."""
        ...

    def score_of(self, prompt_id: str) -> Score | None:
        """The score of one prompt; None if it has none."""
        ...

    def skipped(self) -> Iterator[Skipped]:
        """Every skip, in a stable order."""
        ...

    def note(self, key: str) -> object:
        """The note under a key; None if there is none."""
        ...

    def counts(self) -> dict[str, int]:
        """Number of stored prompts, completions, scores and skips."""
        ...


class RunSnapshot:
    """The records of a run at one moment, in memory."""

    def __init__(self, store: RunStore) -> None:
        self.path = store.path
        self._prompts = {prompt.id: prompt for prompt in store.prompts()}
        self._completions: dict[str, list[Completion]] = defaultdict(list)
        for completion in store.unordered_completions():
            self._completions[completion.prompt_id].append(completion)
        for completions in self._completions.values():
            completions.sort(key=lambda completion: completion.index)
        self._scores = {score.prompt_id: score for score in store.scores()}
        self._skipped = tuple(store.skipped())
        self._notes = store.notes()
        self._counts = store.counts()

    def prompts(self) -> Iterator[Prompt]:
        """Every prompt, in the order drawn."""
        return iter(self._prompts.values())

    def prompt(self, prompt_id: str) -> Prompt | None:
        """The prompt of an id; None if the run has no such prompt."""
        return self._prompts.get(prompt_id)

    def completions(self) -> Iterator[Completion]:
        """Every completion, by prompt in the order drawn, then by index."""
        for prompt_id in self._prompts:
            yield from self._completions.get(prompt_id, ())

    def completions_of(self, prompt_id: str) -> list[Completion]:
        """The completions of one prompt, by index."""
        return list(self._completions.get(prompt_id, ()))

    def score_of(self, prompt_id: str) -> Score | None:
        """The score of one prompt; None if it has none."""
        return self._scores.get(prompt_id)

    def skipped(self) -> Iterator[Skipped]:
        """Every skip, in a stable order."""
        return iter(self._skipped)

    def note(self, key: str) -> object:
        """The note under a key; None if there is none."""
        return self._notes.get(key)

    def counts(self) -> dict[str, int]:
        """Number of stored prompts, completions, scores and skips."""
        return dict(self._counts)


def read_run(store: RunStore) -> RunReader:
    """The run as its measures read it; a snapshot unless it is too large for memory."""
    return RunSnapshot(store) if store.database_bytes() <= _HELD_BYTES else store
