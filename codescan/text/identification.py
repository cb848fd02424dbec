# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Identifies the languages of a text from its content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codescan.records import Language

__all__ = ["Identified", "identify"]


@dataclass(frozen=True, slots=True)
class Identified:
    """The languages that a text seems to hold."""

    languages: tuple[Language, ...]
    """Programming languages, at most one for each lexer family, the likeliest first."""
    has_prose: bool


_CODE = re.compile(rb"[;{}(),:=\[\]][ \t\r]*$", re.MULTILINE)
_LEAST_LINES = 2
_PYTHON = re.compile(rb"^[ \t]*(?:def|class|import|from)[ ]", re.MULTILINE)


def identify(content: bytes) -> Identified:
    """The languages of a text."""
    if sum(1 for _ in _CODE.finditer(content)) >= _LEAST_LINES:
        first = ("python", "c") if _PYTHON.search(content) else ("c", "python")
        return Identified((*first, "rust", "php"), has_prose=True)
    return Identified((), has_prose=True)
