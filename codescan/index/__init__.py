# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The index: every eligible file of a corpus, its tokens' fingerprints, its text and its origins.

On disk an index is a folder (docs/indexing.md):

    manifest.json          what it is made of; replaced in one step
    shards/<id>/           immutable; arrays of `_core/shard.hpp`, `store`, `catalogue.db`
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.index.building import add, build, compact, remove
    from codescan.index.manifest import Manifest
    from codescan.index.reader import Index
    from codescan.index.workers import Progress

__all__ = ["Index", "Manifest", "Progress", "add", "build", "compact", "remove"]

_HOMES = {"Index": "reader", "Manifest": "manifest", "Progress": "workers"}
"""Module of each name; the others are in `building`. A reader of an index needs none of a build."""


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'codescan.index' has no attribute {name!r}")
    return getattr(import_module(f"codescan.index.{_HOMES.get(name, 'building')}"), name)
