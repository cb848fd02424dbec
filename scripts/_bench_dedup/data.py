# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The training set that is measured on: files of real packages, each package a folder."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from _bench.corpus import MEGABYTE

from codescan.records import Skipped
from codescan.sources.assemble import Unread
from codescan.sources.recipe import fetch, load_recipe

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RECIPES", "write_packages"]

RECIPES = ("top-pypi", "top-npm", "debian-c", "top-crates", "top-go", "top-maven")


def write_packages(folder: Path, size: float, cache: Path | None) -> int:
    """Write the files of packages below a folder until they have so many bytes; return the bytes.

    A folder that a former run completed is used again.

    Args:
        folder: a folder of its own for each package is made in it.
        size: bytes wanted; less where the recipes hold less.
        cache: of downloads; None for codescan's own.
    """
    marker = folder.with_suffix(".bytes")
    if marker.is_file():
        return int(marker.read_text())
    shutil.rmtree(folder, ignore_errors=True)
    total = 0
    for name in RECIPES:
        recipe = load_recipe(name)
        for outcome in fetch(recipe, cache):
            if isinstance(outcome, Skipped):
                print(f"    not used: {outcome.item}: {outcome.detail}")
        for source in recipe.open(cache):
            for part in source.parts():
                for document in part.documents():
                    if isinstance(document, (Skipped, Unread)):
                        continue
                    total += _write(folder, document)
                if total >= size:
                    break
            if total >= size:
                break
        if total >= size:
            break
    marker.write_text(str(total))
    print(f"    wrote {total / MEGABYTE:.0f} MB below {folder}")
    return total


def _write(folder: Path, document: object) -> int:
    origin = document.origin  # type: ignore[attr-defined]
    package = f"{origin.package.name}-{origin.package.version}".replace("/", "-")
    path = folder / package / origin.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.content)  # type: ignore[attr-defined]
    except OSError:  # a file and a folder of one name, or a name too long
        return 0
    return len(document.content)  # type: ignore[attr-defined]
