# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Count the copies of each file in a model's training data."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from codescan.app.indexes import resolve_recipe
from codescan.errors import EmptyCorpusError
from codescan.records import Document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["count_copies", "digest_of_copies"]


def count_copies(data: Path) -> Mapping[str, int]:
    """Number of files with each content in training data, by SHA-256.

    Args:
        data: a folder, a data set file, or a recipe.

    Raises:
        UsageError: the data does not exist.
        EmptyCorpusError: the data has no comparable file.
    """
    counts: Counter[str] = Counter()
    for source in resolve_recipe(str(data)).open():
        counts.update(d.origin.sha256 for d in source.documents() if isinstance(d, Document))
    if not counts:
        raise EmptyCorpusError(
            f"{data} holds no file that can be compared", "name the training data of the model"
        )
    return counts


def digest_of_copies(counts: Mapping[str, int]) -> str:
    """SHA-256 over contents and their copies, for the settings of a run."""
    lines = "".join(f"{content} {count}\n" for content, count in sorted(counts.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
