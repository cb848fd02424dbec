# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The rules that select the copy of a text to keep.

`best-license` goes by the rules by which findings are attributed, so that the copy of the origin
stays, with its license and holder. Where no rule decides, a stated license precedes none and a
stricter one before a permissive one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from codescan.dedup.documents import order_key
from codescan.licenses.categories import strictness
from codescan.licenses.ranking import Candidate, families_of, mark_owned, preference
from codescan.licenses.vendored_paths import canonical_name, vendored
from codescan.records import NOASSERTION, MatchLocation, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codescan.dedup.documents import InputDocument

__all__ = ["KEEP_RULES", "KeepRule", "keep_order", "name_key", "rough_preference"]

KeepRule = Literal["best-license", "earliest", "first", "longest"]
KEEP_RULES: tuple[str, ...] = get_args(KeepRule)

_NO_DATE = "9999-99-99"
_HOLDER = MatchLocation(0, Span(0, 0))


def name_key(document: InputDocument) -> list[Any]:
    """The key of the order of documents: by name, and then by content."""
    row = document.row if document.name.endswith(f":{document.row}") else 0
    return [order_key(document.name, row), document.document.origin.sha256]


def rough_preference(document: InputDocument, rule: KeepRule) -> list[Any]:
    """A key that puts likely kept documents first, looking at each alone.

    It decides in which order candidates are compared; `keep_order` decides what stays.
    """
    key = name_key(document)
    if rule == "longest":
        return [-document.size, *key]
    if rule == "first":
        return key
    released = document.package.released or _NO_DATE
    if rule == "earliest":
        return [released, *key]
    copy = vendored(document.path)
    is_copy = copy is not None and copy.name != canonical_name(document.package.name)
    return [is_copy, released, document.license.expression == NOASSERTION, *key]


def keep_order(documents: Sequence[InputDocument], rule: KeepRule) -> list[int]:
    """The places of documents, the one to keep first.

    Args:
        documents: copies of one text, or near-duplicates of each other.
        rule: which copy stays.
    """
    if rule != "best-license":
        keys = [rough_preference(document, rule) for document in documents]
        return sorted(range(len(documents)), key=keys.__getitem__)
    candidates = [Candidate(document.document, _HOLDER) for document in documents]
    families_of(candidates)
    mark_owned(candidates)
    _mark_pointers(candidates, documents)
    ranked = []
    for place, (candidate, document) in enumerate(zip(candidates, documents, strict=True)):
        claim = document.license
        license_rank = (claim.expression == NOASSERTION, -strictness(claim.category))
        key = preference(candidate, 1.0, license_rank)
        ranked.append((key, name_key(document), place))
    ranked.sort()
    return [place for _key, _name, place in ranked]


def _mark_pointers(candidates: list[Candidate], documents: Sequence[InputDocument]) -> None:
    """Note which packages a copy in another package names as its origin."""
    families = {
        canonical_name(candidate.package.name): candidate.family
        for candidate in candidates
        if candidate.copy is None
    }
    pointed = {
        families[name]
        for candidate, document in zip(candidates, documents, strict=True)
        for name in document.pointers
        if families.get(name, candidate.family) != candidate.family
    }
    for candidate in candidates:
        if candidate.copy is None and candidate.family in pointed:
            candidate.pointer = "a copy points to it"
