# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Refuses JSON objects in which a name has two values.

RFC 8259 leaves open which of them counts, and programs differ. A text under the other one would
pass unread.
"""

from __future__ import annotations

from typing import Any

__all__ = ["unique_names"]

_LONGEST = 80


def unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of its names and values; the `object_pairs_hook` of `json.loads`.

    Raises:
        ValueError: a name has two different values.
    """
    fields = dict(pairs)
    if len(fields) != len(pairs):
        for name, value in pairs:
            if fields[name] != value:
                raise ValueError(f"the name {name[:_LONGEST]!r} has two values")
    return fields
