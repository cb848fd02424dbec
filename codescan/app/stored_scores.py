# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Score prompts in batches that stay the same when a run is resumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.records import Prompt, Skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codescan.protocols import Scorer
    from codescan.runs import RunStore

__all__ = ["score_stored"]

_CHUNK = 64
"""Number of prompts that are committed together."""


def score_stored(
    store: RunStore, prompts: Iterable[Prompt], scorer: Scorer, on_score: Callable[[int, int], None]
) -> None:
    """Score every prompt without a stored score.

    Prompts are divided into chunks by length, and an uncommitted chunk is scored again from its
    start. A resumed run therefore has the same batches and the same result.

    Args:
        store: store of the run; the prompts are stored first.
        prompts: prompts with their true continuations.
        scorer: the model.
        on_score: called with the numbers of finished and total prompts.
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
