# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compare with a reference model that should not have memorized the corpus.

Any model may write text that both models write. The excess over the reference is a better estimate
of memorization (the baseline of Carlini et al. 2022). Both models get the same prompts and are
compared prompt by prompt. A good reference is as capable as the audited model and trained on other
data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.audits import service_drift
from codescan.audits.comparison import Measured, compare
from codescan.audits.elicitation import ask, is_scored, match, rate_continuations
from codescan.audits.measures.extraction import main_frame
from codescan.protocols import Scorer
from codescan.records import Arm
from codescan.runs import RunStore, read_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from codescan.audits.comparison_results import (
        MeasureComparison,
        PairCounts,
        PassageCounts,
    )
    from codescan.audits.elicitation import Watch
    from codescan.audits.measure import AuditState
    from codescan.audits.parts import AuditParts
    from codescan.protocols import Model, Tokenizer
    from codescan.records import Finding, Prompt
    from codescan.runs import RunReader

__all__ = [
    "FOLDER",
    "ReferenceComparison",
    "ReferenceModelMeasure",
    "ask_reference",
    "reference_comparison",
    "same_tokens",
]

FOLDER = "reference"
"""Subfolder of the run folder for the reference model's completions and scores."""

_COMPARED = 20
"""Number of prompts on which tokenizers are compared."""


@dataclass(frozen=True, slots=True)
class ReferenceComparison:
    """The paired comparison of the audited model with the reference model."""

    model: str
    """Name of the reference model."""
    frame: str
    measures: tuple[MeasureComparison, ...]
    """One entry per measure and frame."""
    pairs: PairCounts
    passages: PassageCounts
    described: Mapping[str, object]
    """The settings that identify the reference model."""


class ReferenceModelMeasure:
    """Run the prompts on a reference model and compare both models prompt by prompt."""

    name = "reference_model"

    def applies(self, audit: AuditState) -> bool:
        """Whether a reference model was named."""
        return audit.parts.reference is not None

    def run(self, audit: AuditState) -> ReferenceComparison | None:
        """Generate the missing completions of the reference model, then compare."""
        if audit.parts.reference is None:
            return None
        audit.on_progress("load the reference model", 0, None)
        reference = audit.parts.reference.load()
        with RunStore(audit.run.path / FOLDER) as reference_store:
            reference_store.settle({"model_identity": reference.describe()})
            service_drift.recall(reference, reference_store)
            reference_findings = ask_reference(
                audit.parts, reference, audit.run, reference_store, audit.on_progress
            )
            return reference_comparison(
                audit.parts.model.name,
                reference,
                audit.run,
                audit.matched.findings,
                reference_store,
                reference_findings,
            )


def ask_reference(
    parts: AuditParts, reference: Model, store: RunReader, reference_store: RunStore, watch: Watch
) -> list[Finding]:
    """Run the target prompts on a reference model, and match its completions.

    Args:
        parts: parts of the audit.
        reference: the reference model.
        store: the run's prompts.
        reference_store: of the reference's prompts, completions and scores; a killed run can
            resume.
        watch: progress callback.

    Returns:
        The findings in its completions.
    """
    if not reference_store.prompts_drawn:
        alike = same_tokens(parts.model.tokenizer, reference.tokenizer, store.prompts())
        reference_store.add_prompts(_for_reference(store, alike=alike))
    ask(
        reference,
        parts.sampling,
        reference_store,
        watch,
        iterative=parts.prompts.iterative,
        step="ask the reference model",
    )
    if isinstance(reference, Scorer):
        scored = {prompt.id for prompt in store.prompts() if is_scored(prompt)}
        rate_continuations(
            reference,
            lambda: (prompt for prompt in reference_store.prompts() if prompt.id in scored),
            reference_store,
            watch,
            step="score by the reference model",
        )
    return match(
        read_run(reference_store), parts.matching, watch, step="match the reference"
    ).findings


def reference_comparison(
    model: str,
    reference: Model,
    store: RunReader,
    findings: Iterable[Finding],
    reference_run: RunReader,
    reference_findings: Iterable[Finding],
) -> ReferenceComparison:
    """Compare the audited model with the reference model.

    Args:
        model: name of the audited model.
        reference: the reference model.
        store: the run's prompts, completions and scores.
        findings: findings in its completions.
        reference_run: prompts, completions and scores of the reference model.
        reference_findings: findings in the completions of the reference model.
    """
    target_measured = Measured.of(model, store, findings)
    reference_measured = Measured.of(reference.name, reference_run, reference_findings)
    compared = compare(reference_measured, target_measured)
    return ReferenceComparison(
        model=reference.name,
        frame=main_frame(store),
        measures=compared.measures,
        pairs=compared.pairs,
        passages=compared.passages,
        described=reference.describe(),
    )


def same_tokens(
    target_tokenizer: Tokenizer | None,
    reference_tokenizer: Tokenizer | None,
    prompts: Iterable[Prompt],
) -> bool:
    """Whether two tokenizers split the first prompts of a run identically."""
    if target_tokenizer is None or reference_tokenizer is None:
        return False
    for _, prompt in zip(range(_COMPARED), prompts, strict=False):
        text = prompt.text + prompt.expected
        if list(target_tokenizer.encode(text)) != list(reference_tokenizer.encode(text)):
            return False
    return True


def _for_reference(store: RunReader, *, alike: bool) -> Iterator[Prompt]:
    """The target prompts; as text only if the reference has another tokenizer."""
    for prompt in store.prompts():
        if prompt.arm is Arm.TARGET:
            yield prompt if alike else replace(prompt, prompt_tokens=(), expected_tokens=())
