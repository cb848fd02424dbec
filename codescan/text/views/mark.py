# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The marks of wrapping formats that the native core finds in a text in one pass."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Mark"]


class Mark(IntEnum):
    """Marks that `_native.text_marks` finds; the bits of _core/text_marks.hpp."""

    ODD_CHARACTERS = 1 << 0
    FENCES = 1 << 1
    BRACKETS_FIRST = 1 << 2
    TAGS = 1 << 3
    HUNKS = 1 << 4
    NUMBERED = 1 << 5
    REFERENCES = 1 << 6
    ESCAPED_ENDS = 1 << 7
    QUOTED = 1 << 8
    PLUS_LINES = 1 << 9
    COLONS = 1 << 10
    PROMPTS = 1 << 11
    BLOCK_SCALARS = 1 << 12
    QUOTED_VALUES = 1 << 13
    QUOTED_CELLS = 1 << 14
    CODE_MARKS = 1 << 15
    ALIKE_LINES = 1 << 16
    ALIKE_ENDS = 1 << 17
    LONG_WORDS = 1 << 18
    PERCENTS = 1 << 19
    STRING_LINES = 1 << 20
    ESCAPED_SIGNS = 1 << 21
    LISTED_STRINGS = 1 << 22
    DOUBLED_QUOTES = 1 << 23
    LISTED_BYTES = 1 << 24
