# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Detects license statements in docstrings that are about data: a corpus, an image, a font.

"CC0 by the photographer" in the docstring of a function that loads a photo is not the license of
its code. Only permissive statements are ignored, so that the license used instead is not looser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.licenses.categories import strictness
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from codescan.records import LicenseClaim

__all__ = ["is_about_data"]

_PERMISSIVE = strictness("permissive")
_QUOTES = (b'"""', b"'''")
_BEFORE = 200
"""Bytes before a docstring that are searched for the name of its function or class."""
_DATA = lazy_pattern(
    rb"corpus|corpora|data ?set|lexicon|treebank|word ?list|photo|picture|artwork|wallpaper"
    rb"|\b(?:images?|icons?|fonts?|sounds?|audio|videos?|textures?|glyphs?|emojis?)\b"
    rb"|\bdata (?:files?|from|is|are|was|were|by)\b",
    re.IGNORECASE,
)


def is_about_data(content: bytes, start: int, stop: int, claim: LicenseClaim) -> bool:
    """Whether the claim of a comment is permissive and about data that a function handles.

    Args:
        content: the file.
        start: start of the comment.
        stop: end of the comment.
        claim: the claim of the comment.
    """
    if strictness(claim.category) > _PERMISSIVE or claim.evidence.startswith("text of"):
        return False
    if content[start : start + 3] not in _QUOTES:
        return False
    line = content.rfind(b"\n", 0, start) + 1
    indent = content[line:start].rstrip(b"rRuUbB")
    if not indent or indent.strip(b" \t"):
        return False
    return _DATA.search(content, max(0, start - _BEFORE), stop) is not None
