# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rules that rank the holders of a passage, with a sentence for the reason of each rule.

Rules are applied in order; the first rule that differs between two families decides. The last three
rules are tie-breaks: they make the order deterministic and are not evidence of the origin. The
contribution of each rule is stored, even if it did not decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codescan.licenses.copyrights import holder_name
from codescan.licenses.vendored_paths import Vendored, canonical_name, is_bundle, vendored
from codescan.records import Contribution

if TYPE_CHECKING:
    from collections.abc import Callable

    from codescan.records import Document, LicenseClaim, MatchLocation, Package

__all__ = [
    "Candidate", "best_first", "contributions", "decision", "families_of", "mark_owned",
    "preference",
]  # fmt: skip

_SAME_PASSAGE = 0.05
"""Holders whose similarity is at most this far below the best count as equally similar."""
_NO_DATE = "9999-99-99"

# Package types under which a project publishes its own work; others are mirrors or repackaged.
_REGISTRIES = frozenset({"pypi", "npm", "cargo", "gem", "maven", "golang", "nuget", "composer"})


class Candidate(Struct):
    """One file that holds the passage."""

    document: Document
    holder: MatchLocation
    family: str = ""
    copy: Vendored | None = None
    """Set if the file is probably a vendored copy of another package's file."""
    declared: bool = False
    """Whether the project under review declares the package as a dependency."""
    pointer: str = ""
    """The kind of reference by which a text of another family names this package."""
    owned: bool = False
    """Whether the copyright holder of the file is also the holder of the package."""
    claims: tuple[LicenseClaim, ...] | None = None
    """Every statement about its license; None until it is read."""

    @property
    def package(self) -> Package:
        """The package that the file is in."""
        return self.document.origin.package

    @property
    def kind(self) -> str:
        """The type of the package URL: "pypi", "deb", "github"."""
        return self.package.purl.removeprefix("pkg:").partition("/")[0]


class _Rule(Struct, frozen=True):
    """One rule of the ranking."""

    name: str
    key: Callable[[Candidate, float], Any]
    """Returns the value to compare, given the best similarity of all; smaller is better."""
    sentence: Callable[[Candidate, Candidate], str]
    """Returns the reason if the rule ranks the first candidate before the second."""
    reads: Callable[[Candidate], str]
    """Returns the fact that the rule reads for a candidate, in words; "" for nothing."""
    points: float
    """Points for the margin: half of the previous rule's, so that the sign of the sum agrees with
    the ranking. 0 for a tie-break."""


def _similarity(candidate: Candidate, best: float) -> float:
    similarity = candidate.holder.similarity
    return 0.0 if similarity >= best - _SAME_PASSAGE else 1.0 - similarity


def _copy_sentence(_: Candidate, other: Candidate) -> str:
    folder = other.copy.folder if other.copy is not None else ""
    return f"the copy in {other.package.name} lies in {folder}/, a folder for the work of others"


def _date_sentence(first: Candidate, other: Candidate) -> str:
    date = other.package.released or "no trustworthy date"
    return f"earliest in index: {first.package.released} ({other.package.name}: {date})"


_RULES = (
    _Rule(
        "declared",
        lambda c, _: not c.declared,
        lambda first, _: f"{first.package.name} is a declared dependency of the project",
        lambda c: "a declared dependency" if c.declared else "",
        1 / 2,
    ),
    _Rule(
        "pointer",
        lambda c, _: not c.pointer,
        lambda first, _: f"{first.package.name}: {first.pointer}",
        lambda c: c.pointer,
        1 / 4,
    ),
    _Rule(
        "not-vendored",
        lambda c, _: c.copy is not None,
        _copy_sentence,
        lambda c: f"in {c.copy.folder}/" if c.copy is not None else "",
        1 / 8,
    ),
    _Rule(
        "coverage",
        _similarity,
        lambda first, other: (
            f"holds more of the passage: {first.holder.similarity:.0%}"
            f" ({other.package.name}: {other.holder.similarity:.0%})"
        ),
        lambda c: f"{c.holder.similarity:.1%} of the passage",
        1 / 16,
    ),
    _Rule(
        "earliest",
        lambda c, _: c.package.released or _NO_DATE,
        _date_sentence,
        lambda c: c.package.released or "",
        1 / 32,
    ),
    _Rule(
        "owner",
        lambda c, _: not c.owned,
        lambda first, _: f"the file's copyright holder is that of {first.package.name} itself",
        lambda c: "the file's holder is the package's" if c.owned else "",
        1 / 64,
    ),
    _Rule(
        "registry",
        lambda c, _: c.kind not in _REGISTRIES,
        lambda first, other: f"published as {first.kind}, not repackaged as {other.kind}",
        lambda c: c.kind,
        0.0,
    ),
    _Rule(
        "exact-coverage",
        lambda c, _: -c.holder.similarity,
        lambda first, other: (
            f"holds a little more of the passage: {first.holder.similarity:.1%}"
            f" ({other.package.name}: {other.holder.similarity:.1%})"
        ),
        lambda c: f"{c.holder.similarity:.1%} of the passage",
        0.0,
    ),
    _Rule(
        "package-url",
        lambda c, _: (c.package.purl, c.document.origin.path),
        lambda first, other: (
            f"no rule decides between {first.package.name} and {other.package.name}:"
            " the first package URL in the alphabet is shown"
        ),
        lambda c: c.package.purl,
        0.0,
    ),
)


def _is_better_file(candidate: Candidate, held: Candidate, best: float) -> bool:
    """Whether a file is a better source than another file of its package.

    It is not a bundle, or it has more of the passage.
    """
    similar = _similarity(candidate, best), _similarity(held, best)
    if similar[0] != similar[1]:
        return similar[0] < similar[1]
    bundles = is_bundle(candidate.document.origin.path), is_bundle(held.document.origin.path)
    if bundles[0] != bundles[1]:
        return bundles[1]
    return candidate.holder.similarity > held.holder.similarity


def best_first(candidates: list[Candidate], best: float) -> list[Candidate]:
    """The best candidate of each family, the best family first.

    Args:
        candidates: with their families set.
        best: the greatest similarity among them.
    """
    if len(candidates) == 1:
        return candidates
    ranked = sorted(candidates, key=lambda c: [rule.key(c, best) for rule in _RULES])
    # Within one package, the file with most of the passage; the rules only compare packages.
    files: dict[tuple[str, str], Candidate] = {}
    for candidate in ranked:
        package = (candidate.family, candidate.package.purl)
        held = files.setdefault(package, candidate)
        if _is_better_file(candidate, held, best):
            files[package] = candidate
    chosen: dict[str, Candidate] = {}
    for candidate in ranked:
        held = files[candidate.family, candidate.package.purl]
        chosen.setdefault(candidate.family, held)
    return list(chosen.values())


def decision(first: Candidate, other: Candidate, best: float) -> tuple[str, bool]:
    """The reason why `first` ranks before `other`, and whether it is only a tie-break."""
    for rule in _RULES:
        if rule.key(first, best) != rule.key(other, best):
            return rule.sentence(first, other), not rule.points
    return "", True


def preference(candidate: Candidate, best: float, tie_break: object) -> tuple[Any, ...]:
    """A sort key that follows the rules, with the caller's own tie-break.

    Args:
        candidate: a candidate whose family is set.
        best: the greatest similarity among all candidates.
        tie_break: replaces the tie-breaks of the rules; smaller is better.
    """
    return (
        *(rule.key(candidate, best) for rule in _RULES if rule.points),
        tie_break,
        *(rule.key(candidate, best) for rule in _RULES if not rule.points),
    )


def mark_owned(candidates: list[Candidate]) -> None:
    """Mark candidates whose package also names a copyright holder of the file."""
    for candidate in candidates:
        package = candidate.package
        owners = {holder_name(line).lower() for line in package.copyrights} | {package.name.lower()}
        owners.discard("")
        for line in candidate.document.copyrights:
            holder = holder_name(line).lower()
            if holder in owners or f"{package.name.lower()} " in f"{holder} ":
                candidate.owned = True
                break


def contributions(
    first: Candidate, other: Candidate | None, best: float
) -> tuple[Contribution, ...]:
    """For each rule, the facts of the origin and the runner-up, and which of them it favors.

    Args:
        first: the origin.
        other: the best candidate of the next family, if any.
        best: the greatest similarity among all candidates.
    """
    return tuple(
        Contribution(
            rule=rule.name,
            origin=rule.reads(first),
            runner_up=rule.reads(other) if other is not None else None,
            points=rule.points * _sign(rule, first, other, best) if other is not None else 0.0,
        )
        for rule in _RULES
    )


def _sign(rule: _Rule, first: Candidate, other: Candidate, best: float) -> int:
    first_key, other_key = rule.key(first, best), rule.key(other, best)
    return int(first_key < other_key) - int(other_key < first_key)


def families_of(candidates: list[Candidate]) -> None:
    """Set the family of each candidate; a vendored copy gets the family of the copied package.

    A copy in a folder that is used only for third-party code belongs to the package that its path
    names, even if that package is not among the candidates. A folder that may also hold the
    project's own work ("contrib", "deps") counts only if the named package is among them.
    """
    own: dict[str, str] = {}
    marked: list[tuple[Candidate, Vendored]] = []
    for candidate in candidates:
        package = candidate.package
        candidate.family = package.family or f"{candidate.kind}/{canonical_name(package.name)}"
        copy = vendored(candidate.document.origin.path)
        if copy is None or copy.name == canonical_name(package.name):
            own.setdefault(canonical_name(package.name), candidate.family)
        else:
            marked.append((candidate, copy))
            if not copy.certain:
                own.setdefault(canonical_name(package.name), candidate.family)
    for candidate, copy in marked:
        if copy.certain or own.get(copy.name, candidate.family) != candidate.family:
            candidate.copy = copy
            candidate.family = own.get(copy.name, f"{candidate.kind}/{copy.name}")
