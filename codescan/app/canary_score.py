# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Score a set of canaries under a model, to measure memorization."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codescan.app.outcome import ExitCode
from codescan.app.progress import OnMessage, OnProgress, no_message, no_progress
from codescan.app.stored_scores import score_stored
from codescan.canaries import manifest
from codescan.canaries.measure import measure
from codescan.canaries.scoring import SAMPLED, canary_prompts, canary_scores
from codescan.protocols import Scorer
from codescan.records import Completion, Prompt, Sampling, Score, Skipped
from codescan.records.json_form import encode
from codescan.runs import RunStore
from codescan.stats.libraries import require_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from codescan.canaries.canary import CanarySet
    from codescan.canaries.results import CanaryResult
    from codescan.protocols import Model

__all__ = ["ScoreOptions", "ScoredCanaries", "score_canaries"]

RESULT = "canaries.json"
_UNMEASURED = frozenset({"batch_size", "base_url", "retries", "timeout", "concurrency"})


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """Options of `codescan canaries score`.

    Args:
        folder: folder of the set.
        model: reference of the model.
        out: run folder.
        sampled: number of fresh secrets per planted canary.
        delta: delta of the audited privacy guarantee.
        model_options: options of the model's backend, by name.
    """

    folder: Path
    model: str
    out: Path
    sampled: int = SAMPLED
    delta: float = 1e-5
    model_options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoredCanaries:
    """The result and its coverage."""

    result: CanaryResult
    scored: int
    """Secrets of the set with a score or a completion."""
    unchecked: int
    """Texts without a score or a completion."""

    @property
    def exit_code(self) -> ExitCode:
        """1 for memorized canaries, 5 if something was not scored, else 0."""
        if self.result.decision == "memorized":
            return ExitCode.FINDINGS
        is_whole = self.scored and not self.unchecked and self.result.decision != "not-measured"
        return ExitCode.NOTHING_FOUND if is_whole else ExitCode.UNCHECKED


def score_canaries(
    options: ScoreOptions,
    on_progress: OnProgress = no_progress,
    on_message: OnMessage = no_message,
) -> ScoredCanaries:
    """Score every secret of a set; a stopped run resumes and gives the same result.

    A model without log-probabilities gives greedy completions instead. This measures extraction but
    not exposure.

    Raises:
        CodescanError: something is missing or wrong; scores so far are saved.
    """
    from codescan.models import load_model
    from codescan.models.loading.resolve import check_model

    require_libraries()
    canaries = manifest.read_set(options.folder)
    manifest.verify_signature(options.folder)
    check_model(options.model, **options.model_options)
    settings = {
        "kind": "canary-score",
        "model": options.model,
        "model_options": {k: v for k, v in options.model_options.items() if k not in _UNMEASURED},
        "canaries": manifest.digest(options.folder),
        "sampled": options.sampled,
        "delta": options.delta,
    }
    with RunStore(options.out) as store:
        store.check(settings)
        model = load_model(options.model, **options.model_options, progress=on_message)
        hash_ = store.settle({**settings, "model_identity": model.describe()})
        _ask(store, model, canaries, options.sampled, on_progress)
        scores = canary_scores(_answers(store, canaries))
        run = {**store.settings(), "settings_hash": hash_}
        result = replace(measure(canaries, scores, delta=options.delta), run=run)
        scored = ScoredCanaries(result, len(scores.own), sum(result.skipped.values()))
        store.write(RESULT, json.dumps(encode(result), indent=2, sort_keys=True) + "\n")
    return scored


def _ask(
    store: RunStore, model: Model, canaries: CanarySet, sampled: int, on_progress: OnProgress
) -> None:
    """Store scores, or completions if the model gives no log-probabilities."""
    prompts = canary_prompts(canaries, sampled=sampled)
    if isinstance(model, Scorer):
        score_stored(store, prompts, model, lambda done, total: on_progress("Scoring", done, total))
        if next(store.scores(), None) is not None:
            return
    elif not store.prompts_drawn:
        store.add_prompts(prompts)
    planned = [entry.canary.id for entry in canaries.entries]
    missing = [
        prompt
        for name in planned
        if (prompt := store.prompt(name)) is not None and not store.done(prompt.id)
    ]
    longest = max((len(prompt.expected) for prompt in missing), default=0)
    sampling = Sampling(max_new_tokens=max(16, longest))
    for start in range(0, len(missing), 64):
        store.save(model.generate(missing[start : start + 64], sampling))
        on_progress("Prompting", min(start + 64, len(missing)), len(missing))


def _answers(store: RunStore, canaries: CanarySet) -> Iterator[Score | Skipped]:
    """The scores, or whether greedy completions begin with the secrets."""
    scores = list(store.scores())
    if scores:
        yield from scores
        yield from store.skipped()
        return
    prompts: dict[str, Prompt] = {prompt.id: prompt for prompt in store.prompts()}
    for completion in store.unordered_completions():
        yield _as_score(completion, prompts[completion.prompt_id].expected)
    own = {entry.canary.id for entry in canaries.entries}
    yield from (s for s in store.skipped() if s.stage == "elicit" and s.item in own)


def _as_score(completion: Completion, secret: str) -> Score:
    """A completion as a score without a log-probability."""
    is_extracted = completion.text.startswith(secret)
    return Score(
        prompt_id=completion.prompt_id,
        model=completion.model,
        tokens=1,
        greedy_run=int(is_extracted),
        logprob=float("nan"),
    )
