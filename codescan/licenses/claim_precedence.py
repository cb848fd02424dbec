# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which level's statement about a passage's license holds, and where levels contradict.

Levels stay apart: tag around the passage, tag in the file, the nearest notice above the passage,
the nearest license file, the package's metadata, the repository. The most specific one that states
something holds, whether or not it was understood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.licenses.categories import strictness
from codescan.licenses.expressions import covers, leaves
from codescan.licenses.license_families import is_of_family
from codescan.licenses.notice_evidence import AMBIGUOUS
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.licenses.ranking import Candidate
    from codescan.licenses.spdx_tags import SnippetTag

__all__ = [
    "COLLECTION",
    "OVERRIDE",
    "OWN_PART",
    "all_claims",
    "is_collection",
    "precedence",
    "remarks",
    "strongest",
]

COLLECTION = "several licenses in "
"""How the evidence of license files begins that gather several licenses."""

OWN_PART = "own part of "
"""How the evidence of a license file begins that goes on with licenses of bundled parts."""

OVERRIDE = "override: "
"""Beginning of the evidence of a REUSE.toml annotation that overrides the file itself."""

_RANK = {basis: rank for rank, basis in enumerate(LicenseBasis)}
_OF_THE_FILE = frozenset(
    {LicenseBasis.SNIPPET_TAG, LicenseBasis.FILE_TAG, LicenseBasis.FILE_HEADER}
)
_RESTRICTED = frozenset({"proprietary", "source-available", "unknown"})
_PERMISSIVE = strictness("permissive")
_NOTHING = LicenseClaim(NOASSERTION, LicenseBasis.NONE)


def precedence(claim: LicenseClaim) -> int:
    """The place of a claim's level, lowest for the most specific: a sorting key."""
    return -1 if claim.evidence.startswith(OVERRIDE) else _RANK[claim.basis]


def is_collection(claim: LicenseClaim) -> bool:
    """Whether a claim comes from license files that hold several licenses.

    Such files gather the licenses of everything that is shipped (wheels of numpy and pyarrow do)
    without saying which applies to which file.
    """
    return claim.basis is LicenseBasis.LICENSE_FILE and claim.evidence.startswith(COLLECTION)


def all_claims(
    candidate: Candidate, tags: Iterable[SnippetTag], notice: LicenseClaim | None = None
) -> tuple[LicenseClaim, ...]:
    """Every statement about the passage of a candidate, most specific first, each once.

    Args:
        candidate: a file that holds the passage.
        tags: the snippet tags of that file.
        notice: the nearest notice above the passage, which takes the place of the file's header.
    """
    span = candidate.holder.span
    claims = [
        tag.claim for tag in tags if tag.span.start <= span.start and span.end <= tag.span.end
    ]
    of_file = candidate.document.licenses
    if notice is not None:
        claims.append(notice)
        of_file = tuple(c for c in of_file if c.basis is not LicenseBasis.FILE_HEADER)
    claims += [*of_file, *candidate.package.licenses]
    return tuple(sorted(dict.fromkeys(claims), key=precedence))


def strongest(claims: tuple[LicenseClaim, ...]) -> LicenseClaim:
    """The claim that holds: the most specific level that states something, understood or not.

    What is stated and not understood never falls back to a more general level, except where that
    level says which of several licenses a name means ("BSD license"). Within the file the header
    holds against its tag where it is stricter. License files that gather several licenses yield to
    what the package itself declares.
    """
    if not claims:
        return _NOTHING
    first = _of_file(claims)
    if first.expression == NOASSERTION:
        return _specified(first, claims)
    if is_collection(first):
        declared = (
            c
            for c in claims
            if c.basis is LicenseBasis.PACKAGE_METADATA and c.expression != NOASSERTION
        )
        return next(declared, first)
    if first.basis is LicenseBasis.LICENSE_FILE:
        behind = claims[claims.index(first) + 1 :]
        later = (c for c in behind if _is_text_of(first, c.expression))
        chosen = (
            c
            for c in behind
            if _is_choice_of(first, c) or _adds_to(first, c) or _is_restricted(first, c)
        )
        return next(later, next(chosen, first))
    return first


def _of_file(claims: tuple[LicenseClaim, ...]) -> LicenseClaim:
    """The most specific claim, or the header that a tag contradicts by being less strict."""
    first = claims[0]
    if first.basis is not LicenseBasis.FILE_TAG or first.expression == NOASSERTION:
        return first
    if first.evidence.startswith(OVERRIDE):
        return first
    for other in claims[1:]:
        if other.basis is LicenseBasis.FILE_HEADER:
            named = other.expression
            doubt = named == NOASSERTION and not other.evidence.startswith(AMBIGUOUS)
            if doubt or (
                not covers(named, first.expression)
                and not covers(first.expression, named)
                and strictness(other.category) > strictness(first.category)
            ):
                return other
    return first


def _specified(claim: LicenseClaim, claims: tuple[LicenseClaim, ...]) -> LicenseClaim:
    """What a more general level says about a name of several licenses, or the text of a vendor."""
    if claim.evidence.startswith(AMBIGUOUS):
        name = claim.evidence.removeprefix(AMBIGUOUS)
        for other in claims:
            if is_of_family(name, leaves(other.expression)):
                return other
    if claim.basis is LicenseBasis.LICENSE_FILE:
        # Texts of vendors that no list has: the name that the package gives them.
        for other in claims:
            is_declared = other.basis is LicenseBasis.PACKAGE_METADATA
            if is_declared and "proprietary" in (
                other.category,
                *other.expression.lower().split("-"),
            ):
                return other
    return claim


def _adds_to(claim: LicenseClaim, declared: LicenseClaim) -> bool:
    """Whether a package declares more licenses than the one text that was read beside its files."""
    return (
        declared.basis is LicenseBasis.PACKAGE_METADATA
        and " AND " in declared.expression
        and not claim.evidence.startswith(OWN_PART)
        and covers(declared.expression, claim.expression)
    )


def _is_restricted(claim: LicenseClaim, declared: LicenseClaim) -> bool:
    """Whether a package declares a stricter license than the permissive text at its root."""
    return (
        declared.basis is LicenseBasis.PACKAGE_METADATA
        and declared.expression != NOASSERTION
        and (declared.category in _RESTRICTED or strictness(declared.category) > _PERMISSIVE)
        and strictness(claim.category) <= _PERMISSIVE
        and "/" not in claim.evidence.removeprefix(OWN_PART).partition(":")[0]
        and not covers(declared.expression, claim.expression)
    )


def _is_choice_of(claim: LicenseClaim, declared: LicenseClaim) -> bool:
    """Whether a package offers a choice among the licenses whose texts lie side by side."""
    if declared.basis is not LicenseBasis.PACKAGE_METADATA or " AND " not in claim.expression:
        return False
    texts, named = set(leaves(claim.expression)), set(leaves(declared.expression))
    plain = {name.removesuffix("-or-later").removesuffix("-only") for name in named}
    return " OR " in declared.expression and (
        texts == named or {t.removesuffix("-only") for t in texts} == plain
    )


def _is_text_of(claim: LicenseClaim, expression: str) -> bool:
    """Whether a license file holds the text of what is elsewhere granted "or later".

    The text of a GNU license is the same for "only" and "or later"; it cannot contradict either.
    """
    return (
        claim.basis is LicenseBasis.LICENSE_FILE
        and "REUSE.toml: " not in claim.evidence
        and "; License: " not in claim.evidence  # that of debian/copyright
        and expression.endswith("-or-later")
        and claim.expression == f"{expression.removesuffix('-or-later')}-only"
    )


def remarks(first: Candidate, claims: tuple[LicenseClaim, ...], claim: LicenseClaim) -> list[str]:
    """What is to be said about the license that holds, one sentence each.

    Args:
        first: the origin.
        claims: every statement about it.
        claim: the one that holds.
    """
    remarks = []
    if first.copy is not None:
        remarks.append(
            f"a vendored copy: {first.copy.folder}/ in {first.package.name} names"
            f" {first.copy.name}, which is not among the indexed holders"
        )
        if claim.basis is LicenseBasis.PACKAGE_METADATA:
            remarks.append(f"the license is that of {first.package.name}, which holds the copy")
    collection = next((other for other in claims if is_collection(other)), None)
    if collection is not None and claim.basis is LicenseBasis.PACKAGE_METADATA:
        remarks.append(
            f"the license files hold {collection.expression} without saying which applies to which"
            f" file; the package declares {claim.expression}"
        )
        return remarks
    package = next(
        (
            other
            for other in claims
            if other.basis not in _OF_THE_FILE
            and other.basis != claim.basis
            and other.expression != NOASSERTION
            and not is_collection(other)
        ),
        None,
    )
    if (
        package is not None
        and claim in claims
        and not covers(package.expression, claim.expression)
        and not _is_text_of(package, claim.expression)
    ):
        remarks.append(
            f"license-mismatch: {claim.basis.value} says {claim.expression},"
            f" {package.basis.value} says {package.expression}; the more specific one holds"
        )
    return remarks
