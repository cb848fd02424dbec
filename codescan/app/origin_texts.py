# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Fetch the origin files of a sketch, to verify matches on their texts.

A text is used only if it has the SHA-256 in the index, so every source is safe. URLs in the recipe
of an index are not used, because the index may be untrusted.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from packageurl import PackageURL

from codescan.errors import CodescanError
from codescan.index.regular_files import read_regular
from codescan.records import Document
from codescan.registry import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.index import Index
    from codescan.index.sketch.reader import SketchIndex

__all__ = ["RecipeTexts", "verify_on_texts"]

_MAX_HOLDERS = 4
"""Maximum number of files with one content that are tried."""
_MAX_PACKAGES = 8
_MAX_BYTES = 64 * 1024 * 1024
"""Maximum bytes of stored package texts, and of one file."""
_KINDS = {
    "pypi": ("pypi", "=="), "npm": ("npm", "@"), "cargo": ("crates", "@"), "golang": ("go", "@"),
    "maven": ("maven", ":"), "deb": ("debian", "="),
}  # fmt: skip
"""Source of each type of package URL, and the prefix of versions there."""


class RecipeTexts:
    """Texts from local folders of a recipe, the download cache, and package registries.

    Args:
        recipe: recipe in the manifest of the index.
        offline: do not download anything.
    """

    def __init__(self, recipe: Mapping[str, object], *, offline: bool = False) -> None:
        sources = recipe.get("sources")
        self._sources = [
            cast("dict[str, object]", source)
            for source in (sources if isinstance(sources, list) else [])
            if isinstance(source, dict)
        ]
        self._offline = offline
        self._packages: OrderedDict[str, dict[str, bytes]] = OrderedDict()

    def text(self, documents: tuple[Document, ...]) -> bytes | None:
        """The content of identical files, or None if none is available."""
        for document in documents[:_MAX_HOLDERS]:
            sha256 = document.origin.sha256
            for path in self._local_paths(document.origin.path):
                text = _read(path)
                if text is not None and hashlib.sha256(text).hexdigest() == sha256:
                    return text
            text = self._package(document.origin.package.purl).get(sha256)
            if text is not None:
                return text
        return None

    def _local_paths(self, path: str) -> Iterator[Path]:
        inner = Path(path)
        if inner.is_absolute() or ".." in inner.parts:
            return
        for source in self._sources:
            roots = source.get("path", ())
            for root in (roots,) if isinstance(roots, str) else roots:  # type: ignore[attr-defined]
                yield Path(str(root)).expanduser() / inner

    def _package(self, purl: str) -> dict[str, bytes]:
        """The files of a package by SHA-256; empty if the package is not available."""
        known = self._packages.get(purl)
        if known is None:
            try:
                known = self._fetched(purl)
            except (CodescanError, OSError, ValueError):
                known = {}
            self._packages[purl] = known
            if len(self._packages) > _MAX_PACKAGES:
                self._packages.popitem(last=False)
        return known

    def _fetched(self, purl: str) -> dict[str, bytes]:
        parsed = PackageURL.from_string(purl)
        kind, separator = _KINDS.get(parsed.type, ("", ""))
        if not kind or not parsed.version:
            return {}
        namespace = parsed.namespace if parsed.type != "deb" else None
        between = ":" if kind == "maven" else "/"
        name = f"{namespace}{between}{parsed.name}" if namespace else parsed.name
        options = {
            key: source[key]
            for source in self._sources
            if source.get("kind") == kind
            for key in ("data", "prefer")
            if key in source
        }
        source = load("sources", kind)(
            packages=(f"{name}{separator}{parsed.version}",), offline=self._offline, **options
        )
        texts: dict[str, bytes] = {}
        size = 0
        for item in source.documents():
            if isinstance(item, Document):
                size += len(item.content)
                if size > _MAX_BYTES:
                    break
                texts[item.origin.sha256] = item.content
        return texts


def verify_on_texts(index: Index, *, offline: bool = False) -> None:
    """Verify matches of a sketch on the texts of their origins; other indexes always do this."""
    if not index.has_texts:
        texts = RecipeTexts(index.manifest.recipe, offline=offline)
        cast("SketchIndex", index).text_source = texts


def _read(path: Path) -> bytes | None:
    try:
        return read_regular(path, _MAX_BYTES)
    except (OSError, CodescanError, ValueError):
        return None
