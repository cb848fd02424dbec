# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Attributes a matched passage: origin, license and confidence.

Every file that holds the passage is a candidate. Candidates are grouped into families (versions,
mirrors and vendored copies of one project), and `ranking` ranks the families. The result says
"earliest in index", never "oldest": the true source may be missing from the index.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from codescan.licenses import spdx_tags
from codescan.licenses.categories import strictness
from codescan.licenses.claim_precedence import all_claims, remarks, strongest
from codescan.licenses.expressions import covers
from codescan.licenses.origin_pointers import pointers
from codescan.licenses.package_forks import independent_families
from codescan.licenses.passage_notices import passage_claim
from codescan.licenses.ranking import (
    Candidate,
    best_first,
    contributions,
    decision,
    families_of,
    mark_owned,
)
from codescan.licenses.upstream_files import upstream_candidates
from codescan.licenses.vendored_paths import canonical_name, parse_vendor_list
from codescan.records import (
    Alternative,
    Attribution,
    LicenseBasis,
    LicenseClaim,
    Match,
    MatchLocation,
    Region,
    Snippet,
    Span,
)
from codescan.text.languages import kind
from codescan.text.lines import region_of
from codescan.text.swhid import swhid

if TYPE_CHECKING:
    from codescan.licenses.project_packages import ProjectPackages
    from codescan.licenses.spdx_tags import SnippetTag
    from codescan.protocols import Catalogue

__all__ = ["attribute"]

MAX_HOLDERS = 64
"""Maximum number of contents that are examined for one match."""
MAX_DOCUMENTS = 4096
"""Maximum number of files that are ranked for one match."""
MAX_ALTERNATIVES = 10
_MAX_LISTS = 1024
_MAX_FACTS = 2048
_NAMED = 5
_MAX_SAME = 16
_HEAD = 2048
_BEFORE = 2048


# Lists of vendored packages, cached by index, package and folder: many files share one list.
_PINS: WeakKeyDictionary[Any, dict[tuple[str, str], dict[str, str]]] = WeakKeyDictionary()


class _Facts:
    """A cache of facts about the texts of a catalogue, as many passages share few files."""

    def __init__(self) -> None:
        self.swhids: dict[int, str] = {}
        self.tags: dict[int, tuple[SnippetTag, ...]] = {}

    def make_room(self) -> None:
        """Clear the cache if it is large: most of it is not needed again."""
        for facts in (self.swhids, self.tags):
            if len(facts) >= _MAX_FACTS:
                facts.clear()


_FACTS: WeakKeyDictionary[Any, _Facts] = WeakKeyDictionary()


class _Contents:
    """Texts of the examined contents, each fetched once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._texts: dict[int, bytes] = {}
        facts = _FACTS.setdefault(catalogue, _Facts())
        facts.make_room()
        self._swhids, self._tags = facts.swhids, facts.tags
        self._regions: dict[MatchLocation, Region] = {}

    def text(self, content_id: int) -> bytes:
        if content_id not in self._texts:
            self._texts[content_id] = self._catalogue.content(content_id)
        return self._texts[content_id]

    def region(self, holder: MatchLocation) -> Region:
        if holder not in self._regions:
            self._regions[holder] = region_of(self.text(holder.content_id), holder.span)
        return self._regions[holder]

    def swhid(self, content_id: int) -> str:
        known = self._swhids.get(content_id)
        if known is None:
            known = self._swhids[content_id] = swhid(self.text(content_id))
        return known

    def tags(self, content_id: int) -> tuple[SnippetTag, ...]:
        known = self._tags.get(content_id)
        if known is None:
            known = self._tags[content_id] = spdx_tags.snippet_tags(self.text(content_id))
        return known

    def claims(self, candidate: Candidate) -> tuple[LicenseClaim, ...]:
        if candidate.claims is None:
            content_id = candidate.holder.content_id
            notice = passage_claim(
                self.text(content_id),
                candidate.holder.span,
                is_prose=kind(candidate.document.language) == "prose",
            )
            candidate.claims = all_claims(candidate, self.tags(content_id), notice)
        return candidate.claims


def attribute(
    match: Match,
    catalogue: Catalogue,
    snippet: Snippet,
    *,
    project: ProjectPackages | None = None,
) -> Attribution:
    """Rank the known holders of a passage and name its origin.

    Examines the first 64 holders and 4,096 files of a match; `reasons` says if there were more.
    Time is linear in the number of files. `licenses_seen` counts tags around the passage only for
    the first eleven families; the texts of the others are not read.

    Args:
        match: a verified match of `snippet`.
        catalogue: the index of the match.
        snippet: the text in which the passage was found.
        project: the project under review; its declared dependencies are likely sources.

    Raises:
        ValueError: no holder of the match has a document in the catalogue.
    """
    candidates = _candidates(match, catalogue)
    if not candidates:
        raise ValueError(f"no document of the index holds the match in {match.snippet_id}")
    candidates += upstream_candidates(candidates, catalogue)
    contents = _Contents(catalogue)
    families_of(candidates)
    mark_owned(candidates)
    if project is not None:
        _mark_declared(candidates, project)
    _mark_pointers(candidates, contents, snippet, match.span)
    best = max(candidate.holder.similarity for candidate in candidates)
    ranked = best_first(candidates, best)
    first, second = ranked[0], ranked[1] if len(ranked) > 1 else None
    claims = contents.claims(first)
    claim, within = _strictest_within(first, candidates, contents)
    read = contributions(first, second, best)
    reasons: list[str] = within
    ambiguous = False
    if second is not None:
        sentence, tied = decision(first, second, best)
        reasons.append(sentence)
        other = strongest(contents.claims(second))
        if tied and other.category != claim.category:
            ambiguous = True
            claim = max((claim, other), key=lambda c: strictness(c.category))
            reasons.append(
                f"ambiguous: {first.package.name} and {second.package.name} differ in license;"
                f" the stricter, {claim.expression}, is assumed"
            )
    reasons.extend(_copies(first, candidates))
    reasons.extend(remarks(first, claims, claim))
    reasons.extend(_pinned(first, catalogue))
    if match.locations_total > min(len(match.locations), MAX_HOLDERS):
        reasons.append(
            f"{match.locations_total} files hold the passage, of which the first"
            f" {min(len(match.locations), MAX_HOLDERS)} were ranked"
        )
    return Attribution(
        origin=first.document.origin,
        region=contents.region(first.holder),
        license=claim,
        swhid=contents.swhid(first.holder.content_id),
        claims=claims,
        copyrights=_copyrights(first, contents),
        alternatives=tuple(_alternative(c, contents) for c in ranked[1 : MAX_ALTERNATIVES + 1]),
        alternatives_total=len(ranked) - 1,
        families=independent_families(ranked, catalogue),
        ambiguous=ambiguous,
        reasons=tuple(reasons),
        margin=max(0.0, sum(each.points for each in read)) if second is not None else None,
        contributions=read,
        licenses_seen=_licenses_seen(ranked, contents),
        earliest=_earliest(first, candidates, contents),
    )


def _strictest_within(
    first: Candidate, candidates: list[Candidate], contents: _Contents
) -> tuple[LicenseClaim, list[str]]:
    """The strictest claim of those files of one package that hold the passage, and a remark.

    A source file and a bundle that contains it have one license, even if only one states it.
    """
    claim, place = strongest(contents.claims(first)), first
    same = [
        candidate
        for candidate in candidates
        if candidate is not first
        and candidate.package.purl == first.package.purl
        and candidate.family == first.family
        and (candidate.copy is None) == (first.copy is None)
    ]
    for candidate in same[:_MAX_SAME]:
        other = strongest(contents.claims(candidate))
        if other.basis is LicenseBasis.NONE or covers(claim.expression, other.expression):
            continue
        if strictness(other.category) > strictness(claim.category):
            claim, place = other, candidate
    if place is first:
        return claim, []
    stated = strongest(contents.claims(first)).expression
    reason = (
        f"{place.document.origin.path} in {first.package.name} holds the passage too and is under"
        f" {claim.expression}; {first.document.origin.path} under {stated}: the stricter is assumed"
    )
    return claim, [reason]


def _licenses_seen(ranked: list[Candidate], contents: _Contents) -> tuple[tuple[str, int], ...]:
    counts = Counter(
        strongest(
            contents.claims(candidate) if rank <= MAX_ALTERNATIVES else all_claims(candidate, ())
        ).expression
        for rank, candidate in enumerate(ranked)
    )
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _earliest(
    first: Candidate, candidates: list[Candidate], contents: _Contents
) -> Alternative | None:
    dated = [candidate for candidate in candidates if candidate.package.released]
    if not dated:
        return None
    return _alternative(
        min(
            dated,
            key=lambda c: (
                c.package.released,
                c is not first,
                c.package.purl,
                c.document.origin.path,
            ),
        ),
        contents,
    )


def _candidates(match: Match, catalogue: Catalogue) -> list[Candidate]:
    candidates: list[Candidate] = []
    for holder in match.locations[:MAX_HOLDERS]:
        documents = catalogue.documents(holder.content_id)
        candidates.extend(Candidate(document, holder) for document in documents)
        if len(candidates) >= MAX_DOCUMENTS:
            break
    return candidates[:MAX_DOCUMENTS]


def _mark_declared(candidates: list[Candidate], project: ProjectPackages) -> None:
    """Mark candidates of declared dependencies, except vendored copies in these packages."""
    answers: dict[str, bool] = {}
    for candidate in candidates:
        purl = candidate.package.purl
        if purl not in answers:
            answers[purl] = project.is_declared_dependency(candidate.package)
        candidate.declared = answers[purl] and candidate.copy is None


def _mark_pointers(
    candidates: list[Candidate], contents: _Contents, snippet: Snippet, span: Span
) -> None:
    """Mark the families that a text of another family points to.

    A text that names its own package proves nothing; a copy that names another package does.
    """
    families: dict[str, str] = {}
    holders: dict[int, set[str]] = {}
    spans: dict[int, Span] = {}
    for candidate in candidates:
        if candidate.copy is None:
            families.setdefault(canonical_name(candidate.package.name), candidate.family)
        holders.setdefault(candidate.holder.content_id, set()).add(candidate.family)
        spans.setdefault(candidate.holder.content_id, candidate.holder.span)
    if len(set(families.values())) < 2:  # noqa: PLR2004 - nothing to choose between
        return
    pointed: dict[str, str] = {}
    texts = [(_surroundings(snippet.content, span), frozenset[str]())]
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
    """The head of a text, and the passage with what precedes it."""
    start = max(0, span.start - _BEFORE)
    if start <= _HEAD:
        return content[: max(_HEAD, span.end)]
    return content[:_HEAD] + b"\n" + content[start : span.end]


def _pinned(first: Candidate, catalogue: Catalogue) -> list[str]:
    """The version of the copied package in the list near the copy, such as pip's vendor.txt."""
    look_up = getattr(catalogue, "content_at", None)
    if first.copy is None or look_up is None:
        return []
    folders = first.document.origin.path.split("/")
    folder = "/".join(folders[: folders.index(first.copy.folder) + 1])
    known = _PINS.setdefault(catalogue, {})
    key = first.package.purl, folder
    if key not in known:
        content = look_up(first.package.purl, f"{folder}/vendor.txt")
        if len(known) >= _MAX_LISTS:
            known.clear()
        known[key] = parse_vendor_list(catalogue.content(content)) if content is not None else {}
    version = known[key].get(first.copy.name)
    if version is None:
        return []
    return [f"{folder}/vendor.txt names {first.copy.name} {version} as the copy's origin"]


def _copies(first: Candidate, candidates: list[Candidate]) -> list[str]:
    """The packages that hold vendored copies of the origin, unless the origin is itself a copy."""
    holders = {c.package.name for c in candidates if c.copy and c.family == first.family}
    if first.copy is not None or not holders:
        return []
    names = sorted(holders)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [f"vendored copies of {first.package.name}: in {', '.join(names[:_NAMED])}{more}"]


def _copyrights(candidate: Candidate, contents: _Contents) -> tuple[str, ...]:
    span = candidate.holder.span
    for tag in contents.tags(candidate.holder.content_id):
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
        license=strongest(contents.claims(candidate)),
        swhid=contents.swhid(candidate.holder.content_id),
        released=origin.package.released,
    )
