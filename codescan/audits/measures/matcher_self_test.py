# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whether the matcher of this run can see a copy in this index: sensitivity and specificity.

A rate of zero means little if the matcher is blind. So every audit plants passages of its own index
in several disguises, and texts that are copies of nothing, and reports how many are flagged.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from codescan.audits.planted_passages import CASES, UNRELATED, Planted
from codescan.records import HEADLINE_GRADES, Finding
from codescan.stats.intervals import in_frame, rate
from codescan.stats.rogan_gladen import rogan_gladen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from codescan.records import Skipped, Snippet, Suppressed
    from codescan.stats.intervals import Rate

__all__ = ["in_words", "self_test"]

_COUNTED = frozenset(HEADLINE_GRADES)


def self_test(
    planted: Iterable[Planted],
    scan: Callable[[Iterable[Snippet]], Iterable[Finding | Suppressed | Skipped]],
    observed: Rate,
) -> dict[str, object]:
    """Put planted texts to the matcher.

    A passage that is found as it stands, but graded as common or short, is no rare copy and is
    left out in all its forms; their number is stated. One that is not found at all counts as
    missed.

    Args:
        planted: texts whose right answer is known.
        scan: `codescan.pipeline.scan`, bound to the index of the run.
        observed: the run's share of completions with a finding of grade A or B, to be corrected.

    Returns:
        What a report's statistics hold; empty where nothing was planted.
    """
    flagged: dict[str, dict[int, bool]] = defaultdict(dict)
    common: set[int] = set()
    for item in planted:
        grades = {found.grade for found in scan([item.snippet]) if isinstance(found, Finding)}
        flagged[item.case][item.passage] = bool(grades & _COUNTED)
        if item.case == "verbatim" and grades and not grades & _COUNTED:
            common.add(item.passage)
    if not flagged:
        return {}
    counts = {
        case: [
            hit
            for passage, hit in flagged[case].items()
            if case == UNRELATED or passage not in common
        ]
        for case in CASES
        if case in flagged
    }
    copies = [hit for case, hits in counts.items() if case != UNRELATED for hit in hits]
    sensitivity = rate(sum(copies), len(copies))
    others = counts.get(UNRELATED, [])
    specificity = rate(len(others) - sum(others), len(others))
    return {
        "cases": [
            {"case": case, "words_for": CASES[case], "reported": rate(sum(h), len(h)).as_json()}
            for case, h in counts.items()
        ],
        "left_out_as_common": len(common),
        "sensitivity": sensitivity.as_json(),
        "specificity": specificity.as_json(),
        "corrected": _corrected(observed, sensitivity, specificity),
    }


def in_words(tested: Mapping[str, Any]) -> str:
    """The test in a sentence."""
    if not tested["sensitivity"]["n"]:
        return (
            "The matcher could not be tested: no passage of this index is long and rare enough to "
            f"be planted ({tested['left_out_as_common']:,} are common)."
        )
    said = (
        f"Planted copies that the matcher of this run reports: {tested['sensitivity']['words']}; "
        f"texts that are no copies and left alone: {tested['specificity']['words']}."
    )
    corrected = tested["corrected"]
    if corrected and corrected["n"]:
        said += f" Corrected for that, the share of completions is {corrected['value'] * 100:.3g} %"
        said += f" ({corrected['low'] * 100:.3g} % to {corrected['high'] * 100:.3g} %"
        said += f"{in_frame(corrected.get('frame', ''))})."
    return said


def _corrected(observed: Rate, sensitivity: Rate, specificity: Rate) -> Mapping[str, object] | None:
    """The run's rate corrected for what the matcher misses and invents; None where it cannot be."""
    try:
        return rogan_gladen(observed, sensitivity, specificity).as_json()
    except ValueError:
        return None
