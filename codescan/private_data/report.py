# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The result of a search for private data: redacted, counted, with its coverage."""

from __future__ import annotations

from dataclasses import dataclass, field

from codescan.private_data.records import Category, PrivateItem  # noqa: TC001 - for the schema
from codescan.records import Skipped  # noqa: TC001 - likewise

__all__ = ["KindCount", "PrivateReport"]


@dataclass(frozen=True, slots=True)
class KindCount:
    """Values of one kind, placeholders left out."""

    kind: str
    category: Category
    items: int
    """Occurrences of grade A or B."""
    weak: int
    """Occurrences of grade C, which have the form only."""
    values: int
    """Different values among the items of grade A or B."""
    texts: int
    """Texts that hold such an item."""


@dataclass(frozen=True, slots=True)
class PrivateReport:
    """The result of a search for private data."""

    tool: dict[str, str]
    run: dict[str, object]
    """Command, inputs and settings; never the key."""
    statistics: dict[str, object]
    """Texts, bytes, coverage, placeholders by reason and rates."""
    kinds: tuple[KindCount, ...]
    """Counts by kind, sorted by name."""
    items: tuple[PrivateItem, ...]
    """In the order of the inputs; no more than the limit. Placeholders are counted only."""
    items_total: int
    """Items of every grade, listed or not."""
    skipped: tuple[Skipped, ...] = ()
    leaks: dict[str, object] = field(default_factory=dict)
    """Of a run: leaked items, their rates and the chance rate; empty otherwise."""
    schema_version: int = 1
