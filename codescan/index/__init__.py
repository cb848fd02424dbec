# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The index: every eligible file of a corpus, its tokens' fingerprints, its text and its origins.

On disk an index is a folder (docs/indexing.md):

    manifest.json          what it is made of; replaced in one step
    shards/<id>/           immutable; arrays of `_core/shard.hpp`, `store`, `catalogue.db`
"""

from codescan.index.build import add, build, compact, remove
from codescan.index.manifest import Manifest
from codescan.index.reader import Index
from codescan.index.workers import Progress

__all__ = ["Index", "Manifest", "Progress", "add", "build", "compact", "remove"]
