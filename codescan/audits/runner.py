# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One audit from prompts to report, in resumable steps.

draw -> elicit -> score -> match -> report. Results that cost model time (elicit, score) are stored
in the run folder before use; the other steps are cheap and repeated. The caller passes the parts:
this module does not depend on a backend, strategy or index, and does not print.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codescan import registry
from codescan.audits import service_drift
from codescan.audits.elicitation import ask, is_scored, match, rate_continuations, watched
from codescan.audits.measure import AuditState, ExplainsFindings, Measure
from codescan.audits.measures.extraction import extraction_statistics
from codescan.audits.measures.near_verbatim import FOLDER as NEAR_VERBATIM_FOLDER
from codescan.audits.measures.reference_model import FOLDER as REFERENCE_FOLDER
from codescan.audits.power_statement import power_of
from codescan.protocols import Scorer
from codescan.records import Report, ReportedPrompt
from codescan.records.json_form import encode
from codescan.runs import RunStore, read_run

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from codescan.audits.elicitation import Watch
    from codescan.audits.parts import AuditParts
    from codescan.protocols import Model
    from codescan.runs import RunReader
    from codescan.stats.intervals import Rate

__all__ = ["retry_skipped", "run_audit"]


def run_audit(
    parts: AuditParts,
    store: RunStore,
    *,
    tool: Mapping[str, object],
    run: Mapping[str, object],
    index: Mapping[str, object],
    watch: Watch = lambda _step, _done, _total: None,
    on_message: Callable[[str], None] = lambda _text: None,
) -> Report:
    """Compute what the run folder lacks, then match and report its contents.

    Args:
        parts: model, prompts and matching.
        store: the run folder, with its settings fixed.
        tool: name and version, for the report.
        run: the settings, for the report.
        index: the index, for the report.
        watch: progress callback.
        on_message: called with the power of the audit before the model runs.

    Raises:
        ModelError: the model failed; its completions so far are saved.
        OutputError: the run folder cannot be written.
    """
    if not store.prompts_drawn:
        watch("draw prompts", 0, None)
        prompts = watched(parts.prompts.draw(), watch, "draw prompts")
        store.add_prompts(prompts, lambda: parts.prompts.notes)
    power = power_of(store.prompts())
    if power is not None:
        on_message(power.words)
    ask(parts.model, parts.sampling, store, watch, iterative=parts.prompts.iterative)
    if isinstance(parts.model, Scorer):
        rate_continuations(parts.model, lambda: filter(is_scored, store.prompts()), store, watch)
    stored = read_run(store)
    matched = match(stored, parts.matching, watch)
    statistics = extraction_statistics(
        stored,
        matched.findings,
        matched.completion_of,
        scorer=isinstance(parts.model, Scorer),
    )
    statistics |= _model_facts(parts.model, stored)
    audit = AuditState(
        parts=parts,
        run=stored,
        store=store,
        matched=matched,
        frame=str(statistics["frame"]),
        copies=_target_copies(statistics),
        on_progress=watch,
    )
    for measure in _measures():
        if not measure.applies(audit):
            continue
        result = measure.run(audit)
        if result is None:
            continue
        statistics[measure.name] = result
        if isinstance(result, ExplainsFindings):
            explained = result.explained(matched.findings, matched.completion_of)
            matched = replace(matched, findings=explained)
            audit = replace(audit, matched=matched)
    return Report(
        tool=dict(tool),
        run=dict(run),
        index=dict(index),
        statistics=encode(statistics),
        findings=tuple(sorted(matched.findings, key=lambda finding: finding.grade.value)),
        suppressed=tuple(matched.suppressed),
        skipped=(*(store if parts.prior_prompts else stored).skipped(), *matched.skipped),
        completions=matched.texts,
        prompts=tuple(_reported_prompts(stored, matched.prompt_ids)),
    )


def _reported_prompts(store: RunReader, prompt_ids: Collection[str]) -> Iterator[ReportedPrompt]:
    """The prompts with these ids, in drawing order."""
    for prompt in store.prompts():
        if prompt.id in prompt_ids:
            score = store.score_of(prompt.id)
            extracted = score.extracted if score is not None else None
            yield ReportedPrompt.of(prompt, extracted=extracted)


def _measures() -> Iterator[Measure]:
    """Every registered measure, in the order of the registry."""
    for name in registry.names("measures"):
        yield registry.load("measures", name)()


def _target_copies(statistics: Mapping[str, Any]) -> Rate:
    target: Rate = statistics["copies"]["target"]
    return target


def _model_facts(model: Model, store: RunReader) -> dict[str, object]:
    """Unusual facts about the model that a reader of the rates must know."""
    facts: dict[str, object] = {}
    changed = service_drift.drift(model)
    if changed:
        facts["service_drift"] = changed
    if model.describe().get("chat_template") is False and any(
        prompt.chat for prompt in store.prompts()
    ):
        facts["messages_without_chat_template"] = True
    return facts


def retry_skipped(store: RunStore) -> None:
    """Delete the records of skipped prompts, also those of the reference model and the bounds."""
    store.retry_skipped()
    for folder in (REFERENCE_FOLDER, NEAR_VERBATIM_FOLDER):
        if (store.path / folder).is_dir():
            with RunStore(store.path / folder) as part_store:
                part_store.retry_skipped()
