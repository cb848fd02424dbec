# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One audit from prompts to report, in steps that a killed run can take up again.

draw -> elicit -> score -> match -> report. What costs model time (elicit, score) is stored in the
run folder before it is used; the rest is cheap and done anew. The parts come from outside: this
module knows no backend, no strategy and no index by name, and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codescan.audits import service_drift
from codescan.audits.arm_counts import UNSEEN
from codescan.audits.elicitation import ask, is_scored, match, rate_continuations, watched
from codescan.audits.measures.agreement import agreement_statistics
from codescan.audits.measures.extraction import HEADLINE_GRADES, extraction_statistics
from codescan.audits.measures.long_works import long_work_statistics
from codescan.audits.measures.matcher_self_test import in_words, self_test
from codescan.audits.measures.near_verbatim import FOLDER as NEAR_COPIES
from codescan.audits.measures.near_verbatim import NearRater, near_verbatim_entry
from codescan.audits.measures.near_verbatim import in_words as near_copies_in_words
from codescan.audits.measures.prior_aware import prior_statistics, rate_priors, with_priors
from codescan.audits.measures.reference_model import FOLDER, ask_reference, reference_statistics
from codescan.audits.measures.shuffled_index import Decoy, decoy_statistics
from codescan.audits.measures.unseen_species import untargeted_statistics
from codescan.protocols import Model, Scorer
from codescan.records import Prompt, Report, Sampling, Skipped
from codescan.runs import RunStore
from codescan.stats.intervals import Rate

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from codescan.audits.elicitation import Elicit, Matched, Scan, SnippetsOf, Watch
    from codescan.audits.multi_turn import Iterative
    from codescan.audits.planted_passages import Planted

__all__ = ["AuditParts", "retry_skipped", "run_audit"]


@dataclass(frozen=True, slots=True)
class AuditParts:
    """What an audit is made of."""

    model: Model
    sampling: Sampling
    draw: Callable[[], Iterable[Prompt | Skipped]]
    """Draws the prompts; deterministic, called when the run has not stored them all."""
    elicit: Elicit
    snippets_of: SnippetsOf
    scan: Scan
    notes: Callable[[], Mapping[str, object]] = dict
    """What the statistics must know of the drawing; asked for when it is done."""
    reference: Callable[[], Model] | None = None
    """Loads a model that should not have memorized the corpus; None does without."""
    priors: int = 0
    """Other prompts after which readily given continuations are scored too."""
    near_verbatim: int = 0
    """Tokens that a copy may be off, to bound how likely it is; 0 does without."""
    decoy: Callable[[Path], AbstractContextManager[Decoy | None]] | None = None
    """Makes, in a folder, what no answer can come from; None does without."""
    iterative: Mapping[str, Iterative] = field(default_factory=dict)
    """By name, strategies that ask again, depending on what was answered."""
    planted: Callable[[], Iterable[Planted]] | None = None
    """Texts that test the matcher; None does without the test."""


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
        ModelError: the model cannot go on; what it has given so far is saved.
        OutputError: the run folder cannot be written.
    """
    if not store.prompts_drawn:
        watch("draw prompts", 0, None)
        store.add_prompts(watched(parts.draw(), watch, "draw prompts"), parts.notes)
    ask(
        parts.model, parts.sampling, parts.elicit, store, watch, iterative=parts.iterative,
    )  # fmt: skip
    if isinstance(parts.model, Scorer):
        rate_continuations(parts.model, lambda: filter(is_scored, store.prompts()), store, watch)
    matched = match(store, parts.snippets_of, parts.scan, watch)
    statistics = extraction_statistics(
        store,
        matched.findings,
        matched.completion_of,
        scorer=isinstance(parts.model, Scorer),
        unseen=_unseen(run),
    )
    more = _Measures(parts, store, matched, statistics, watch)
    for measure in (
        more.drift,
        more.messages,
        more.near_verbatim,
        more.long_works,
        more.agreement,
        more.untargeted,
        more.models,
        more.decoy,
        more.self_test,
    ):
        measure()
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


def retry_skipped(store: RunStore) -> None:
    """Forget what was skipped, also by the reference model and while near copies were bounded."""
    store.retry_skipped()
    for folder in (FOLDER, NEAR_COPIES):
        if (store.path / folder).is_dir():
            with RunStore(store.path / folder) as kept:
                kept.retry_skipped()


@dataclass(frozen=True, slots=True)
class _Measures:
    """What is measured besides the rates; each adds its statistics and says them in words."""

    parts: AuditParts
    store: RunStore
    matched: Matched
    statistics: dict[str, Any]
    watch: Watch

    def drift(self) -> None:
        said = service_drift.drift_in_words(self.parts.model)
        if said:
            self._say(said)

    def messages(self) -> None:
        if self.parts.model.describe().get("chat_template") is False and any(
            prompt.chat for prompt in self.store.prompts()
        ):
            self._say("The model has no chat template: it was given messages as plain text.")

    def near_verbatim(self) -> None:
        model, distance = self.parts.model, self.parts.near_verbatim
        if distance and isinstance(model, NearRater):
            found = near_verbatim_entry(
                model, self.store, self.parts.sampling, distance, self.watch
            )
            if found:
                self.statistics["discoverability"].append(found)
                self._say(near_copies_in_words(found))

    def long_works(self) -> None:
        found = long_work_statistics(self.store)
        if found:
            self._add("long_works", found, str(found["words"]))

    def agreement(self) -> None:
        # Greedy samples of one prompt are equal whatever the model knows; of a log it is unknown.
        sampling = self.parts.sampling
        if sampling.temperature == 0 and sampling.count > 1:
            return
        found = agreement_statistics(self.store, self.matched.findings, self.matched.completion_of)
        if found:
            self._add("agreement", found, str(found["words"]))

    def untargeted(self) -> None:
        found = untargeted_statistics(self.store, self.matched.findings, self.matched.completion_of)
        if found:
            self._add("untargeted", found, *(str(entry["words"]) for entry in found))

    def models(self) -> None:
        """The reference model, and what the audited one says after other prompts."""
        if self.parts.reference is None:
            self._priors(None)
            return
        reference = self.parts.reference()
        with RunStore(self.store.path / FOLDER) as kept:
            kept.settle({"model_identity": reference.describe()})
            service_drift.recall(reference, kept)
            theirs = ask_reference(self.parts, reference, self.store, kept, self.watch)
            found = reference_statistics(
                self.parts.model.name,
                reference.name,
                self.store,
                self.matched.findings,
                kept,
                theirs,
            )
            self._add("reference", {**found, "described": reference.describe()}, *found["words"])
            self._priors(kept)

    def decoy(self) -> None:
        if self.parts.decoy is None:
            return
        self.watch("build the decoy", 0, None)
        copied = frozenset(
            self.matched.completion_of[finding.snippet_id]
            for finding in self.matched.findings
            if finding.grade in HEADLINE_GRADES
        )
        with self.parts.decoy(self.store.path) as decoy:
            if decoy is not None:
                found = decoy_statistics(
                    self.store, decoy, self.parts.snippets_of, copied, self.watch
                )
                self._add("decoy", found, str(found["words"]))

    def self_test(self) -> None:
        if self.parts.planted is None:
            return
        step = "test the matcher"
        self.watch(step, 0, None)
        planted = watched(self.parts.planted(), self.watch, step)
        found = Rate.of(self.statistics["copies"]["target"])
        tested = self_test(planted, self.parts.scan, found)
        if tested:
            self._add("self_test", tested, in_words(tested))
        else:
            self._say("The matcher was not tested: no file of this index is fit for planting.")

    def _priors(self, kept: RunStore | None) -> None:
        model, matched = self.parts.model, self.matched
        if not self.parts.priors or not isinstance(model, Scorer):
            return
        rated = rate_priors(model, self.store, self.parts.priors, self.watch, kept)
        found = prior_statistics(rated, self.statistics["frame"])
        if found:
            self._add("prior_aware", found, str(found["words"]))
            matched.findings = with_priors(matched.findings, rated, matched.completion_of)

    def _add(self, name: str, found: object, *said: str) -> None:
        self.statistics[name] = found
        self._say(*said)

    def _say(self, *said: str) -> None:
        self.statistics["summary"] = [*self.statistics["summary"], *said]


def _unseen(run: Mapping[str, object]) -> str:
    """What the null arm is made of, in words."""
    described = run.get("null_arm")
    said = described.get("words") if isinstance(described, Mapping) else None
    return f"{UNSEEN} ({said})" if said else UNSEEN
