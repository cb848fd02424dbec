# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decides which statement about the license of a passage applies, and finds contradictions.

There are several levels: a tag around the passage, a tag in the file, the nearest notice above the
passage, the nearest license file, the package's metadata, the repository. The most specific level
with a statement applies, even if the statement was not understood.
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
"""Prefix of the evidence of a license file that collects several licenses."""

OWN_PART = "own part of "
"""Prefix of the evidence of a license file that also has licenses of bundled parts."""

OVERRIDE = "override: "
"""Prefix of the evidence of a REUSE.toml annotation that overrides the file itself."""

_RANK = {basis: rank for rank, basis in enumerate(LicenseBasis)}
_OF_THE_FILE = frozenset(
    {LicenseBasis.SNIPPET_TAG, LicenseBasis.FILE_TAG, LicenseBasis.FILE_HEADER}
)
_RESTRICTED = frozenset({"proprietary", "source-available", "unknown"})
_PERMISSIVE = strictness("permissive")
_NOTHING = LicenseClaim(NOASSERTION, LicenseBasis.NONE)


def precedence(claim: LicenseClaim) -> int:
    """The rank of a claim's level as a sort key; the most specific level has the lowest rank."""
    return -1 if claim.evidence.startswith(OVERRIDE) else _RANK[claim.basis]


def is_collection(claim: LicenseClaim) -> bool:
    """Whether a claim comes from license files that hold several licenses.

    Such files collect the licenses of all bundled parts, as in the wheels of numpy and pyarrow,
    without saying which license applies to which file.
    """
    return claim.basis is LicenseBasis.LICENSE_FILE and claim.evidence.startswith(COLLECTION)


def all_claims(
    candidate: Candidate, tags: Iterable[SnippetTag], notice: LicenseClaim | None = None
) -> tuple[LicenseClaim, ...]:
    """Every statement about the passage of a candidate, most specific first, each once.

    Args:
        candidate: a file that holds the passage.
        tags: the snippet tags of that file.
        notice: the nearest notice above the passage; it replaces the file's header.
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
    """The claim that applies: that of the most specific level with a statement.

    A statement that was not understood is never replaced by a more general level. The exception is
    an ambiguous name ("BSD license") if a more general level says which license it means. Within a
    file, a header that is stricter than the tag overrides it. The package's own declaration
    overrides license files that collect several licenses.
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
    """The most specific claim, or the header if it is stricter than the tag."""
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
    """The claim of a more general level that explains an ambiguous name or a vendor's text."""
    if claim.evidence.startswith(AMBIGUOUS):
        name = claim.evidence.removeprefix(AMBIGUOUS)
        for other in claims:
            if is_of_family(name, leaves(other.expression)):
                return other
    if claim.basis is LicenseBasis.LICENSE_FILE:
        # License texts of vendors that are on no list: use the name in the package's metadata.
        for other in claims:
            is_declared = other.basis is LicenseBasis.PACKAGE_METADATA
            if is_declared and "proprietary" in (
                other.category,
                *other.expression.lower().split("-"),
            ):
                return other
    return claim


def _adds_to(claim: LicenseClaim, declared: LicenseClaim) -> bool:
    """Whether a package declares more licenses than the license text that was found in it."""
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
    """Whether a package offers a choice among licenses whose texts are in one folder."""
    if declared.basis is not LicenseBasis.PACKAGE_METADATA or " AND " not in claim.expression:
        return False
    texts, named = set(leaves(claim.expression)), set(leaves(declared.expression))
    plain = {name.removesuffix("-or-later").removesuffix("-only") for name in named}
    return " OR " in declared.expression and (
        texts == named or {t.removesuffix("-only") for t in texts} == plain
    )


def _is_text_of(claim: LicenseClaim, expression: str) -> bool:
    """Whether a license file holds the text of a license that is granted "or later" elsewhere.

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
    """Remarks about the license that applies, one sentence each.

    Args:
        first: the origin.
        claims: every statement about it.
        claim: the claim that applies.
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
