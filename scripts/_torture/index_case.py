# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""One damaged index of `scripts/torture index`, and what the kinds of damage share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from pathlib import Path

PAGE = 4096
ARRAY_HEADER = 64


@dataclass(frozen=True)
class Case:
    """One index to damage, and others to take files from."""

    index: Path
    other: Path
    """Of nearly the same corpus."""
    old: Path
    """The same index before packages were added."""
    rng: random.Random

    def shard(self, index: Path | None = None) -> Path:
        """One of the shards."""
        return self.rng.choice(sorted((index or self.index).glob("shards/*")))

    def file(self) -> Path:
        """One of the files: mostly of a shard, at times the manifest."""
        if self.rng.random() < 0.1:
            return self.index / "manifest.json"
        return self.rng.choice(sorted(self.shard().iterdir()))

    def catalogue(self) -> Path:
        """One of the catalogues."""
        return self.shard() / "catalogue.db"


def edit_bytes(path: Path, at: int, new: bytes) -> str:
    content = bytearray(path.read_bytes())
    content[at : at + len(new)] = new
    path.write_bytes(content)
    return f"{path.name} at {at}"


def shard_bytes(shard: Path) -> int:
    return sum(path.lstat().st_size for path in shard.iterdir())


def largest_shard(index: Path) -> Path:
    return max(index.glob("shards/*"), key=shard_bytes)
