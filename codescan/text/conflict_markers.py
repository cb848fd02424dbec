# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Conflict markers that a merge leaves in a text (git-merge(1), "How conflicts are presented")."""

from __future__ import annotations

import re

from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["conflict_marker_line", "has_conflict_markers"]

_BEGIN = lazy_pattern(rb"^<{7}(?:[ \t][^\n]{0,200})?\r?$", re.MULTILINE)
_MIDDLE = lazy_pattern(rb"^={7}\r?$", re.MULTILINE)
_END = lazy_pattern(rb"^>{7}(?:[ \t][^\n]{0,200})?\r?$", re.MULTILINE)


def conflict_marker_line(content: bytes) -> int | None:
    """The 1-based line of the first conflict with all three markers; None without a conflict."""
    if b"<<<<<<<" not in content:
        return None
    begin = _BEGIN.search(content)
    middle = _MIDDLE.search(content, begin.end()) if begin else None
    if begin is None or middle is None or _END.search(content, middle.end()) is None:
        return None
    return content.count(b"\n", 0, begin.start()) + 1


def has_conflict_markers(content: bytes) -> bool:
    """Whether a text holds an unresolved conflict."""
    return conflict_marker_line(content) is not None
