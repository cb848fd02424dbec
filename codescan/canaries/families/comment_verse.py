# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries that look like a verse in a comment: common words in an order that nobody wrote."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from codescan.canaries.invented_words import WORDS, invented_word

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["CommentVerseFamily"]

_LINES = 2
_WORDS = 4


class CommentVerseFamily:
    """Four lines of four words; the last two are the secret."""

    name = "comment-verse"
    bits = _LINES * _WORDS * math.log2(len(WORDS))

    def draw(self, stream: DrawStream) -> tuple[str, str, str]:
        """Prefix, secret and suffix."""
        title = f"{invented_word(stream)} {invented_word(stream)}"
        lines = [" ".join(stream.choice(WORDS) for _ in range(_WORDS)) for _ in range(2 * _LINES)]
        opening = "".join(f"# {line}\n" for line in lines[:_LINES])
        return f"# Song of {title}\n{opening}# ", "\n# ".join(lines[_LINES:]), "\n"
