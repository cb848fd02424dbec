# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Scores prompts in batches that are the same whenever a run is continued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.records import Prompt, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codescan.protocols import Scorer
    from codescan.runs import RunStore

__all__ = ["score_stored"]

_CHUNK = 64
"""Prompts that are committed together."""


def score_stored(
    store: RunStore, prompts: Iterable[Prompt], scorer: Scorer, on_score: Callable[[int, int], None]
) -> None:
    """Score every prompt that the store lacks a score for.

    Prompts are divided into chunks by length, and a chunk that was not committed is scored again
    from its start. So every batch is the same in a run that was stopped, and so is its result.

    Args:
        store: of the run; its prompts are stored first.
        prompts: with their true continuations.
        scorer: the model.
        on_score: called with the prompts done and their total.
    """
    if not store.prompts_drawn:
        store.add_prompts(prompts)
    ordered = sorted(store.prompts(), key=lambda p: (len(p.text) + len(p.expected), p.id))
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        if not all(store.scored(prompt.id) for prompt in chunk):
            results = list(scorer.score(chunk))
            answered = {r.item if isinstance(r, Skipped) else r.prompt_id for r in results}
            results += [
                Skipped(prompt.id, "score", "error", "the model returned no score")
                for prompt in chunk
                if prompt.id not in answered
            ]
            store.save(results)
        on_score(min(start + _CHUNK, len(ordered)), len(ordered))
