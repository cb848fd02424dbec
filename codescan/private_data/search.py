# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Searches texts one after another, and counts: memory is bounded whatever is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.private_data.file_places import weighed
from codescan.private_data.redaction import redacted
from codescan.private_data.report import KindCount
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codescan.private_data.finder import Finder
    from codescan.private_data.records import PrivateItem
    from codescan.private_data.redaction import KeyedHash
    from codescan.private_data.texts import PrivateText

__all__ = ["COUNTED", "PrivateCounts", "search_text"]

COUNTED = frozenset({Grade.A, Grade.B})
"""Grades that headlines count."""
_MOST_VALUES = 1_000_000
"""Maximum number of values that are counted separately; of more, the count is a lower bound."""


@dataclass(slots=True)
class PrivateCounts:
    """Totals of a search so far.

    Args:
        max_items: items that are kept for the report.
    """

    max_items: int
    texts: int = 0
    bytes: int = 0
    items: list[PrivateItem] = field(default_factory=list)
    items_total: int = 0
    by_grade: Counter[str] = field(default_factory=Counter)
    """Items by kind and grade, joined by a space."""
    texts_with: Counter[str] = field(default_factory=Counter)
    """Texts with a counted item, by kind and by category."""
    placeholders: Counter[str] = field(default_factory=Counter)
    """Values that are none, by kind and reason, joined by a space."""
    copies: Counter[str] = field(default_factory=Counter)
    """Occurrences of each counted value, by kind and hash, joined by a space."""
    is_bounded: bool = False
    """Whether there were too many different values to tell apart."""

    def add(self, text: PrivateText, items: Iterable[PrivateItem]) -> None:
        """Count the items of a text, placeholders among them."""
        self.texts += 1
        self.bytes += text.size
        names: set[str] = set()
        for item in items:
            if item.placeholder:
                self.placeholders[f"{item.kind} {item.placeholder}"] += 1
                continue
            self.items_total += 1
            self.by_grade[f"{item.kind} {item.grade.value}"] += 1
            if item.grade in COUNTED:
                names |= {item.kind, item.category.value}
                self._count_value(f"{item.kind} {item.value_hash}")
            if len(self.items) < self.max_items:
                self.items.append(item)
        self.texts_with.update(names)

    def _count_value(self, name: str) -> None:
        if name in self.copies or len(self.copies) < _MOST_VALUES:
            self.copies[name] += 1
        else:
            self.is_bounded = True

    def kinds(self, finder: Finder) -> tuple[KindCount, ...]:
        """Counts of every kind that was found, by name."""
        values = Counter(name.partition(" ")[0] for name in self.copies)
        counted = []
        for name, kind in sorted(finder.kinds.items()):
            strong = sum(self.by_grade[f"{name} {grade.value}"] for grade in COUNTED)
            weak = self.by_grade[f"{name} {Grade.C.value}"]
            if strong or weak:
                texts = self.texts_with[name]
                counted.append(KindCount(name, kind.category, strong, weak, values[name], texts))
        return tuple(counted)


def search_text(text: PrivateText, finder: Finder, keyed_hash: KeyedHash) -> list[PrivateItem]:
    """The private values of a text, redacted; placeholders among them.

    Raises:
        DetectorError: a detector failed.
    """
    candidates = weighed(finder.find(text.text), text.place, text.text)
    return redacted(candidates, text, finder, keyed_hash)
