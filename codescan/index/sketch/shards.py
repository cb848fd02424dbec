# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Writes, merges and opens the shards of a sketch."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import IndexFormatError, OutputError
from codescan.index.manifest import ShardEntry
from codescan.index.regular_files import REBUILD
from codescan.index.removal import NOTHING_REMOVED
from codescan.index.shard_files import SKETCH_CATALOGUE, describe_files
from codescan.index.sketch.catalogue_blocks import BLOCKS
from codescan.index.sketch.catalogue_reader import SketchCatalogue
from codescan.index.sketch.catalogue_writer import ContentFacts, SketchCatalogueWriter
from codescan.index.sketch.profile import STRIDE

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.index.manifest import FileEntry
    from codescan.index.removal import Removal
    from codescan.records import Document, Skipped

__all__ = ["OpenSketch", "is_sketch", "merge_sketches", "open_sketch"]

_ARRAYS = ("sketch.directory", "sketch.postings", "sketch.starts")
_LEAST_KEYS = 0.8
"""Share of the keys of a text without comments that one with many has, about."""


def is_sketch(files: dict[str, FileEntry]) -> bool:
    """Whether a shard with these files is one of a sketch."""
    return SKETCH_CATALOGUE in files


class OpenSketch:
    """A shard that takes documents until it holds the maximum number of tokens.

    Args:
        shards: folder of the shards.
        max_tokens: of a shard.
    """

    def __init__(self, shards: Path, max_tokens: int) -> None:
        self.id = uuid.uuid4().hex
        self.folder = shards / self.id
        self.folder.mkdir(parents=True)
        self._max_tokens = max_tokens
        self._builder = _native.SketchBuilder(int(max_tokens / STRIDE * _LEAST_KEYS))
        self._catalogue = SketchCatalogueWriter(self.folder)
        self._numbers: dict[bytes, int] = {}
        self._bytes = self._tokens = 0

    def add(self, document: Document, language: int, lexer: int) -> bool:
        """Take a document. False: the shard is full and has not taken it."""
        sha256 = bytes.fromhex(document.origin.sha256)
        number = self._numbers.get(sha256)
        if number is not None:
            self._catalogue.add_file(number, self._catalogue.file_of(document))
            return True
        text = document.content
        if self._tokens >= self._max_tokens:
            return False
        tokens = self._builder.add(text, lexer)
        if tokens < 0:
            return False
        self._numbers[sha256] = len(self._numbers)
        self._bytes += len(text)
        self._tokens += tokens
        facts = ContentFacts(sha256, len(text), tokens, text.count(b"\n") + 1, language)
        self._catalogue.add_content(facts, self._catalogue.file_of(document))
        return True

    def skip(self, skipped: Skipped) -> None:
        """Record a file that was left out."""
        self._catalogue.add_skipped(skipped)

    def close(self) -> ShardEntry:
        """Write the shard."""
        self._builder.write(str(self.folder))
        self._catalogue.close()
        files = describe_files(self.folder)
        return ShardEntry(self.id, len(self._numbers), self._tokens, self._bytes, files)


def open_sketch(shards: Path, entry: ShardEntry) -> _native.SketchShard:
    """The arrays of a shard, once their checksums are those of the manifest.

    Args:
        shards: the folder of all shards.
        entry: the shard, as the manifest describes it.

    Raises:
        IndexFormatError: a file is missing, damaged, or of another shard.
        FileError: the system does not open a file.
    """
    absent = {SKETCH_CATALOGUE, BLOCKS, *_ARRAYS} - entry.files.keys()
    if absent:
        raise IndexFormatError(f"the manifest does not describe {min(absent)}", REBUILD)
    shard = _native.SketchShard(str(shards / entry.id))
    for name, checksum in shard.checksums().items():
        if entry.files[name].checksum != f"{checksum:016x}":
            raise IndexFormatError(
                f"{shards / entry.id / name} is not the file that the manifest describes", REBUILD
            )
    if len(shard) != entry.contents:
        raise IndexFormatError(
            f"shard {entry.id} holds {len(shard)} contents, the manifest says {entry.contents}",
            REBUILD,
        )
    return shard


def merge_sketches(
    shards: Path, entries: list[ShardEntry], removal: Removal = NOTHING_REMOVED
) -> list[ShardEntry]:
    """Merge shards into as few as hold their keys; those given stay untouched.

    Args:
        shards: the folder of the shards.
        entries: to merge.
        removal: packages and files to leave out.

    Raises:
        IndexFormatError: an input is damaged.
        OutputError: the result cannot be written.
    """
    if len(entries) == 1 and not removal:
        return entries
    try:
        groups: list[list[ShardEntry]] = []
        room = 0
        for entry in entries:
            ordinals = open_sketch(shards, entry).ordinals
            if not groups or ordinals > room:
                groups.append([])
                room = _native.MAX_SKETCH_KEYS
            groups[-1].append(entry)
            room -= ordinals
        return [_merge(shards, group, removal) for group in groups]
    except OSError as error:
        raise OutputError(
            f"the merged shard cannot be written under {shards}: {error.strerror or error}",
            "check the free space and the permissions of the folder",
        ) from error
    except _native.FormatError as error:
        raise IndexFormatError(f"a shard is damaged: {error}", REBUILD) from error


def _merge(shards: Path, entries: list[ShardEntry], removal: Removal) -> ShardEntry:
    folder = shards / uuid.uuid4().hex
    folder.mkdir()
    opened = [open_sketch(shards, entry) for entry in entries]
    builder = _native.SketchBuilder(sum(shard.keys for shard in opened))
    writer = SketchCatalogueWriter(folder)
    numbers_by_hash: dict[bytes, int] = {}
    tokens = size = 0
    for entry, shard in zip(entries, opened, strict=True):
        catalogue = SketchCatalogue(shards / entry.id, entry.files)
        catalogue.test_file()
        keep = bytearray(entry.contents)
        for content_id, facts, files in catalogue.rows(removal):
            number = numbers_by_hash.get(facts.sha256)
            if number is None:
                number = numbers_by_hash[facts.sha256] = len(numbers_by_hash)
                keep[content_id] = 1
                tokens += facts.tokens
                size += facts.size
                writer.add_content(facts, files.pop(0))
            for file in files:
                writer.add_file(number, file)
        for skipped in catalogue.skipped():
            writer.add_skipped(skipped)
        catalogue.close()
        if not builder.add_shard(shard, bytes(keep)):
            raise IndexFormatError(f"shard {entry.id} holds too many keys", REBUILD)
    builder.write(str(folder))
    writer.close()
    return ShardEntry(folder.name, len(numbers_by_hash), tokens, size, describe_files(folder))
