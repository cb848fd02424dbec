# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Self-test of the matcher on this index: sensitivity and specificity.

A rate of zero means little if the matcher misses copies. Therefore every audit plants passages of
its own index in several disguises, and unrelated texts, and reports how many the matcher flags.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codescan.audits.elicitation import watched
from codescan.audits.planted_passages import CASES, UNRELATED, Planted, plant
from codescan.pipeline import scan
from codescan.records import HEADLINE_GRADES, Finding
from codescan.stats.cluster_intervals import clustered_rate
from codescan.stats.intervals import rate
from codescan.stats.rogan_gladen import rogan_gladen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from codescan.audits.measure import AuditState
    from codescan.matchers.matching import Matching
    from codescan.stats.intervals import Rate

__all__ = ["CaseResult", "SelfTest", "SelfTestMeasure", "self_test"]

_COUNTED = frozenset(HEADLINE_GRADES)
_STEP = "test the matcher"
_SEED = 1_000_003
"""Added to the seed of the run, so that the self-test uses other files than the prompts."""
_CLAIM = "planted texts like these"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The number of texts of one disguise that the matcher reports with grade A or B."""

    case: str
    description: str
    reported: Rate


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Results of the self-test."""

    cases: tuple[CaseResult, ...]
    left_out_as_common: int
    """Planted passages excluded as too common, in all their disguises."""
    sensitivity: Rate
    """Share of planted copies that are reported; the passages are the independent units."""
    specificity: Rate
    """Share of unrelated texts that are not reported."""
    corrected: Rate | None
    """The run's share of completions with a copy, corrected for both; None if it cannot be
    corrected.
    """


class SelfTestMeasure:
    """Plant passages of the index and unrelated texts, and count the matcher's reports."""

    name = "matcher_self_test"

    def applies(self, audit: AuditState) -> bool:
        """Whether the audit plants texts, for which the index must store contents."""
        return audit.parts.self_test > 0 and audit.parts.matching.index.has_texts

    def run(self, audit: AuditState) -> SelfTest | None:
        """Match the planted texts."""
        parts, index = audit.parts, audit.parts.matching.index
        audit.on_progress(_STEP, 0, None)
        seed = parts.seed + _SEED
        planted = plant(index.sample(len(index), seed), parts.self_test, seed)
        return self_test(watched(planted, audit.on_progress, _STEP), parts.matching, audit.copies)


def self_test(
    planted: Iterable[Planted],
    matching: Matching,
    observed: Rate,
) -> SelfTest | None:
    """Match the planted texts.

    If the unchanged passage is found but graded as common or short, it is excluded in all its
    disguises; their number is reported. A passage that is not found counts as missed.

    Args:
        planted: texts with a known correct result.
        matching: the index of the run and its matchers.
        observed: the run's share of completions with a finding of grade A or B, to be corrected.

    Returns:
        None if nothing was planted.
    """
    flagged: dict[str, dict[int, bool]] = defaultdict(dict)
    common: set[int] = set()
    for item in planted:
        results = scan([item.snippet], matching.index, matching.matchers, name_functions=True)
        grades = {finding.grade for finding in results if isinstance(finding, Finding)}
        flagged[item.case][item.passage] = bool(grades & _COUNTED)
        if item.case == "verbatim" and grades and not grades & _COUNTED:
            common.add(item.passage)
    if not flagged:
        return None
    hits = {
        case: {
            passage: hit
            for passage, hit in flagged[case].items()
            if case == UNRELATED or passage not in common
        }
        for case in CASES
        if case in flagged
    }
    unrelated_hits = hits.get(UNRELATED, {})
    sensitivity = _by_passage(each for case, each in hits.items() if case != UNRELATED)
    specificity = replace(
        rate(len(unrelated_hits) - sum(unrelated_hits.values()), len(unrelated_hits)), claim=_CLAIM
    )
    return SelfTest(
        cases=tuple(
            CaseResult(
                case,
                CASES[case],
                replace(rate(sum(outcomes.values()), len(outcomes)), claim=_CLAIM),
            )
            for case, outcomes in hits.items()
        ),
        left_out_as_common=len(common),
        sensitivity=sensitivity,
        specificity=specificity,
        corrected=_corrected(observed, sensitivity, specificity),
    )


def _by_passage(cases: Iterable[Mapping[int, bool]]) -> Rate:
    """The share over all disguises; the disguises of one passage are not independent."""
    clusters: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for case in cases:
        for passage, hit in case.items():
            k, n = clusters[str(passage)]
            clusters[str(passage)] = k + hit, n + 1
    return replace(clustered_rate(clusters), claim=_CLAIM)


def _corrected(observed: Rate, sensitivity: Rate, specificity: Rate) -> Rate | None:
    """The run's rate corrected for missed copies and false alarms; None if not correctable."""
    try:
        return rogan_gladen(observed, sensitivity, specificity)
    except ValueError:
        return None
