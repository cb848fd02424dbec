# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Counts with their nouns."""

from __future__ import annotations

__all__ = ["plural"]


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 passage", "1,200 passages"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
