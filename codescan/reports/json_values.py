# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Reads values out of a report's statistics, which may come from a file and have any shape."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from codescan.reports.escaping import clip

__all__ = ["mapping", "mappings", "number", "text", "words_of"]

_MOST = 1 << 63
_LONGEST = 300
"""Characters of a text."""


def mapping(value: object) -> Mapping[object, object]:
    """The value if it is a mapping, else an empty mapping."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> Iterator[Mapping[object, object]]:
    """Those items of a sequence that are mappings."""
    if isinstance(value, (list, tuple)):
        yield from (item for item in value if isinstance(item, Mapping))


def number(value: object) -> float | None:
    """The value where it is a finite number of 64 bits, else None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _MOST else None
    return value if isinstance(value, float) and math.isfinite(value) else None


def text(value: object) -> str:
    """The value as one short line; "" for None and truth values."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return clip(f"{value:g}" if isinstance(value, float) else str(value), _LONGEST)


def words_of(values: Mapping[object, object], key: str) -> str:
    """The words of a rate or a difference inside a mapping; "" where there is none."""
    return text(mapping(values.get(key)).get("words"))
