# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names the functions in a passage: people say `Heap.sift`, not line numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.text.units import units

if TYPE_CHECKING:
    from codescan.records import Language, Span
    from codescan.text.units import Unit

__all__ = ["definitions_in"]

_MAX_NAMED = 5
_SHARE = 0.5
"""Minimum common share of a definition or of the passage."""


def definitions_in(content: bytes, language: Language, span: Span) -> tuple[str, ...]:
    """Names of the definitions that make up a passage, in order of position, at most five.

    A definition counts if half of it lies in the passage, or half of the passage lies in it. If a
    definition contains another one that counts, only the inner one is named, as "Class.method".

    Args:
        content: the whole file.
        language: language of the file; without a grammar, the result is empty.
        span: the passage, in bytes of the file.
    """
    outer: list[Unit] = []
    counted: dict[int, str] = {}  # name by the start of the definition
    for unit in units(content, language):
        while outer and outer[-1].span.end <= unit.span.start:
            outer.pop()
        outer.append(unit)
        common = min(unit.span.end, span.end) - max(unit.span.start, span.start)
        if common > 0 and common >= _SHARE * min(len(unit.span), len(span)):
            for holder in outer[:-1]:
                counted.pop(holder.span.start, None)
            counted[unit.span.start] = ".".join(holder.name for holder in outer)
    return tuple(dict.fromkeys(counted.values()))[:_MAX_NAMED]
