# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""License policy of a project: rules by id, category, package and path, then compatibility.

Order of evaluation: a deny rule, a review rule, an allow rule, then the OSADL matrix with the
project's own license. An unknown license never passes because of its category; a person must allow
the package or path.
"""

from __future__ import annotations

from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from msgspec import Struct, field

from codescan.licenses.categories import category, strictness
from codescan.licenses.compatibility import Compatibility, compatibility
from codescan.licenses.expressions import Leaf, all_of, structure
from codescan.licenses.globs import matches
from codescan.licenses.obligations import Obligation, obligations
from codescan.records import NOASSERTION

if TYPE_CHECKING:
    from codescan.licenses.expressions import Tree

__all__ = ["LicenseEvaluation", "Policy", "Rules", "State", "evaluate_license"]


class State(StrEnum):
    """The outcome for a passage, from best to worst."""

    OK = "ok"
    OK_WITH_OBLIGATIONS = "ok-with-obligations"
    REVIEW = "review"
    UNKNOWN = "unknown"
    """No license is known, which means that all rights are reserved."""
    CONFLICT = "conflict"

    @property
    def severity(self) -> int:
        """Position in the order from best, 0, to worst."""
        return tuple(State).index(self)


_ORDER = tuple(State)


class Rules(Struct, frozen=True):
    """One list of a policy; it applies to a passage if any entry matches."""

    licenses: frozenset[str] = frozenset()
    """SPDX ids, possibly WITH an exception; `*` matches any characters."""
    categories: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()
    """Package URLs of origins; `*` matches any characters: "pkg:pypi/requests@*"."""
    paths: frozenset[str] = frozenset()
    """Paths of the project's own files as in REUSE.toml: `*` stops at slashes, `**` does not."""

    def license_entry(self, identifier: str) -> str:
        """The entry that matches a license, or ""."""
        for pattern in sorted(self.licenses):
            if fnmatchcase(identifier, pattern):
                return f"license {pattern}"
        kind = category(identifier)
        return f"category {kind}" if kind in self.categories else ""

    def place_entry(self, purl: str, path: str) -> str:
        """The entry that matches an origin or a file, or ""."""
        for pattern in sorted(self.packages):
            if fnmatchcase(purl, pattern):
                return f"package {pattern}"
        for pattern in sorted(self.paths):
            if path and matches(pattern, path, star_crosses=False):
                return f"path {pattern}"
        return ""


class Policy(Struct, frozen=True):
    """The license policy of a project."""

    project_license: str = ""
    """The license expression of the project; empty if it is not known."""
    allow: Rules = field(default_factory=Rules)
    review: Rules = field(default_factory=Rules)
    deny: Rules = field(default_factory=Rules)


class LicenseEvaluation(Struct, frozen=True):
    """The result of a policy for a passage."""

    state: State
    reason: str
    choice: str
    """The license to use the passage under: the expression with one arm of each OR."""
    obligations: tuple[Obligation, ...] = ()
    is_explicit: bool = False
    """Whether a rule of the policy names the package or the path itself."""


def evaluate_license(
    expression: str, policy: Policy, *, purl: str = "", path: str = ""
) -> LicenseEvaluation:
    """Decide by a policy whether a passage may be used under its license.

    Args:
        expression: the license of the passage; for an ambiguous attribution, the strictest one.
        policy: the project's policy.
        purl: package URL of the origin.
        path: the project's file that holds the passage, with forward slashes.
    """
    denied = policy.deny.place_entry(purl, path)
    if denied:
        return LicenseEvaluation(
            State.CONFLICT, f"denied by {denied}", expression, is_explicit=True
        )
    tree = structure(expression)
    state, reason, choice = _of_tree(tree, policy)
    review = policy.review.place_entry(purl, path)
    allowed = policy.allow.place_entry(purl, path)
    if review and _ORDER.index(state) < _ORDER.index(State.REVIEW):
        state, reason = State.REVIEW, f"to be reviewed by {review}"
    elif allowed and not review:
        state, reason = State.OK, f"allowed by {allowed}"
    duties = obligations(choice)
    if state is State.OK and duties:
        state = State.OK_WITH_OBLIGATIONS
    return LicenseEvaluation(
        state, reason, choice, duties, is_explicit=bool(allowed and not review)
    )


_Outcome = tuple[State, str, str]


def _of_tree(tree: Tree | None, policy: Policy) -> _Outcome:
    if tree is None:
        reason = "no license is known: all rights are reserved until shown otherwise"
        return State.UNKNOWN, reason, NOASSERTION
    if isinstance(tree, Leaf):
        state, reason = _of_license(tree.expression, policy)
        return state, reason, tree.expression
    outcomes = [_of_tree(part, policy) for part in tree.parts]
    if tree.operator == "OR":
        # The arm with the best outcome; among equals, the one with the fewest obligations.
        return min(outcomes, key=lambda o: (_ORDER.index(o[0]), strictness(category(o[2]))))
    state, reason, _ = max(outcomes, key=lambda o: _ORDER.index(o[0]))
    return state, reason, all_of(choice for _, _, choice in outcomes)


def _of_license(identifier: str, policy: Policy) -> tuple[State, str]:
    for rules, state, words in (
        (policy.deny, State.CONFLICT, "denied by"),
        (policy.review, State.REVIEW, "to be reviewed by"),
        (policy.allow, State.OK, "allowed by"),
    ):
        entry = rules.license_entry(identifier)
        # An unknown license may be denied by its category, never allowed by it.
        if entry and not (state is State.OK and entry == "category unknown"):
            return state, f"{words} {entry}"
    kind = category(identifier)
    if kind == "unknown":
        return State.UNKNOWN, f"nothing is known about {identifier}"
    if not policy.project_license:
        return _without_project(identifier, kind)
    pair = compatibility(policy.project_license, identifier)
    state = {
        Compatibility.YES: State.OK,
        Compatibility.REVIEW: State.REVIEW,
        Compatibility.NO: State.CONFLICT,
    }[pair.answer]
    return state, pair.reason


def _without_project(identifier: str, kind: str) -> tuple[State, str]:
    if kind in {"public-domain", "permissive"}:
        return State.OK, f"{identifier} is {kind}"
    if kind in {"source-available", "proprietary"}:
        return State.CONFLICT, f"{identifier} is {kind}"
    return State.REVIEW, f"{identifier} is {kind} and the project's license is not known"
