# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The reference model: the same prompts put to a model that should not have memorized the corpus.

What both models write, any model would; the excess of the audited one over the reference is nearer
to what it has memorized (the baseline of Carlini et al. 2022). The two are compared prompt by
prompt. The reference is only as good as its choice: as able as the audited model, and trained on
other data.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codescan.audits.comparison import Measured, compare
from codescan.audits.elicitation import ask, is_scored, match, rate_continuations
from codescan.audits.measures.extraction import main_frame
from codescan.protocols import Scorer
from codescan.records import Arm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codescan.audits.elicitation import Watch
    from codescan.audits.runner import AuditParts
    from codescan.protocols import Model, Tokenizer
    from codescan.records import Finding, Prompt
    from codescan.runs import RunStore

__all__ = ["FOLDER", "ask_reference", "reference_statistics", "same_tokens"]

FOLDER = "reference"
"""Of the reference model's answers and scores, inside the run folder."""

_COMPARED = 20
"""Prompts by which tokenizers are compared."""


def ask_reference(
    parts: AuditParts, reference: Model, store: RunStore, kept: RunStore, watch: Watch
) -> list[Finding]:
    """Put the target prompts of a run to a reference model, and match what it writes.

    Args:
        parts: of the audit; its model is not asked.
        reference: who is asked.
        store: the run's prompts.
        kept: where prompts, answers and scores of the reference are kept; a killed run continues.
        watch: told of progress.

    Returns:
        The findings in its answers.
    """
    if not kept.prompts_drawn:
        alike = same_tokens(parts.model.tokenizer, reference.tokenizer, store.prompts())
        kept.add_prompts(_for_reference(store, alike=alike))
    ask(
        reference,
        parts.sampling,
        parts.elicit,
        kept,
        watch,
        iterative=parts.iterative,
        step="ask the reference model",
    )
    if isinstance(reference, Scorer):
        scored = {prompt.id for prompt in store.prompts() if is_scored(prompt)}
        rate_continuations(
            reference,
            lambda: (prompt for prompt in kept.prompts() if prompt.id in scored),
            kept,
            watch,
            step="score by the reference model",
        )
    return match(kept, parts.snippets_of, parts.scan, watch, step="match the reference").findings


def reference_statistics(
    model: str,
    reference: str,
    store: RunStore,
    findings: Iterable[Finding],
    kept: RunStore,
    reference_findings: Iterable[Finding],
) -> dict[str, Any]:
    """The paired comparison of the audited model with the reference, for a report's statistics."""
    ours = Measured.of(model, store, findings)
    theirs = Measured.of(reference, kept, reference_findings)
    compared = compare(theirs, ours)
    frame = main_frame(store)
    said = [
        f"Beyond the reference model {reference}, {entry['measure']}: "
        f"{entry['difference']['words']}, {entry['b']['k']:,} against {entry['a']['k']:,} of "
        f"{entry['pairs']:,} (adjusted p = {entry['p_value_adjusted']:.2g})."
        for entry in compared["measures"]
        if entry["frame"] == frame
    ]
    return {
        "model": reference,
        "measures": compared["measures"],
        "pairs": compared["pairs"],
        "passages": compared["passages"],
        "words": said,
    }


def same_tokens(
    ours: Tokenizer | None, theirs: Tokenizer | None, prompts: Iterable[Prompt]
) -> bool:
    """Whether two tokenizers cut the first prompts of a run in the same way."""
    if ours is None or theirs is None:
        return False
    for _, prompt in zip(range(_COMPARED), prompts, strict=False):
        text = prompt.text + prompt.expected
        if list(ours.encode(text)) != list(theirs.encode(text)):
            return False
    return True


def _for_reference(store: RunStore, *, alike: bool) -> Iterator[Prompt]:
    """The target prompts; as text only where the reference has other tokens."""
    for prompt in store.prompts():
        if prompt.arm is Arm.TARGET:
            yield prompt if alike else replace(prompt, prompt_tokens=(), expected_tokens=())
