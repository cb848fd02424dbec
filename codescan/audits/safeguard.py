# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Compare outputs without and with a safeguard, by prompt and by class of prompts.

Both runs have the same prompts and are compared in pairs (see `audits.comparison`): McNemar's exact
test, and Newcombe's interval for paired proportions (Statistics in Medicine 1998, method 10),
widened to a bootstrap over packages. p-values are adjusted for the number of classes (Benjamini and
Hochberg). All prompts have equal weight: a rate is a claim about these prompts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict

import msgspec

from codescan.audits.comparison import clustered_difference
from codescan.audits.comparison_results import ClassEffect, MeasureEffect, SafeguardEffect
from codescan.audits.group_counts import cluster_of, units_of
from codescan.audits.sampling_frames import frame_of
from codescan.records import HEADLINE_GRADES, Arm
from codescan.stats.cluster_intervals import clustered_rate
from codescan.stats.exact_tests import mcnemar
from codescan.stats.intervals import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from codescan.records import Finding
    from codescan.runs import RunStore
    from codescan.stats.intervals import Rate

__all__ = ["CLASSES", "METHOD", "Outputs", "PromptClass", "compare_safeguard"]

PromptClass = Literal["strategy", "language", "license", "frame"]
CLASSES: tuple[PromptClass, ...] = ("strategy", "language", "license", "frame")
"""Classes of prompts."""
_WITHHELD = frozenset({"filter", "refusal"})
METHOD = (
    "McNemar, exact; Newcombe's interval for paired proportions, widened to a bootstrap over "
    "packages; p-values adjusted by Benjamini and Hochberg"
)


@dataclass(slots=True)
class Outputs:
    """Outcomes for each prompt of a run's target arm, by prompt id."""

    copied: dict[str, bool] = field(default_factory=dict)
    """Whether a completion holds a copy of grade A or B; withheld completions do not."""
    withheld: dict[str, bool] = field(default_factory=dict)
    """Whether each completion was refused or filtered."""
    clusters: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    classes: dict[str, dict[PromptClass, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: RunStore, findings: Iterable[Finding]) -> Outputs:
        """Read a finished run.

        Args:
            store: its run folder.
            findings: findings of its report.
        """
        outputs = cls()
        copied = {
            finding.snippet_id.rpartition("/")[0]
            for finding in findings
            if finding.grade in HEADLINE_GRADES
        }
        blocked = {
            skip.item
            for skip in store.skipped()
            if skip.stage == "elicit" and skip.reason in _WITHHELD
        }
        for prompt in store.prompts():
            if prompt.arm is not Arm.TARGET:
                continue
            completions = store.completions_of(prompt.id)
            if not completions and prompt.id not in blocked:
                continue  # not measured
            outputs.copied[prompt.id] = prompt.id in copied
            outputs.withheld[prompt.id] = all(
                completion.finish_reason in _WITHHELD for completion in completions
            )
            outputs.clusters[prompt.id] = cluster_of(prompt)
            outputs.documents[prompt.id] = prompt.document_id
            outputs.classes[prompt.id] = {
                "strategy": ", ".join(filter(None, (prompt.strategy, prompt.variant))),
                "language": prompt.language,
                "license": prompt.license_category,
                "frame": frame_of(prompt),
            }
        return outputs


class _Pair(NamedTuple):
    """One prompt in both runs."""

    before: bool
    after: bool
    cluster: str


def compare_safeguard(
    before: Outputs,
    after: Outputs,
    pairs: Iterable[tuple[str, str]],
    by: PromptClass = "strategy",
) -> tuple[SafeguardEffect, tuple[ClassEffect, ...]]:
    """Compare two runs of the same prompts.

    A difference is the run with the safeguard minus the run without: below 0, the safeguard
    prevents copies.

    Args:
        before: the run without the safeguard.
        after: the run with it.
        pairs: ids of the same prompt in both.
        by: class of prompts.

    Returns:
        Results over all prompts that both runs answered or withheld, and for each class, largest
        class first.
    """
    by_class: dict[str, list[tuple[str, str]]] = defaultdict(list)
    copied_pairs = [
        (one, other) for one, other in pairs if one in before.copied and other in after.copied
    ]
    for one, other in copied_pairs:
        by_class[before.classes[one][by] or "not known"].append((one, other))
    classes = [
        ClassEffect(name=name, **_effects(before, after, members))
        for name, members in sorted(by_class.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    p_values = iter(
        benjamini_hochberg([each.copies.p_value for each in classes if each.copies is not None])
    )
    adjusted = tuple(
        each
        if each.copies is None
        else msgspec.structs.replace(
            each, copies=msgspec.structs.replace(each.copies, p_value_adjusted=next(p_values))
        )
        for each in classes
    )
    return SafeguardEffect(**_effects(before, after, copied_pairs)), adjusted


class _Effects(TypedDict):
    pairs: int
    copies: MeasureEffect | None
    withheld: MeasureEffect | None


def _effects(before: Outputs, after: Outputs, pairs: Sequence[tuple[str, str]]) -> _Effects:
    return {
        "pairs": len(pairs),
        "copies": _measure(before, after, pairs, lambda run: run.copied),
        "withheld": _measure(before, after, pairs, lambda run: run.withheld),
    }


def _measure(
    before: Outputs,
    after: Outputs,
    pairs: Iterable[tuple[str, str]],
    outcomes: Callable[[Outputs], dict[str, bool]],
) -> MeasureEffect | None:
    """One measure over pairs of prompts; None if no pair has it in both runs."""
    before_outcomes, after_outcomes = outcomes(before), outcomes(after)
    both = [
        (one, other) for one, other in pairs if one in before_outcomes and other in after_outcomes
    ]
    if not both:
        return None
    units = units_of(
        [before.clusters[one] for one, _ in both], [before.documents[one] for one, _ in both]
    )
    compared = [
        _Pair(before_outcomes[one], after_outcomes[other], unit)
        for (one, other), unit in zip(both, units, strict=True)
    ]
    only_before = sum(pair.before and not pair.after for pair in compared)
    only_after = sum(pair.after and not pair.before for pair in compared)
    return MeasureEffect(
        prompts=len(compared),
        before=_rate((pair.before, pair.cluster) for pair in compared),
        after=_rate((pair.after, pair.cluster) for pair in compared),
        only_before=only_before,
        only_after=only_after,
        difference=clustered_difference(compared),
        p_value=mcnemar(only_before, only_after),
    )


def _rate(outcomes: Iterable[tuple[bool, str]]) -> Rate:
    clusters: dict[str, tuple[int, int]] = {}
    for succeeded, name in outcomes:
        k, n = clusters.get(name, (0, 0))
        clusters[name] = k + succeeded, n + 1
    return clustered_rate(clusters)
