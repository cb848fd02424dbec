# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Says why a disguised copy was missed: for each criterion of recall, its misses by cause."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from _evaluation.criteria import is_hit, recall_misses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from _evaluation.span_outcomes import Outcome, SpanScorer
    from _evaluation.transforms import Disguised

    from codescan.records import Finding

__all__ = ["Miss", "misses", "print_misses"]

_TEXT_SHOWN = 1500


class Miss(NamedTuple):
    """A copy that does not count for its criterion."""

    criterion: str
    transform: str
    cause: str
    disguised: Disguised
    outcome: Outcome


def misses(
    outcomes: Mapping[str, Sequence[tuple[Disguised, Outcome]]], scorer: SpanScorer
) -> list[Miss]:
    """Every miss of every criterion of recall, with its cause.

    Args:
        outcomes: by transform.
        scorer: that judged them.
    """
    return [
        Miss(criterion, transform, _cause(disguised, outcome, scorer), disguised, outcome)
        for criterion, transform, disguised, outcome in recall_misses(outcomes)
    ]


def print_misses(missed: Sequence[Miss], *, texts: bool) -> None:
    """Print the causes of each criterion, the commonest first, then each miss.

    Args:
        missed: the misses.
        texts: whether the texts are printed, too.
    """
    by_criterion: dict[str, list[Miss]] = defaultdict(list)
    for miss in missed:
        by_criterion[miss.criterion].append(miss)
    print("\nMisses of each criterion, by cause")
    for criterion, group in by_criterion.items():
        print(f"\n{criterion}: {len(group)}")
        for cause, count in Counter(miss.cause for miss in group).most_common():
            print(f"  {count:4} {cause}")
    for miss in missed:
        cut = miss.disguised.cut
        origin = cut.source.document.origin
        print(
            f"\n=== {miss.transform}: {miss.cause}\n    {origin.package.purl}#{origin.path}:"
            f"{cut.first + 1}-{cut.last + 1} ({cut.language})"
        )
        for finding in miss.outcome.findings:
            print(f"    {_described(finding)}")
        if texts:
            print(miss.disguised.text[:_TEXT_SHOWN])


def _cause(disguised: Disguised, outcome: Outcome, scorer: SpanScorer) -> str:
    finding = outcome.finding
    if finding is None:
        reasons = Counter(
            {each.reason: each.tokens for each in scorer.suppressed(disguised)}
        ).most_common(1)
        return f"not found: {reasons[0][0]}" if reasons else "not found: no candidate"
    others = [each for each in outcome.findings[1:] if is_hit(scorer.outcome(disguised, each))]
    beside = "; a smaller finding counts" if others else ""
    if not outcome.right_file:
        origin, truth = finding.attribution.origin, disguised.cut.source.document.origin
        if origin.package.purl != truth.package.purl:
            place = "another package"
        else:
            place = "another file of the package"
        is_listed = any(
            each.purl == truth.package.purl for each in finding.attribution.alternatives
        )
        rank = ", the right package is listed" if place == "another package" and is_listed else ""
        return f"{place}{rank} (grade {finding.grade}, {finding.kind}){beside}"
    reason = re.split(r"[:(]", finding.grade_reasons[0])[0].strip()
    return f"grade {finding.grade}: {reason} ({finding.kind}){beside}"


def _described(finding: Finding) -> str:
    attribution = finding.attribution
    origin, region = attribution.origin, attribution.region
    return (
        f"{finding.grade} {finding.kind} lines {finding.region.start_line}-"
        f"{finding.region.end_line} {finding.tokens} tokens {finding.bits} bits "
        f"E={finding.e_value:.1e} {finding.similarity:.2f} {origin.package.purl}#{origin.path}:"
        f"{region.start_line}-{region.end_line} {finding.grade_reasons}"
    )
