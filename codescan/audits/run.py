# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One audit from prompts to report, in steps that a killed run can take up again.

draw -> elicit -> score -> match -> report. What costs model time (elicit, score) is stored in the
run folder before it is used; the rest is cheap and done anew. The parts come from outside: this
module knows no backend, no strategy and no index by name, and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codescan.audits.agreement import agreement_statistics
from codescan.audits.arms import UNSEEN
from codescan.audits.decoy import Decoy, decoy_statistics
from codescan.audits.extraction import HEADLINE_GRADES, extraction_statistics
from codescan.audits.self_test import in_words, self_test
from codescan.audits.statistics import Rate, rate
from codescan.audits.steps import ask, is_scored, match, rate_continuations, watched
from codescan.errors import UsageError
from codescan.protocols import Model, Scorer
from codescan.records import Prompt, Report, Sampling, Skipped

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from codescan.audits.planting import Planted
    from codescan.audits.steps import Elicit, Scan, SnippetsOf, Watch
    from codescan.runs import RunStore

__all__ = ["AuditParts", "run_audit"]


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
    decoy: Callable[[Path], AbstractContextManager[Decoy | None]] | None = None
    """Makes, in a folder, what no answer can come from; None does without."""
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
        UsageError: no prompt could be drawn.
        ModelError: the model cannot go on; what it has given so far is saved.
        OutputError: the run folder cannot be written.
    """
    if not store.prompts_drawn:
        watch("draw prompts", 0, None)
        if store.add_prompts(watched(parts.draw(), watch, "draw prompts"), parts.notes) == 0:
            raise UsageError(
                "no prompt could be drawn from this corpus",
                "try other strategies with --prompts, a larger corpus, or --prompt-file",
            )
    ask(parts.model, parts.sampling, parts.elicit, store, watch)
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
    # Greedy samples of one prompt are equal whatever the model knows; those of a log are unknown.
    agreement = (
        agreement_statistics(store, matched.findings, matched.completion_of)
        if parts.sampling.temperature > 0 or parts.sampling.count == 1
        else {}
    )
    if agreement:
        statistics["agreement"] = agreement
        statistics["summary"] = [*_lines(statistics["summary"]), str(agreement["words"])]
    if parts.decoy is not None:
        watch("build the decoy", 0, None)
        with parts.decoy(store.path) as decoy:
            if decoy is not None:
                copied = frozenset(
                    matched.completion_of[finding.snippet_id]
                    for finding in matched.findings
                    if finding.grade in HEADLINE_GRADES
                )
                chance = decoy_statistics(store, decoy, parts.snippets_of, copied, watch)
                statistics["decoy"] = chance
                statistics["summary"] = [*_lines(statistics["summary"]), str(chance["words"])]
    if parts.planted is not None:
        watch("test the matcher", 0, None)
        tested = self_test(
            watched(parts.planted(), watch, "test the matcher"), parts.scan, _copies(statistics)
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
