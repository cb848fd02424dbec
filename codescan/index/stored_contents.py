# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The contents of a shard on disk: texts in its store, origins in its catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.index.catalogue import CatalogueReader
from codescan.index.content_store import StoreReader
from codescan.index.shard_writer import CATALOGUE, STORE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan._core import _native
    from codescan.records import Document

__all__ = ["StoredContents"]


class StoredContents:
    """Opens the store, and the catalogue when it is asked first.

    Args:
        folder: of the shard.
        shard: its arrays, which say where in the store a text lies.
    """

    def __init__(self, folder: Path, shard: _native.Shard) -> None:
        self._folder = folder
        self._shard = shard
        self._store = StoreReader(folder / STORE)
        self._opened: CatalogueReader | None = None

    def text(self, content: int) -> bytes:
        """The text of a content, byte for byte as indexed."""
        block, offset, size, *_rest = self._shard.content(content)
        return self._store.read(self._shard.block(block), offset, size)

    def documents(self, content: int, language: str) -> tuple[Document, ...]:
        """Every file with this content, without text, ordered by package URL and path."""
        return self._catalogue.documents(content, language)

    def families(self, content: int) -> frozenset[str]:
        """The families that hold this content."""
        return self._catalogue.families(content)

    def purls(self) -> Iterator[str]:
        """Package URL of every package."""
        return self._catalogue.purls()

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of one file of a package."""
        return self._catalogue.content_at(purl, path)

    def hashes(self) -> Iterator[tuple[int, bytes]]:
        """(content, SHA-256) of every content, by number."""
        return self._catalogue.hashes()

    def verify(self) -> None:
        """Test the catalogue; the texts have hashes."""
        self._catalogue.verify()

    def close(self) -> None:
        """Close the store and the catalogue."""
        self._store.close()
        if self._opened is not None:
            self._opened.close()

    @property
    def _catalogue(self) -> CatalogueReader:
        if self._opened is None:
            self._opened = CatalogueReader(self._folder / CATALOGUE)
        return self._opened
