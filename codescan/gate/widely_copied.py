# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Judge passages that many independent families hold by the licenses of all of them.

If the licenses of all families are of one category and lead to one state, that state holds. If
they are mixed, a trustworthy origin decides. Otherwise a person has to review the passage: any of
the families may be the true source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from codescan.licenses.policy import LicenseEvaluation, Policy, State, evaluate_license

if TYPE_CHECKING:
    from codescan.records import Attribution, Finding

__all__ = ["evaluate_spread", "has_trustworthy_origin"]

_EVIDENCE = frozenset({"declared", "pointer", "not-vendored", "owner"})
"""Rules of the ranking that speak for an origin, however many others hold the passage."""
_EARLIEST = "earliest"
_SHOWN = 3


def evaluate_spread(
    finding: Finding, evaluation: LicenseEvaluation, policy: Policy
) -> LicenseEvaluation:
    """The evaluation of a passage, with the licenses of all its families considered.

    Args:
        finding: with its spread and attribution.
        evaluation: the policy's, for the license of the origin alone.
        policy: with the project's license.
    """
    attribution = finding.attribution
    if not finding.spread.is_wide or evaluation.is_explicit:
        return evaluation
    if has_trustworthy_origin(attribution):
        return evaluation
    expressions = [expression for expression, _families in attribution.licenses_seen]
    states = {evaluate_license(each, policy).state for each in expressions}
    if len(finding.spread.categories) <= 1 and len(states) <= 1:
        return evaluation
    shown = ", ".join(expressions[:_SHOWN])
    more = f" and {len(expressions) - _SHOWN} more" if len(expressions) > _SHOWN else ""
    reason = (
        f"{finding.spread.families} independent projects hold it, under different licenses "
        f"({shown}{more}), and nothing shows which one is its origin"
    )
    return replace(evaluation, state=State.REVIEW, reason=reason)


def has_trustworthy_origin(attribution: Attribution) -> bool:
    """Whether evidence, and not a tie-break or mere coverage, puts the origin first.

    The rules are compared in order, and the first one that tells origin and runner-up apart
    decides. A date counts only against another date: a package without one may be older.
    """
    if attribution.ambiguous:
        return False
    for contribution in attribution.contributions:
        if contribution.points:
            dated = contribution.rule == _EARLIEST and bool(
                contribution.origin and contribution.runner_up
            )
            return contribution.points > 0 and (dated or contribution.rule in _EVIDENCE)
    return False
