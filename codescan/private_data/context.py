# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The words around a value, which show the kind of a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ContextWords", "after", "before"]

_BEFORE = 64
_AFTER = 32
_LINE = 200
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ACCENTS = str.maketrans(
    "áàâãäåçéèêëíìîïñóòôõöøśúùûüýžčćšżźłęąėįūųģķļņ", "aaaaaaceeeeiiiinoooooosuuuuyzccszzleaeiuugkln"
)


class ContextWords:
    """Words, one of which must occur near a value.

    Args:
        words: lower case, without accents; a space stands for white space, "-", "_" or nothing.
    """

    def __init__(self, words: Iterable[str]) -> None:
        alternatives = "|".join(
            re.escape(word).replace(r"\ ", "[ _.-]?")
            for word in sorted(words, key=len, reverse=True)
        )
        self.pattern = re.compile(rf"(?<![a-z])(?:{alternatives})(?:s|n)?(?![a-z])")

    def near(self, text: str, start: int, end: int) -> bool:
        """Whether one of the words occurs up to 64 characters before a value or 32 after it."""
        return self.inside(before(text, start)) or self.inside(after(text, end))

    def inside(self, words: str) -> bool:
        """Whether one of the words occurs in a text from `before` or `after`."""
        return self.pattern.search(words) is not None


def before(text: str, start: int, length: int = _BEFORE) -> str:
    """The characters before an offset, in lower case, with camel case divided."""
    return _plain(text[max(0, start - length) : start])


def after(text: str, end: int, length: int = _AFTER) -> str:
    """The characters after an offset on the same line, in lower case."""
    return _plain(text[end : end + length].partition("\n")[0])


def _plain(words: str) -> str:
    return _CAMEL.sub(" ", words).lower().translate(_ACCENTS)
