# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The steps of an audit that a run folder remembers: asking, scoring, and matching what is there.

What costs model time is stored before it is used; matching is a pure function of the run folder
and an index, and is done again. Each step does what the folder lacks, so that a run that was killed
in any of them is taken up by doing them all again.
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
"""Told of progress: name of the step, units done, units in all (None: not known)."""


class _Saver:
    """Commits results as they come, as often as costs next to nothing.

    Results come in bursts, one for each batch of a model, and nobody knows which is the last of a
    burst. So each is committed as long as commits have taken a small share of the time: of a slow
    model at once, of a fast one some at a time. A process that is killed loses the batch that is
    under way and not much more than fifty times what a commit takes.
    """

    def __init__(self, store: RunStore, model: object) -> None:
        self._store = store
        self._model = model
        self._fresh: list[Completion | Score | Skipped] = []
        self._begun = time.monotonic()
        self._spent = 0.0

    def add(self, item: Completion | Score | Skipped) -> None:
        """Take a result, and commit what has come if it is time."""
        self._fresh.append(item)
        if self._spent <= _SAVING * (time.monotonic() - self._begun):
            self.commit()

    def commit(self) -> None:
        """Commit what has come."""
        begun = time.monotonic()
        if self._fresh:
            self._store.save(self._fresh)
            service_drift.keep(self._model, self._store)
        self._fresh.clear()
        self._spent += time.monotonic() - begun


@runtime_checkable
class AsksApart(Protocol):
    """A model of which each answer is asked for, and paid for, by itself."""

    def leave_out(self, completed: Mapping[str, frozenset[int]]) -> None:
        """Do not ask for these answers: by prompt id, their indices."""
        ...


class CompletionSaver:
    """The run folder as eliciting sees it: `codescan.pipeline.CompletionStore`.

    Args:
        store: the run folder.
        model: that is asked in the end.
        count: completions of each prompt.
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
        """Take a result; results are committed as often as costs next to nothing."""
        self._saver.add(item)
        self._on_completion(item)

    def commit(self) -> None:
        """Store durably every result taken so far."""
        self._saver.commit()


def _leave_out_stored(model: Model, store: RunStore, prompts: Sequence[Prompt], count: int) -> None:
    """Tell a model that is paid by the completion which ones are stored already."""
    if count > 1 and isinstance(model, AsksApart):
        stored = {prompt.id: store.numbers_of(prompt.id) for prompt in prompts}
        model.leave_out({key: numbers for key, numbers in stored.items() if numbers})


@dataclass(slots=True)
class Matched:
    """The matches of a run's completions."""

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
        watch: told of progress.
        step: what progress is called.
        name_functions: whether findings name the functions that they lie in.
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
    """The snippets of completions; `origin` learns where each came from."""
    for completion in completions:
        for snippet in snippets_of(completion, store.prompt(completion.prompt_id)):
            origin[snippet.id] = completion, snippet
            yield snippet


def _display_text(completion: Completion, snippet: Snippet) -> str:
    """The whole answer where the snippet's offsets are valid in it, else the snippet."""
    if len(completion.text.encode("utf-8", "replace")) == len(snippet.content):
        return completion.text
    return snippet.content.decode("utf-8", "replace")


def watched(items: Iterable[T], watch: Watch, step: str) -> Iterator[T]:
    """The items, each told to `watch`."""
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
    """Ask a model for the completions that the run folder lacks.

    Args:
        model: who is asked.
        sampling: how.
        store: prompts, and where answers are kept.
        watch: told of progress.
        iterative: by name, strategies that ask again, depending on what was answered.
        step: what progress is called.

    Raises:
        ModelError: the model cannot go on; what it has given so far is saved.
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
    """Score the prompts that have no score in the run folder yet, and save as scores come.

    Args:
        scorer: who rates.
        prompts: read twice.
        store: the run folder.
        watch: told of progress.
        step: what progress is called.
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
    """Whether the continuation of a prompt is one to be scored.

    Only those that were cut at model tokens, so that all are equally long, and those that the
    user wrote: the rest of a whole function or file would not be comparable.
    """
    return bool(prompt.expected_tokens or (prompt.expected and not prompt.document_id))


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
