# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One audit from prompts to report, in steps that a killed run can take up again.

draw -> elicit -> score -> match -> report. What costs model time (elicit, score) is stored in the
run folder before it is used; the rest is cheap and done anew. The parts come from outside: this
module knows no backend, no strategy and no index by name, and prints nothing.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from codescan.audits.agreement import agreement_statistics
from codescan.audits.arms import UNSEEN
from codescan.audits.extraction import extraction_statistics
from codescan.audits.self_test import in_words, self_test
from codescan.audits.statistics import Rate, rate
from codescan.errors import UsageError
from codescan.protocols import Model, Scorer
from codescan.records import (
    Completion,
    Finding,
    Prompt,
    Report,
    Sampling,
    Score,
    Skipped,
    Snippet,
    Suppressed,
)

if TYPE_CHECKING:
    from codescan.audits.planting import Planted
    from codescan.runs import RunStore

__all__ = [
    "AuditParts",
    "Elicit",
    "Kept",
    "Matched",
    "SavedAsItComes",
    "Watch",
    "match_completions",
    "run_audit",
]

T = TypeVar("T")

_ELICIT_BATCH = 4096  # prompts in memory at a time
_SAVE_SECONDS = 2.0  # between two commits while a model answers
_SCORE_BATCH = 64  # prompts handed to a scorer at a time, and saved together
_MATCH_BATCH = 256  # completions whose snippets are matched in one go

Watch = Callable[[str, int, int | None], None]
"""Told of progress: name of the step, units done, units in all (None: not known)."""


class Elicit(Protocol):
    """`codescan.pipeline.elicit`: asks for what the store lacks, and saves it batch by batch."""

    def __call__(
        self, prompts: Sequence[Prompt], model: Model, sampling: Sampling, store: Kept
    ) -> Iterator[Completion | Skipped]:
        """Yield each new completion once it is saved."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A run folder as eliciting sees it: `codescan.pipeline.CompletionStore`."""

    store: RunStore
    count: int
    """Completions for each prompt."""

    def is_done(self, prompt_id: str) -> bool:
        """Whether every completion of a prompt is stored, or the model has skipped it."""
        return self.store.done(prompt_id, self.count)

    def add(self, items: Sequence[Completion | Skipped]) -> None:
        """Commit a batch."""
        self.store.save(items)


@dataclass(frozen=True, slots=True)
class AuditParts:
    """What an audit is made of."""

    model: Model
    sampling: Sampling
    draw: Callable[[], Iterable[Prompt | Skipped]]
    """Draws the prompts; deterministic, called when the run has not stored them all."""
    elicit: Elicit
    snippets_of: Callable[[Completion, Prompt | None], Iterable[Snippet]]
    """`codescan.pipeline.snippets_of`."""
    scan: Callable[[Iterable[Snippet]], Iterable[Finding | Suppressed | Skipped]]
    """`codescan.pipeline.scan`, bound to an index."""
    notes: Callable[[], Mapping[str, object]] = dict
    """What the statistics must know of the drawing; asked for when it is done."""
    planted: Callable[[], Iterable[Planted]] | None = None
    """Texts that test the matcher; None does without the test."""


class SavedAsItComes:
    """A model whose answers are saved every few seconds, and whenever it is stopped.

    A batch may take many minutes; no answer of it is lost when the program is interrupted, when
    the model fails half way, or, but for the last seconds, when the process is killed.

    Args:
        model: who answers.
        store: where to.
        came: told of each answer.
    """

    def __init__(
        self, model: Model, store: RunStore, came: Callable[[Completion | Skipped], None]
    ) -> None:
        self._model = model
        self._store = store
        self._came = came
        self.name = model.name
        self.tokenizer = model.tokenizer

    def generate(
        self, prompts: Sequence[Prompt], sampling: Sampling
    ) -> Iterator[Completion | Skipped]:
        """Yield what the model yields."""
        fresh: list[Completion | Skipped] = []
        due = time.monotonic() + _SAVE_SECONDS
        try:
            for item in self._model.generate(prompts, sampling):
                fresh.append(item)
                if time.monotonic() >= due:
                    self._store.save(fresh)
                    fresh.clear()
                    due = time.monotonic() + _SAVE_SECONDS
                self._came(item)
                yield item
        finally:
            self._store.save(fresh)

    def describe(self) -> dict[str, object]:
        """What the model says of itself."""
        return self._model.describe()


@dataclass(slots=True)
class Matched:
    """What matching the completions of a run found."""

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Suppressed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Full text of each snippet that has a finding, by snippet id."""
    completion_of: dict[str, str] = field(default_factory=dict)
    """Completion id of each snippet that has a finding, by snippet id."""


def run_audit(
    parts: AuditParts,
    store: RunStore,
    *,
    tool: Mapping[str, object],
    run: Mapping[str, object],
    index: Mapping[str, object],
    watch: Watch = lambda _step, _done, _total: None,
) -> Report:
    """Do what the run folder lacks, then match and report everything it holds.

    Args:
        parts: model, prompts and matching.
        store: the run folder, its settings settled.
        tool: name and version, for the report.
        run: the settings, for the report.
        index: what was matched against, for the report.
        watch: told of progress.

    Raises:
        UsageError: no prompt could be drawn.
        ModelError: the model cannot go on; what it has given so far is saved.
        OutputError: the run folder cannot be written.
    """
    if not store.prompts_drawn:
        watch("draw prompts", 0, None)
        if store.add_prompts(_watched(parts.draw(), watch, "draw prompts"), parts.notes) == 0:
            raise UsageError(
                "no prompt could be drawn from this corpus",
                "try other strategies with --prompts, a larger corpus, or --prompt-file",
            )
    _elicit(parts, store, watch)
    if isinstance(parts.model, Scorer):
        _score(parts.model, store, watch)
    matched = match_completions(parts, store, watch)
    statistics = extraction_statistics(
        store,
        matched.findings,
        matched.completion_of,
        scorer=isinstance(parts.model, Scorer),
        unseen=_unseen(run),
    )
    # Greedy samples of one prompt are equal whatever the model knows; those of a log are unknown.
    agreement = (
        agreement_statistics(store, matched.findings, matched.completion_of)
        if parts.sampling.temperature > 0 or parts.sampling.count == 1
        else {}
    )
    if agreement:
        statistics["agreement"] = agreement
        statistics["summary"] = [*_lines(statistics["summary"]), str(agreement["words"])]
    if parts.planted is not None:
        watch("test the matcher", 0, None)
        tested = self_test(
            _watched(parts.planted(), watch, "test the matcher"), parts.scan, _copies(statistics)
        )
        if tested:
            statistics["self_test"] = tested
            statistics["summary"] = [*_lines(statistics["summary"]), in_words(tested)]
    return Report(
        tool=dict(tool),
        run=dict(run),
        index=dict(index),
        statistics=statistics,
        findings=tuple(sorted(matched.findings, key=lambda finding: finding.grade.value)),
        suppressed=tuple(matched.suppressed),
        skipped=(*store.skipped(), *matched.skipped),
        completions=matched.texts,
    )


def _lines(value: object) -> list[str]:
    return list(value) if isinstance(value, list) else []


def _copies(statistics: Mapping[str, Any]) -> Rate:
    """The share of completions of the target arm that hold a copy."""
    target = statistics["copies"]["target"]
    return rate(target["k"], target["n"])


def _unseen(run: Mapping[str, object]) -> str:
    """What the null arm is made of, in words."""
    described = run.get("null_arm")
    said = described.get("words") if isinstance(described, Mapping) else None
    return f"{UNSEEN} ({said})" if said else UNSEEN


def match_completions(parts: AuditParts, store: RunStore, watch: Watch) -> Matched:
    """Match every stored completion; a pure function of the run folder and the index."""
    matched = Matched()
    total = store.counts()["completions"]
    done = 0
    watch("match completions", done, total)
    for batch in _batches(store.completions(), _MATCH_BATCH):
        origin: dict[str, tuple[Completion, Snippet]] = {}
        for item in parts.scan(_snippets(parts, store, batch, origin)):
            if isinstance(item, Finding):
                matched.findings.append(item)
                completion, snippet = origin[item.snippet_id]
                matched.completion_of[snippet.id] = completion.id
                matched.texts[snippet.id] = _display_text(completion, snippet)
            elif isinstance(item, Suppressed):
                matched.suppressed.append(item)
            else:
                matched.skipped.append(item)
        done += len(batch)
        watch("match completions", done, total)
    return matched


def _snippets(
    parts: AuditParts,
    store: RunStore,
    completions: Iterable[Completion],
    origin: dict[str, tuple[Completion, Snippet]],
) -> Iterator[Snippet]:
    """The snippets of completions; `origin` learns where each came from."""
    for completion in completions:
        for snippet in parts.snippets_of(completion, store.prompt(completion.prompt_id)):
            origin[snippet.id] = completion, snippet
            yield snippet


def _display_text(completion: Completion, snippet: Snippet) -> str:
    """The whole answer where the snippet's offsets are valid in it, else the snippet."""
    if len(completion.text.encode("utf-8", "replace")) == len(snippet.content):
        return completion.text
    return snippet.content.decode("utf-8", "replace")


def _watched(drawn: Iterable[T], watch: Watch, step: str) -> Iterator[T]:
    for done, item in enumerate(drawn, start=1):
        watch(step, done, None)
        yield item


def _elicit(parts: AuditParts, store: RunStore, watch: Watch) -> None:
    step, count = "ask the model", parts.sampling.count
    pending = sum(not store.done(prompt.id, count) for prompt in store.prompts())
    if not pending:
        return
    total = store.counts()["prompts"] * count
    done = total - pending * count
    watch(step, done, total)

    def came(item: Completion | Skipped) -> None:
        nonlocal done
        done = min(done + (count if isinstance(item, Skipped) else 1), total)
        watch(step, done, total)

    model = SavedAsItComes(parts.model, store, came)
    for prompts in _batches(store.prompts(), _ELICIT_BATCH):
        for _item in parts.elicit(prompts, model, parts.sampling, Kept(store, count)):
            pass


def _score(scorer: Scorer, store: RunStore, watch: Watch) -> None:
    step = "score true continuations"
    missing = [prompt.id for prompt in store.prompts() if _unscored(prompt, store)]
    if not missing:
        return
    watch(step, 0, len(missing))
    done = 0
    for ids in _batches(missing, _SCORE_BATCH):
        prompts = [prompt for prompt in map(store.prompt, ids) if prompt is not None]
        batch: list[Score | Skipped] = []
        try:
            for item in scorer.score(prompts):
                batch.append(item)
                watch(step, done + len(batch), len(missing))
        finally:
            store.save(batch)
        done += len(ids)


def _unscored(prompt: Prompt, store: RunStore) -> bool:
    """Whether a continuation is still to be scored.

    Only those that were cut at model tokens, so that all are equally long, and those that the
    user wrote: the rest of a whole function or file would not be comparable.
    """
    wanted = prompt.expected_tokens or (prompt.expected and not prompt.document_id)
    return bool(wanted) and not store.scored(prompt.id)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch
