# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The license claims of an index, each with the number of files that they hold for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.index.catalogues import open_catalogue
from codescan.index.shard_files import STORE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from codescan.index.manifest import Manifest
    from codescan.records import LicenseClaim

__all__ = ["has_texts", "license_claims"]


def license_claims(
    folder: Path, manifest: Manifest
) -> Iterator[tuple[tuple[LicenseClaim, ...], int]]:
    """Yield the claims of files and their packages, and the number of files that share them.

    Args:
        folder: of the index.
        manifest: of the index.

    Raises:
        IndexFormatError: a catalogue is damaged.
    """
    for shard in manifest.shards:
        catalogue = open_catalogue(folder / "shards", shard)
        try:
            yield from catalogue.license_claims()
        finally:
            catalogue.close()


def has_texts(manifest: Manifest) -> bool:
    """Whether an index holds the texts of its files, not only their fingerprints."""
    return any(shard.files[STORE].bytes for shard in manifest.shards if STORE in shard.files)
