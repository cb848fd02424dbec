# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The contents of shards on disk: texts in a store, origins in a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.errors import IndexFormatError
from codescan.index.catalogue_reader import CatalogueReader
from codescan.index.content_store import StoreReader
from codescan.index.regular_files import REBUILD
from codescan.index.shard_files import CATALOGUE, STORE, check_names, open_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from codescan._core import _native
    from codescan.index.manifest import Manifest, ShardEntry
    from codescan.records import Document

__all__ = ["StoredContents", "open_shards", "verify_totals"]


class StoredContents:
    """The texts and origins of one shard. Its files stay open, since the shard may be replaced.

    Args:
        folder: folder of the shard.
        shard: its arrays, which hold the position of each text in the store.
        entry: the shard, as the manifest describes it.

    Raises:
        IndexFormatError: a file is missing, or is not the one that the manifest describes.
    """

    def __init__(self, folder: Path, shard: _native.Shard, entry: ShardEntry) -> None:
        self._folder = folder
        self._shard = shard
        self._entry = entry
        self._store = StoreReader(folder / STORE, entry.files[STORE])
        try:
            self._catalogue = CatalogueReader(folder / CATALOGUE, entry.files)
        except BaseException:
            self._store.close()
            raise

    def text(self, content_id: int) -> bytes:
        """The text of a content, byte for byte as indexed."""
        block, offset, size, *_others = self._shard.content(content_id)
        return self._store.read(self._shard.block(block), offset, size)

    def documents(self, content_id: int, language: str) -> tuple[Document, ...]:
        """Every file with this content, without text, ordered by package URL and path."""
        return self._catalogue.documents(content_id, language)

    def families(self, content_id: int) -> frozenset[str]:
        """The families that hold this content."""
        return self._catalogue.families(content_id)

    def purls(self) -> Iterator[str]:
        """Package URL of every package."""
        return self._catalogue.purls()

    def content_at(self, purl: str, path: str) -> int | None:
        """The content of one file of a package."""
        return self._catalogue.content_at(purl, path)

    def files_of(self, purl: str) -> Iterator[tuple[str, int]]:
        """(path, content) of each file of a package, by path."""
        return self._catalogue.files_of(purl)

    def hashes(self) -> Iterator[tuple[int, bytes]]:
        """(content, SHA-256) of every content, by number."""
        return self._catalogue.hashes()

    def verify(self) -> None:
        """Test all files of the shard except its arrays and the hashes of the texts.

        Raises:
            IndexFormatError: a file is damaged, missing, or does not belong to the shard.
        """
        check_names(self._folder, self._entry)
        self._store.test_file()
        for number in range(self._shard.blocks):
            self._store.open_block(self._shard.block(number))
        self._catalogue.verify()

    def count_files(self) -> int:
        """Number of files."""
        return self._catalogue.count_files()

    def origins(self) -> Iterator[tuple[bytes, str, str]]:
        """(SHA-256, package URL, path) of every file, sorted."""
        return self._catalogue.origins()

    def close(self) -> None:
        """Close the store and the catalogue."""
        self._store.close()
        self._catalogue.close()


def open_shards(path: Path, manifest: Manifest) -> list[tuple[_native.Shard, StoredContents]]:
    """Open every shard of an index.

    Args:
        path: folder of the index.
        manifest: manifest of the index.

    Raises:
        IndexFormatError: a file is missing, damaged, or of another index.
    """
    opened: list[tuple[_native.Shard, StoredContents]] = []
    try:
        for entry in manifest.shards:
            try:
                shard = open_arrays(path / "shards", entry)
                contents = StoredContents(path / "shards" / entry.id, shard, entry)
            except OSError as error:
                raise IndexFormatError(
                    f"it cannot be read: {error}", "check its permissions and the disk"
                ) from error
            opened.append((shard, contents))
    except BaseException:
        for _shard, contents in opened:
            contents.close()
        raise
    return opened


def verify_totals(manifest: Manifest, contents: Sequence[StoredContents]) -> None:
    """Count everything again and compare it with the manifest.

    Raises:
        IndexFormatError: something differs.
    """
    from codescan.index.transaction import corpus_digest  # here: only `index verify` needs it

    shards = manifest.shards
    totals: dict[str, object] = {
        "contents": sum(entry.contents for entry in shards),
        "tokens": sum(entry.tokens for entry in shards),
        "bytes": sum(entry.bytes for entry in shards),
        "packages": len({purl for one in contents for purl in one.purls()}),
        "files": sum(one.count_files() for one in contents),
        "digest": corpus_digest([one.origins() for one in contents]),
    }
    for name, value in totals.items():
        expected_total = getattr(manifest, name)
        if expected_total != value:
            raise IndexFormatError(
                f"the manifest says {expected_total} for {name}, the shards hold {value}", REBUILD
            )
