# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the file of an indexed package from which a changed vendored copy was made.

A vendored copy often has changed imports, so a passage around them is only in the copy. The folder
and the path of the copy name its package. The package's file is the origin if the two files share
most of their lines and most lines of the passage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from codescan.licenses.ranking import Candidate
from codescan.licenses.vendored_paths import canonical_name, vendored
from codescan.records import MatchLocation, Span

if TYPE_CHECKING:
    from codescan.licenses.vendored_paths import Vendored
    from codescan.protocols import Catalogue

__all__ = ["upstream_candidates"]

_SAME_FILE = 0.5
"""Minimum share of the distinct lines of a copy that its upstream file has."""
_SAME_PASSAGE = 0.5
"""The same for the lines of the passage."""
_MAX_COPIES = 8
"""Maximum number of copies of one match whose upstream files are searched."""
_MAX_VERSIONS = 16
_MAX_BYTES = 4 << 20
_ROOTS = ("", "src/", "lib/", "python/", "package/", "dist/")
"""Folders in which packages keep the code that others vendor."""

_PURLS: WeakKeyDictionary[Catalogue, dict[str, list[str]]] = WeakKeyDictionary()
"""Package URLs of an index by canonical package name."""


def upstream_candidates(candidates: list[Candidate], catalogue: Catalogue) -> list[Candidate]:
    """Candidates for the upstream files of vendored copies whose package holds no exact passage.

    Args:
        candidates: the files that hold a passage.
        catalogue: an index; without a list of packages and files, the result is empty.
    """
    look_up = getattr(catalogue, "content_at", None)
    if look_up is None or not hasattr(catalogue, "purls"):
        return []
    held = {
        canonical_name(candidate.package.name)
        for candidate in candidates
        if not _is_copy(vendored(candidate.document.origin.path), candidate)
    }
    upstream: list[Candidate] = []
    searched: set[tuple[str, str]] = set()
    for candidate in candidates:
        copy = vendored(candidate.document.origin.path)
        if copy is None or not _is_copy(copy, candidate) or copy.name in held:
            continue
        inner = _inner_path(candidate.document.origin.path, copy)
        if (copy.name, inner) in searched or len(searched) == _MAX_COPIES:
            continue
        searched.add((copy.name, inner))
        paths = _possible_paths(inner)
        for purl in _purls(catalogue, copy.name)[-_MAX_VERSIONS:]:
            numbers = (look_up(purl, path) for path in paths)
            content_id = next((number for number in numbers if number is not None), None)
            if content_id is not None:
                upstream += _compared(candidate, content_id, purl, catalogue)
    return upstream


def _is_copy(copy: Vendored | None, candidate: Candidate) -> bool:
    return copy is not None and copy.name != canonical_name(candidate.package.name)


def _purls(catalogue: Catalogue, name: str) -> list[str]:
    """The package URLs of all versions of a package."""
    by_name = _PURLS.get(catalogue)
    if by_name is None:
        by_name = _PURLS[catalogue] = {}
        for purl in catalogue.purls():  # type: ignore[attr-defined]
            by_name.setdefault(_name_of(purl), []).append(purl)
    return by_name.get(name, [])


def _name_of(purl: str) -> str:
    """The canonical name in a package URL, with the scope that npm packages have."""
    kind, _, path = purl.removeprefix("pkg:").partition("/")
    path = unquote(path.partition("?")[0].partition("#")[0].rpartition("@")[0] or path)
    scope, _, name = path.rpartition("/")
    return (
        f"{scope.lower()}/{canonical_name(name)}"
        if kind == "npm" and scope
        else canonical_name(name)
    )


def _inner_path(path: str, copy: Vendored) -> str:
    """The path inside the folder for copies."""
    parts = path.split("/")
    at = len(parts) - 1 - parts[::-1].index(copy.folder)
    return "/".join(parts[at + 1 :])


def _possible_paths(inner: str) -> list[str]:
    """Possible paths of a copied file in its own package."""
    inner_parts = inner.split("/")
    shorter = "/".join(inner_parts[2 if inner.startswith("@") else 1 :])
    return [root + path for path in (inner, shorter) if path for root in _ROOTS]


def _compared(
    candidate: Candidate, content_id: int, purl: str, catalogue: Catalogue
) -> list[Candidate]:
    """The files of a package with a given content, if the copy was made from them."""
    copied = catalogue.content(candidate.holder.content_id)
    original = catalogue.content(content_id)
    if max(len(copied), len(original)) > _MAX_BYTES:
        return []
    lines = _line_spans(original)
    if _share(set(_lines(copied)), lines) < _SAME_FILE:
        return []
    span = candidate.holder.span
    passage = _lines(copied[span.start : span.end])
    share = _share(set(passage), lines)
    if share < _SAME_PASSAGE:
        return []
    spans = [lines[line] for line in passage if line in lines]
    region = Span(min(each.start for each in spans), max(each.end for each in spans))
    if region.end - region.start > 2 * (span.end - span.start) + 1000:
        region = spans[0]  # lines far apart, such as closing brackets
    holder = MatchLocation(content_id, region, min(share, candidate.holder.similarity))
    return [
        Candidate(document, holder)
        for document in catalogue.documents(content_id)
        if document.origin.package.purl == purl
    ]


def _lines(content: bytes) -> list[bytes]:
    """The stripped lines of a text with more than two characters."""
    return [line for each in content.splitlines() if len(line := each.strip()) > 2]  # noqa: PLR2004


def _line_spans(content: bytes) -> dict[bytes, Span]:
    """The first span of each line of a text."""
    spans: dict[bytes, Span] = {}
    at = 0
    for each in content.splitlines(keepends=True):
        line = each.strip()
        if len(line) > 2:  # noqa: PLR2004 - as in `_lines`
            spans.setdefault(line, Span(at, at + len(each.rstrip(b"\r\n"))))
        at += len(each)
    return spans


def _share(lines: set[bytes], others: dict[bytes, Span]) -> float:
    return sum(line in others for line in lines) / len(lines) if lines else 0.0
