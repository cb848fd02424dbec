# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Invented words and plain ones, of which carriers are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan.prompts.word_list import WORDS

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["WORDS", "invented_word"]

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"


def invented_word(stream: DrawStream, syllables: int = 3) -> str:
    """A word that no language has, such as "kavoru": 70 choices a syllable."""
    return "".join(
        stream.choice(_CONSONANTS) + stream.choice(_VOWELS) for _ in range(max(2, syllables))
    )
