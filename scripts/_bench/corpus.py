# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The packages that are measured: fetched once, in a fixed order, with their sizes known."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codescan.records import Document, Skipped
from codescan.sources.recipe import fetch, load_recipe

if TYPE_CHECKING:
    from codescan.protocols import Source

__all__ = ["MEGABYTE", "Corpus", "texts"]

_FOLDER = Path(__file__).parent
MEGABYTE = 1_000_000


class Corpus:
    """Parts of the recipes, mixed, each with the bytes of its eligible files.

    Args:
        recipes: names of recipes or .toml files.
        cache: folder for downloads; None for codescan's own.
        sizes: file that keeps the sizes for the next run.
    """

    def __init__(self, recipes: list[str], cache: Path | None, sizes: Path) -> None:
        self.parts: list[Source] = []
        for name in recipes:
            path = _FOLDER / f"{name}.toml"
            recipe = load_recipe(str(path) if path.is_file() else name)
            for outcome in fetch(recipe, cache):
                if isinstance(outcome, Skipped):
                    print(f"not measured: {outcome.item}: {outcome.detail}", file=sys.stderr)
            self.parts += [part for source in recipe.open(cache) for part in source.parts()]
        # Mixed, so that a part of the corpus is like the whole.
        self.parts.sort(key=lambda part: hashlib.sha256(repr(part).encode()).digest())
        known = json.loads(sizes.read_text()) if sizes.is_file() else {}
        self.sizes = []
        for part in self.parts:
            size = known.get(repr(part))
            if size is None:
                size = known[repr(part)] = sum(len(d.content) for d in texts([part]))
            self.sizes.append(size)
        sizes.write_text(json.dumps(known, indent=1))

    def first(self, size: float) -> list[Source]:
        """Parts that together have about `size` bytes: no part that would make it much more."""
        taken, total = [], 0
        for part, own in zip(self.parts, self.sizes, strict=True):
            if total + own <= size * 1.02:
                taken.append(part)
                total += own
        return taken

    @property
    def size(self) -> int:
        """Bytes of all eligible files."""
        return sum(self.sizes)


def texts(parts: list[Source]) -> list[Document]:
    """Every eligible file of some parts."""
    return [d for part in parts for d in part.documents() if isinstance(d, Document)]
