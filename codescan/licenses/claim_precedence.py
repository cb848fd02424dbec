# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Which level's statement about a passage's license holds, and where levels contradict.

Levels stay apart: tag around the passage, tag in the file, its header, the nearest license file,
the package's metadata, the repository. The most specific one that says something holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.licenses.expressions import covers
from codescan.records import NOASSERTION, LicenseBasis, LicenseClaim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.licenses.ranking import Candidate
    from codescan.licenses.spdx_tags import SnippetTag

__all__ = ["COLLECTION", "all_claims", "is_collection", "precedence", "remarks", "strongest"]

COLLECTION = "several licenses in "
"""How the evidence of license files begins that gather several licenses."""

_RANK = {basis: rank for rank, basis in enumerate(LicenseBasis)}
_OF_THE_FILE = frozenset(
    {LicenseBasis.SNIPPET_TAG, LicenseBasis.FILE_TAG, LicenseBasis.FILE_HEADER}
)
_NOTHING = LicenseClaim(NOASSERTION, LicenseBasis.NONE)


def precedence(claim: LicenseClaim) -> int:
    """The place of a claim's level among the levels, 0 for the most specific: a sorting key."""
    return _RANK[claim.basis]


def is_collection(claim: LicenseClaim) -> bool:
    """Whether a claim comes from license files that hold several licenses.

    Such files gather the licenses of everything that is shipped (wheels of numpy and pyarrow do)
    without saying which applies to which file.
    """
    return claim.basis is LicenseBasis.LICENSE_FILE and claim.evidence.startswith(COLLECTION)


def all_claims(candidate: Candidate, tags: Iterable[SnippetTag]) -> tuple[LicenseClaim, ...]:
    """Every statement about the passage of a candidate, most specific first, each once.

    Args:
        candidate: a file that holds the passage.
        tags: the snippet tags of that file.
    """
    span = candidate.holder.span
    claims = [
        tag.claim for tag in tags if tag.span.start <= span.start and span.end <= tag.span.end
    ]
    claims += [*candidate.document.licenses, *candidate.package.licenses]
    return tuple(sorted(dict.fromkeys(claims), key=precedence))


def strongest(claims: tuple[LicenseClaim, ...]) -> LicenseClaim:
    """The most specific claim that says something definite.

    License files that gather several licenses yield to what the package itself declares.
    """
    definite = [claim for claim in claims if claim.expression != NOASSERTION]
    if not definite:
        return claims[0] if claims else _NOTHING
    if is_collection(definite[0]):
        declared = (c for c in definite if c.basis is LicenseBasis.PACKAGE_METADATA)
        return next(declared, definite[0])
    if definite[0].basis is LicenseBasis.LICENSE_FILE:
        later = (c for c in definite[1:] if _is_text_of(definite[0], c.expression))
        return next(later, definite[0])
    return definite[0]


def _is_text_of(claim: LicenseClaim, expression: str) -> bool:
    """Whether a license file holds the text of what is elsewhere granted "or later".

    The text of a GNU license is the same for "only" and "or later"; it cannot contradict either.
    """
    return (
        claim.basis is LicenseBasis.LICENSE_FILE
        and "text of " in claim.evidence  # not a statement of REUSE.toml or debian/copyright
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
    said = []
    if first.copy is not None:
        said.append(
            f"a vendored copy: {first.copy.folder}/ in {first.package.name} names"
            f" {first.copy.name}, which is not among the indexed holders"
        )
        if claim.basis is LicenseBasis.PACKAGE_METADATA:
            said.append(f"the license is that of {first.package.name}, which holds the copy")
    collection = next((other for other in claims if is_collection(other)), None)
    if collection is not None and claim.basis is LicenseBasis.PACKAGE_METADATA:
        said.append(
            f"the license files hold {collection.expression} without saying which applies to which"
            f" file; the package declares {claim.expression}"
        )
        return said
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
        said.append(
            f"license-mismatch: {claim.basis.value} says {claim.expression},"
            f" {package.basis.value} says {package.expression}; the more specific one holds"
        )
    return said
