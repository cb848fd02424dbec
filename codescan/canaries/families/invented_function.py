# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries that look like a small function with a formula, which is partly guessable."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from codescan.canaries.invented_words import WORDS, invented_word

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["InventedFunctionFamily"]

_OPERATORS = ("+", "-", "*", "//")
_CONSTANTS = range(2, 100)


class InventedFunctionFamily:
    """A function of two arguments whose formula has two constants, two operators and a word."""

    name = "invented-function"
    bits = 2 * math.log2(len(_CONSTANTS) * len(_OPERATORS)) + math.log2(len(WORDS))

    def draw(self, stream: DrawStream) -> tuple[str, str, str]:
        """Prefix, secret and suffix."""
        name, subject = invented_word(stream), invented_word(stream)
        left, right = stream.choice(WORDS[:100]), stream.choice(WORDS[100:])
        first, second = stream.choice(_CONSTANTS), stream.choice(_CONSTANTS)
        one, other = stream.choice(_OPERATORS), stream.choice(_OPERATORS)
        prefix = (
            f"def {name}_{subject}({left}, {right}):\n"
            f'    """The {name} of a {subject}."""\n'
            f"    return ({left} + {right}) "
        )
        return prefix, f"{one} {first} {other} {second}  # {stream.choice(WORDS)}", "\n"
