# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Records of license claims, ranking rules and policy results.

Import them from `codescan.records`.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from codescan.records.enums import LicenseBasis, PolicyRule

__all__ = [
    "NOASSERTION",
    "WIDELY_COPIED_FAMILIES",
    "Contribution",
    "LicenseClaim",
    "PolicyResult",
    "Spread",
]

NOASSERTION = "NOASSERTION"
"""SPDX: nothing is known about the license. Never treated as permissive."""
WIDELY_COPIED_FAMILIES: Final = 4
"""Independent families from which a passage counts as widely copied."""


class LicenseClaim(Struct, frozen=True):
    """One statement about a license: what, read where, on which evidence."""

    expression: str
    """An SPDX license expression, or NOASSERTION."""
    basis: LicenseBasis
    evidence: str = ""
    """The text or field that was read, shortened to at most 200 characters."""
    category: str = "unknown"
    """A category of `codescan.licenses.categories`, for example "permissive"."""


class Contribution(Struct, frozen=True):
    """The values of one ranking rule at the origin and at the runner-up."""

    rule: str
    """A stable word of `licenses.ranking`, for example "earliest"."""
    origin: str
    """The value of the rule, in words; "" for none."""
    runner_up: str | None
    """Likewise; None where no other family holds the passage."""
    points: float = 0.0
    """Above 0 the rule speaks for the origin, below 0 for the runner-up; tie-breaks give 0."""


class PolicyResult(Struct, frozen=True):
    """The decision of a project's policy on a passage, and its acceptance by a person."""

    state: str
    """"ok", "ok-with-obligations", "review", "unknown" or "conflict"."""
    reason: str
    choice: str = NOASSERTION
    """The license to use the passage under, with a choice made at each OR."""
    obligations: tuple[str, ...] = ()
    """The conditions of that license, one sentence each."""
    rules: tuple[PolicyRule, ...] = ()
    """The problems, gravest first; empty if there are none."""
    relation: str = ""
    """"own-project" or "dependency" when the origin is one of the project; else ""."""
    accepted: str = ""
    """Why the passage does not count: "own-project", "allow-comment", "baseline", "declared"."""
    accepted_reason: str = ""
    """The person and the reason of the acceptance, in words."""


class Spread(Struct, frozen=True):
    """The number of copies of a passage in the index, apart from the strength of the evidence."""

    families: int
    """Independent families of those that were looked at which hold it."""
    categories: tuple[str, ...] = ()
    """License categories of these families, sorted; see `licenses.categories`."""

    @property
    def is_wide(self) -> bool:
        """Whether the passage is widely copied, so that its origin says little."""
        return self.families >= WIDELY_COPIED_FAMILIES
