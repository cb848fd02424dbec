# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whose a matched passage is, under which license, and how sure that is.

Every file that holds the passage is a candidate. Candidates collapse to families (versions,
mirrors and vendored copies of one project), and families are ranked by the rules of `ranking`.
The result says "earliest in index", never "oldest": the index need not hold the true source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.licenses import spdx_tags
from codescan.licenses.categories import strictness
from codescan.licenses.copyrights import holder_name
from codescan.licenses.expressions import covers
from codescan.licenses.nearest import is_collection
from codescan.licenses.pointers import pointers
from codescan.licenses.ranking import Candidate, best_first, decision, families_of
from codescan.licenses.vendored import canonical_name, parse_vendor_list
from codescan.records import (
    NOASSERTION,
    Alternative,
    Attribution,
    Holder,
    LicenseBasis,
    LicenseClaim,
    Match,
    Region,
    Snippet,
    Span,
)
from codescan.text.lines import LineMap

if TYPE_CHECKING:
    from codescan.protocols import Catalogue

__all__ = ["attribute"]

MAX_HOLDERS = 64
"""Contents that are looked at for one match."""
MAX_DOCUMENTS = 4096
"""Files that are ranked for one match."""
MAX_ALTERNATIVES = 10
_NAMED = 5
_HEAD = 2048
_BEFORE = 2048

_BASES = tuple(LicenseBasis)
_OF_THE_FILE = frozenset(
    {LicenseBasis.SNIPPET_TAG, LicenseBasis.FILE_TAG, LicenseBasis.FILE_HEADER}
)
_NOTHING = LicenseClaim(NOASSERTION, LicenseBasis.NONE)


class _Contents:
    """Texts of the contents that are looked at, each fetched once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._texts: dict[int, bytes] = {}
        self._lines: dict[int, LineMap] = {}

    def text(self, content: int) -> bytes:
        if content not in self._texts:
            self._texts[content] = self._catalogue.content(content)
        return self._texts[content]

    def region(self, holder: Holder) -> Region:
        if holder.content not in self._lines:
            self._lines[holder.content] = LineMap(self.text(holder.content))
        return self._lines[holder.content].region(holder.span)


def attribute(match: Match, catalogue: Catalogue, snippet: Snippet) -> Attribution:
    """Rank the known holders of a passage and say whose it is.

    Looks at the first 64 holders and 4,096 files of a match and says in `reasons` if there were
    more. Cost is linear in the files looked at.

    Args:
        match: a verified match of `snippet`.
        catalogue: the index that the match is from.
        snippet: the text in which the passage was found.

    Raises:
        ValueError: no holder of the match has a document in the catalogue.
    """
    candidates = _candidates(match, catalogue)
    if not candidates:
        raise ValueError(f"no document of the index holds the match in {match.snippet_id}")
    contents = _Contents(catalogue)
    families_of(candidates)
    _mark_owned(candidates)
    _mark_pointers(candidates, contents, _surroundings(snippet.content, match.span))
    best = max(candidate.holder.similarity for candidate in candidates)
    ranked = best_first(candidates, best)
    first = ranked[0]
    claims = _claims(first, contents)
    claim = _strongest(claims)
    reasons: list[str] = []
    ambiguous = False
    if len(ranked) > 1:
        sentence, tied = decision(first, ranked[1], best)
        reasons.append(sentence)
        other = _strongest(_claims(ranked[1], contents))
        if tied and other.category != claim.category:
            ambiguous = True
            claim = max((claim, other), key=lambda c: strictness(c.category))
            reasons.append(
                f"ambiguous: {first.package.name} and {ranked[1].package.name} differ in license;"
                f" the stricter, {claim.expression}, is assumed"
            )
    reasons.extend(_copies(first, candidates))
    reasons.extend(_remarks(first, claims, claim))
    reasons.extend(_pinned(first, catalogue))
    if match.holders_total > min(len(match.holders), MAX_HOLDERS):
        reasons.append(
            f"{match.holders_total} files hold the passage, of which the first"
            f" {min(len(match.holders), MAX_HOLDERS)} were ranked"
        )
    return Attribution(
        origin=first.document.origin,
        region=contents.region(first.holder),
        license=claim,
        claims=claims,
        copyrights=_copyrights(first, contents),
        alternatives=tuple(_alternative(c, contents) for c in ranked[1 : MAX_ALTERNATIVES + 1]),
        alternatives_total=len(ranked) - 1,
        families=len(ranked),
        ambiguous=ambiguous,
        reasons=tuple(reasons),
    )


def _candidates(match: Match, catalogue: Catalogue) -> list[Candidate]:
    found: list[Candidate] = []
    for holder in match.holders[:MAX_HOLDERS]:
        documents = catalogue.documents(holder.content)
        found.extend(Candidate(document, holder) for document in documents)
        if len(found) >= MAX_DOCUMENTS:
            break
    return found[:MAX_DOCUMENTS]


def _mark_owned(candidates: list[Candidate]) -> None:
    """Note where a copyright holder of the file is also named by its package."""
    for candidate in candidates:
        package = candidate.package
        owners = {holder_name(line).lower() for line in package.copyrights} | {package.name.lower()}
        owners.discard("")
        for line in candidate.document.copyrights:
            holder = holder_name(line).lower()
            if holder in owners or f"{package.name.lower()} " in f"{holder} ":
                candidate.owned = True
                break


def _mark_pointers(candidates: list[Candidate], contents: _Contents, around: bytes) -> None:
    """Note which families a text of someone else points to.

    A text that names its own package proves nothing; a copy that names another one does.
    """
    families: dict[str, str] = {}
    holders: dict[int, set[str]] = {}
    spans: dict[int, Span] = {}
    for candidate in candidates:
        if candidate.copy is None:
            families.setdefault(canonical_name(candidate.package.name), candidate.family)
        holders.setdefault(candidate.holder.content, set()).add(candidate.family)
        spans.setdefault(candidate.holder.content, candidate.holder.span)
    if len(set(families.values())) < 2:  # noqa: PLR2004 - nothing to choose between
        return
    pointed: dict[str, str] = {}
    texts = [(around, frozenset[str]())]
    texts.extend(
        (_surroundings(contents.text(number), span), frozenset(holders[number]))
        for number, span in spans.items()
    )
    for text, own in texts:
        for name, how in pointers(text).items():
            family = families.get(name)
            if family is not None and own != {family}:
                pointed.setdefault(family, how)
    for candidate in candidates:
        if candidate.copy is None:
            candidate.pointer = pointed.get(candidate.family, "")


def _surroundings(content: bytes, span: Span) -> bytes:
    """The head of a text, and the passage with what stands before it."""
    start = max(0, span.start - _BEFORE)
    if start <= _HEAD:
        return content[: max(_HEAD, span.end)]
    return content[:_HEAD] + b"\n" + content[start : span.end]


def _claims(candidate: Candidate, contents: _Contents) -> tuple[LicenseClaim, ...]:
    """Every statement about the passage, most specific first, each once."""
    span = candidate.holder.span
    claims = [
        tag.claim
        for tag in spdx_tags.snippet_tags(contents.text(candidate.holder.content))
        if tag.span.start <= span.start and span.end <= tag.span.end
    ]
    claims += [*candidate.document.licenses, *candidate.package.licenses]
    return tuple(sorted(dict.fromkeys(claims), key=lambda claim: _BASES.index(claim.basis)))


def _strongest(claims: tuple[LicenseClaim, ...]) -> LicenseClaim:
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


def _remarks(first: Candidate, claims: tuple[LicenseClaim, ...], claim: LicenseClaim) -> list[str]:
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


def _pinned(first: Candidate, catalogue: Catalogue) -> list[str]:
    """Which version of the copied package the list beside the copy names (pip's vendor.txt)."""
    look_up = getattr(catalogue, "content_at", None)
    if first.copy is None or look_up is None:
        return []
    folders = first.document.origin.path.split("/")
    folder = "/".join(folders[: folders.index(first.copy.folder) + 1])
    content = look_up(first.package.purl, f"{folder}/vendor.txt")
    pins = parse_vendor_list(catalogue.content(content)) if content is not None else {}
    version = pins.get(first.copy.name)
    if version is None:
        return []
    return [f"{folder}/vendor.txt names {first.copy.name} {version} as the copy's origin"]


def _copies(first: Candidate, candidates: list[Candidate]) -> list[str]:
    """Which packages hold vendored copies of the origin, if it is not itself one."""
    holders = {c.package.name for c in candidates if c.copy and c.family == first.family}
    if first.copy is not None or not holders:
        return []
    names = sorted(holders)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [f"vendored copies of {first.package.name}: in {', '.join(names[:_NAMED])}{more}"]


def _copyrights(candidate: Candidate, contents: _Contents) -> tuple[str, ...]:
    span = candidate.holder.span
    for tag in spdx_tags.snippet_tags(contents.text(candidate.holder.content)):
        if tag.copyrights and tag.span.start <= span.start and span.end <= tag.span.end:
            return tag.copyrights
    if candidate.copy is not None:  # the package that holds a copy does not own it
        return candidate.document.copyrights
    return candidate.document.copyrights or candidate.package.copyrights


def _alternative(candidate: Candidate, contents: _Contents) -> Alternative:
    origin = candidate.document.origin
    return Alternative(
        purl=origin.package.purl,
        package=origin.package.name,
        version=origin.package.version,
        path=origin.path,
        region=contents.region(candidate.holder),
        license=_strongest(_claims(candidate, contents)),
        swhid=origin.swhid,
        released=origin.package.released,
    )
