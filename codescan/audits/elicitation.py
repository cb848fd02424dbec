# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The resumable steps of an audit: elicit completions, score continuations, and match.

Results that cost model time are stored before use. Matching is a pure function of the run folder
and an index, and is repeated. Each step computes only what the folder lacks, so a killed run
resumes by running all steps again.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

from msgspec.structs import replace

from codescan.audits import service_drift
from codescan.audits.multi_turn import FOLDER, Continued
from codescan.pipeline import elicit, scan, snippets_of
from codescan.records import (
    Completion,
    Finding,
    Prompt,
    Sampling,
    Score,
    Skipped,
    Snippet,
    Suppressed,
)

if TYPE_CHECKING:
    from codescan.audits.multi_turn import Iterative
    from codescan.matchers.matching import Matching
    from codescan.protocols import Model, Scorer
    from codescan.runs import RunReader, RunStore

__all__ = [
    "AsksApart",
    "CompletionSaver",
    "Matched",
    "Watch",
    "ask",
    "is_scored",
    "match",
    "rate_continuations",
    "watched",
]

T = TypeVar("T")

_WINDOW = 4096  # prompts handed to a model at a time: how many it takes at once is for it to say
_SAVING = 0.02  # share of the time that may go into commits
_MATCH_BATCH = 256  # completions whose snippets are matched in one go

Watch = Callable[[str, int, int | None], None]
"""Progress callback: name of the step, finished units, total units (None: unknown)."""


class _Saver:
    """Commit results as they arrive, at a negligible share of the time.

    Results arrive in bursts, one per batch of a model. A result is committed at once while commits
    have taken a small share of the time; otherwise several are committed together. A killed process
    loses the current batch and little more than fifty times the duration of a commit.
    """

    def __init__(self, store: RunStore, model: object) -> None:
        self._store = store
        self._model = model
        self._fresh: list[Completion | Score | Skipped] = []
        self._begun = time.monotonic()
        self._spent = 0.0

    def add(self, item: Completion | Score | Skipped) -> None:
        """Add a result, and commit if it is time."""
        self._fresh.append(item)
        if self._spent <= _SAVING * (time.monotonic() - self._begun):
            self.commit()

    def commit(self) -> None:
        """Commit the results so far."""
        begun = time.monotonic()
        if self._fresh:
            self._store.save(self._fresh)
            service_drift.keep(self._model, self._store)
        self._fresh.clear()
        self._spent += time.monotonic() - begun


@runtime_checkable
class AsksApart(Protocol):
    """A model that requests, and pays for, each completion separately."""

    def leave_out(self, completed: Mapping[str, frozenset[int]]) -> None:
        """Mark completions not to request again: by prompt id, their indices."""
        ...


class CompletionSaver:
    """The run folder as a `codescan.pipeline.CompletionStore`.

    Args:
        store: the run folder.
        model: the model that generates.
        count: completions per prompt.
        on_completion: called with each result.
    """

    def __init__(
        self,
        store: RunStore,
        model: Model,
        count: int,
        on_completion: Callable[[Completion | Skipped], None],
    ) -> None:
        self._store = store
        self._count = count
        self._on_completion = on_completion
        self._saver = _Saver(store, model)

    def is_done(self, prompt_id: str) -> bool:
        """Whether every completion of a prompt is stored, or the model has skipped it."""
        return self._store.done(prompt_id, self._count)

    def add(self, item: Completion | Skipped) -> None:
        """Add a result; commits as often as the cost is negligible."""
        self._saver.add(item)
        self._on_completion(item)

    def commit(self) -> None:
        """Durably store all results so far."""
        self._saver.commit()


def _leave_out_stored(model: Model, store: RunStore, prompts: Sequence[Prompt], count: int) -> None:
    """Tell a model that is paid per completion which completions are already stored."""
    if count > 1 and isinstance(model, AsksApart):
        stored = {prompt.id: store.numbers_of(prompt.id) for prompt in prompts}
        model.leave_out({key: numbers for key, numbers in stored.items() if numbers})


@dataclass(slots=True)
class Matched:
    """Findings in the completions of a run."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Full text of each snippet that has a finding, by snippet id."""
    prompt_ids: set[str] = field(default_factory=set)
    """Prompts whose completions have a finding."""
    completion_of: dict[str, str] = field(default_factory=dict)
    """Completion id of each snippet that has a finding, by snippet id."""


def match(
    store: RunReader,
    matching: Matching,
    watch: Watch,
    *,
    step: str = "match completions",
    name_functions: bool = True,
) -> Matched:
    """Match every stored completion; a pure function of the run folder and the index.

    Args:
        store: prompts and completions.
        matching: the index and its matchers.
        watch: progress callback.
        step: name of the step for `watch`.
        name_functions: whether findings name their functions.
    """
    matched = Matched()
    total = store.counts()["completions"]
    matched_count = 0
    watch(step, matched_count, total)
    for batch in _batches(store.completions(), _MATCH_BATCH):
        origin: dict[str, tuple[Completion, Snippet]] = {}
        snippets = _snippets(store, batch, origin)
        for item in scan(
            snippets, matching.index, matching.matchers, name_functions=name_functions
        ):
            if isinstance(item, Finding):
                completion, snippet = origin[item.snippet_id]
                prompt = store.prompt(completion.prompt_id)
                arm = prompt.arm if prompt is not None else item.arm
                finding = replace(item, arm=arm, prompt_id=completion.prompt_id)
                matched.findings.append(finding)
                if prompt is not None:
                    matched.prompt_ids.add(prompt.id)
                matched.completion_of[snippet.id] = completion.id
                matched.texts[snippet.id] = _display_text(completion, snippet)
            elif isinstance(item, Suppressed):
                matched.suppressed.append(item)
            else:
                matched.skipped.append(item)
        matched_count += len(batch)
        watch(step, matched_count, total)
    return matched


def _snippets(
    store: RunReader,
    completions: Iterable[Completion],
    origin: dict[str, tuple[Completion, Snippet]],
) -> Iterator[Snippet]:
    """The snippets of completions; fills `origin` with the source of each."""
    for completion in completions:
        for snippet in snippets_of(completion, store.prompt(completion.prompt_id)):
            origin[snippet.id] = completion, snippet
            yield snippet


def _display_text(completion: Completion, snippet: Snippet) -> str:
    """The whole completion if the snippet's offsets are valid in it, else the snippet."""
    if len(completion.text.encode("utf-8", "replace")) == len(snippet.content):
        return completion.text
    return snippet.content.decode("utf-8", "replace")


def watched(items: Iterable[T], watch: Watch, step: str) -> Iterator[T]:
    """Yield the items and report each to `watch`."""
    for number, item in enumerate(items, start=1):
        watch(step, number, None)
        yield item


def ask(
    model: Model,
    sampling: Sampling,
    store: RunStore,
    watch: Watch,
    *,
    iterative: Mapping[str, Iterative] | None = None,
    step: str = "ask the model",
) -> None:
    """Generate the completions that the run folder lacks.

    Args:
        model: the model.
        sampling: sampling settings.
        store: prompts and completions.
        watch: progress callback.
        iterative: multi-turn strategies by name.
        step: name of the step for `watch`.

    Raises:
        ModelError: the model failed; its completions so far are saved.
    """
    count = sampling.count
    pending = sum(not store.done(prompt.id, count) for prompt in store.prompts())
    if not pending:
        return
    total = store.counts()["prompts"] * count
    completed = total - pending * count
    watch(step, completed, total)

    def came(item: Completion | Skipped) -> None:
        nonlocal completed
        completed = min(completed + (count if isinstance(item, Skipped) else 1), total)
        watch(step, completed, total)

    answering = Continued(model, iterative, store.path / FOLDER) if iterative else model
    saver = CompletionSaver(store, model, count, came)
    for prompts in _batches(store.prompts(), max(1, _WINDOW // count)):
        _leave_out_stored(model, store, prompts, count)
        for _item in elicit(prompts, answering, sampling, saver, batch=len(prompts)):
            pass


def rate_continuations(
    scorer: Scorer,
    prompts: Callable[[], Iterable[Prompt]],
    store: RunStore,
    watch: Watch,
    *,
    step: str = "score true continuations",
) -> None:
    """Score the prompts without a score in the run folder, and save scores as they arrive.

    Args:
        scorer: the model that scores.
        prompts: prompts to score; iterated twice.
        store: the run folder.
        watch: progress callback.
        step: name of the step for `watch`.
    """
    missing = sum(not store.scored(prompt.id) for prompt in prompts())
    if not missing:
        return
    watch(step, 0, missing)
    unscored = (prompt for prompt in prompts() if not store.scored(prompt.id))
    came = itertools.count(1)
    for window in _batches(unscored, _WINDOW):
        saver = _Saver(store, scorer)
        try:
            for item in scorer.score(window):
                saver.add(item)
                watch(step, min(next(came), missing), missing)
        finally:
            saver.commit()


def is_scored(prompt: Prompt) -> bool:
    """Whether to score the continuation of a prompt.

    Only continuations cut at model tokens, which have equal length, and those given by the user.
    The rest of a whole function or file would not be comparable.
    """
    return bool(prompt.expected_tokens or (prompt.expected and not prompt.document_id))


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
