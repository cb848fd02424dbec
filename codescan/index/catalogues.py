# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Opens the catalogue of a shard, whatever its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from codescan.index.catalogue_reader import CatalogueReader
from codescan.index.shard_files import CATALOGUE
from codescan.index.sketch.catalogue_reader import SketchCatalogue
from codescan.index.sketch.shards import is_sketch

if TYPE_CHECKING:
    from pathlib import Path

    from codescan.index.manifest import ShardEntry

__all__ = ["ShardCatalogue", "open_catalogue"]

ShardCatalogue: TypeAlias = CatalogueReader | SketchCatalogue


def open_catalogue(shards: Path, entry: ShardEntry) -> ShardCatalogue:
    """The catalogue of a shard.

    Args:
        shards: the folder of all shards.
        entry: the shard, as the manifest describes it.

    Raises:
        IndexFormatError: a file is missing, or is not the one that the manifest describes.
    """
    folder = shards / entry.id
    if is_sketch(entry.files):
        return SketchCatalogue(folder, entry.files)
    return CatalogueReader(folder / CATALOGUE, entry.files)
