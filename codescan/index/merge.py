# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Merges shards into one, keeps identical contents once, and leaves out removed packages.

It reads the inputs once in the order of their keys, with bounded memory; compressed blocks are
copied unchanged. A query then searches one shard instead of many.
"""

from __future__ import annotations

import sqlite3
import uuid
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.errors import IndexFormatError, OutputError
from codescan.index.catalogue import merge_catalogues
from codescan.index.catalogue_reader import CatalogueReader
from codescan.index.manifest import ShardEntry
from codescan.index.regular_files import REBUILD, RegularFile
from codescan.index.removal import NOTHING_REMOVED, Removal
from codescan.index.shard_files import CATALOGUE, STORE, describe_files, open_arrays
from codescan.index.sketch.shards import is_sketch, merge_sketches

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_MERGED_TOKENS", "merge", "merge_all"]

MAX_MERGED_TOKENS = 2**32 - 2**24
"""Tokens that one shard can number; about 19 GB of source code."""


def merge(
    shards: Path, entries: list[ShardEntry], removal: Removal = NOTHING_REMOVED
) -> ShardEntry:
    """Write one new shard under `shards` with everything in `entries`, which are not changed.

    Args:
        shards: the folder that holds the shards.
        entries: at most MAX_MERGED_TOKENS tokens in all.
        removal: packages and files to leave out.

    Raises:
        IndexFormatError: an input is damaged.
        OutputError: the result cannot be written.
    """
    identifier = uuid.uuid4().hex
    folder = shards / identifier
    try:
        folder.mkdir()
        return _merge_into(folder, shards, entries, removal)
    except (OSError, sqlite3.Error) as error:
        raise OutputError(
            f"the merged shard {folder} cannot be written: "
            f"{getattr(error, 'strerror', None) or error}",
            "check the free space and the permissions of the folder",
        ) from error
    except _native.FormatError as error:
        raise IndexFormatError(f"a shard is damaged: {error}", REBUILD) from error


def _merge_into(
    folder: Path, shards: Path, entries: list[ShardEntry], removal: Removal
) -> ShardEntry:
    numbers_by_hash: dict[bytes, int] = {}
    native_inputs = []
    catalogues: list[tuple[Path, dict[int, int]]] = []
    first_block = store_offset = 0
    tokens = size = 0
    with (folder / STORE).open("wb") as store:
        for entry in entries:
            source = shards / entry.id
            shard = open_arrays(shards, entry)
            keep, numbers = _plan(source, entry, removal, numbers_by_hash)
            for content in (i for i, flag in enumerate(keep) if flag):
                tokens += shard.content_tokens(content)
                size += shard.content(content)[2]
            native_inputs.append((shard, bytes(keep), first_block, store_offset))
            catalogues.append((source / CATALOGUE, numbers))
            old = RegularFile(source / STORE)
            store.writelines(old.chunks())
            old.close()
            first_block += shard.blocks
            store_offset = store.tell()
    _native.merge(native_inputs, str(folder))
    merge_catalogues(catalogues, folder / CATALOGUE, removal)
    return ShardEntry(folder.name, len(numbers_by_hash), tokens, size, describe_files(folder))


def _plan(
    source: Path, entry: ShardEntry, removal: Removal, numbers_by_hash: dict[bytes, int]
) -> tuple[bytearray, dict[int, int]]:
    """The contents of a shard to keep, and the new number of each."""
    catalogue = CatalogueReader(source / CATALOGUE, entry.files)
    keep = bytearray(entry.contents)
    numbers: dict[int, int] = {}
    remaining = catalogue.held_without(removal) if removal else None
    for content, sha256 in catalogue.hashes():
        if remaining is not None and content not in remaining:
            continue
        number = numbers_by_hash.get(sha256)
        if number is None:
            number = numbers_by_hash[sha256] = len(numbers_by_hash)
            keep[content] = 1
        numbers[content] = number
    catalogue.close()
    return keep, numbers


def merge_all(
    shards: Path, entries: list[ShardEntry], removal: Removal = NOTHING_REMOVED
) -> list[ShardEntry]:
    """Merge shards into as few as their tokens allow; the old shards are unchanged."""
    if any(is_sketch(entry.files) for entry in entries):
        return merge_sketches(shards, entries, removal)
    groups: list[list[ShardEntry]] = []
    room = 0
    for entry in entries:
        if not groups or entry.tokens > room:
            groups.append([])
            room = MAX_MERGED_TOKENS
        groups[-1].append(entry)
        room -= entry.tokens
    return [
        group[0] if len(group) == 1 and not removal else merge(shards, group, removal)
        for group in groups
    ]
