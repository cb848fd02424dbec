# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes documents into shards: native arrays, content store and catalogue together."""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import OutputError
from codescan.index.catalogue import CatalogueWriter
from codescan.index.content_store import StoreWriter
from codescan.index.manifest import ShardEntry
from codescan.index.minhash import permutations
from codescan.index.shard_files import CATALOGUE, STORE, describe_files
from codescan.index.sketch.profile import PROFILE as SKETCH
from codescan.index.sketch.shards import OpenSketch
from codescan.records import Document, Skipped
from codescan.records.skip_reasons import is_missing_reason
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Tally", "family_hash", "write_shards"]

_MOST_MISSING = 10_000


@lru_cache(maxsize=64)  # consecutive files are of one package
def family_hash(family: str) -> int:
    """A family's number in the native arrays."""
    return int.from_bytes(hashlib.blake2b(family.encode(), digest_size=8).digest(), "little")


@dataclass(slots=True)
class Tally:
    """Counts of the documents written into shards and of the skipped files."""

    files: int = 0
    bytes: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    missing: list[Skipped] = field(default_factory=list)
    """Parts of the corpus that could not be read or fetched; the first ten thousand."""

    def miss(self, skipped: Skipped) -> None:
        """Record a part of the corpus that could not be read."""
        if is_missing_reason(skipped.reason) and len(self.missing) < _MOST_MISSING:
            self.missing.append(skipped)

    def skip(self, reason: str, count: int = 1) -> None:
        """Count files that were left out."""
        self.skipped[reason] = self.skipped.get(reason, 0) + count


def _opened(shards: Path, profile: str, max_tokens: int) -> _OpenShard | OpenSketch:
    if profile == SKETCH:
        return OpenSketch(shards, max_tokens)
    return _OpenShard(shards, profile, max_tokens)


class _OpenShard:
    """A shard that accepts documents until it has the maximum number of tokens."""

    def __init__(self, shards: Path, profile: str, max_tokens: int) -> None:
        self.id = uuid.uuid4().hex
        self.folder = shards / self.id
        self.folder.mkdir(parents=True)
        self._builder = _native.ShardBuilder(profile, permutations(), max_tokens)
        self._store = StoreWriter(self.folder / STORE)
        self._catalogue = CatalogueWriter(self.folder / CATALOGUE)
        self._numbers: dict[str, int] = {}
        self._bytes = 0

    def add(self, document: Document, language: int, lexer: int) -> bool:
        """Add a document; return False, without adding it, if the shard is full."""
        number = self._numbers.get(document.origin.sha256)
        if number is None:
            text = document.content
            number = self._builder.contents
            block, offset = self._store.place(len(text))
            family = family_hash(document.origin.package.family)
            if self._builder.add(text, family, block, offset, lexer, language) < 0:
                return False
            self._store.append(text)
            self._numbers[document.origin.sha256] = number
            self._bytes += len(text)
            self._catalogue.add_content(number, document)
        self._catalogue.add_file(number, document)
        return True

    def skip(self, skipped: Skipped) -> None:
        self._catalogue.add_skipped(skipped)

    def close(self) -> ShardEntry:
        self._store.close()
        for block in self._store.blocks:
            self._builder.add_block(*block)
        tokens = self._builder.tokens
        self._builder.write(str(self.folder))
        self._catalogue.close()
        files = describe_files(self.folder)
        return ShardEntry(self.id, len(self._numbers), tokens, self._bytes, files)


def write_shards(
    items: Iterable[Document | Skipped],
    shards: Path,
    profile: str,
    languages: tuple[str, ...],
    tally: Tally,
    max_tokens: int,
) -> list[ShardEntry]:
    """Write documents into new shards under `shards`, as many as necessary.

    Args:
        items: documents and skipped files of a source.
        shards: folder of the shards.
        profile: one of `building.PROFILES`.
        languages: names of languages by number.
        tally: the counts to add to.
        max_tokens: maximum tokens of a shard; an open shard takes about 8 bytes of memory for each.

    Raises:
        OutputError: the folder cannot be written, or the disk is full.
    """
    numbers = {name: number for number, name in enumerate(languages)}
    lexers = {name: _native.LEXERS[LANGUAGES[name].lexer] for name in languages}
    entries: list[ShardEntry] = []
    current: _OpenShard | OpenSketch | None = None
    try:
        for item in items:
            if current is None:
                current = _opened(shards, profile, max_tokens)
            if isinstance(item, Skipped):
                tally.skip(item.reason)
                tally.miss(item)
                current.skip(item)
                continue
            language, lexer = numbers[item.language], lexers[item.language]
            if not current.add(item, language, lexer):
                entries.append(current.close())
                current = _opened(shards, profile, max_tokens)
                if not current.add(item, language, lexer):
                    tally.skip("too-large")
                    current.skip(Skipped(item.id, "read", "too-large", "too many tokens"))
                    continue
            tally.files += 1
            tally.bytes += len(item.content)
        if current is not None:
            entries.append(current.close())
    except (OSError, sqlite3.Error) as error:
        raise OutputError(
            f"the index cannot be written under {shards}: "
            f"{getattr(error, 'strerror', None) or error}",
            "check the free space and the permissions of the folder",
        ) from error
    return entries
