# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries that look like a table of constants."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from codescan.canaries.invented_words import invented_word

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["ConstantTableFamily"]

_ROWS = 2
_COLUMNS = 4
_VALUES = range(100, 1000)


class ConstantTableFamily:
    """A tuple of eight random numbers of three digits."""

    name = "constant-table"
    bits = _ROWS * _COLUMNS * math.log2(len(_VALUES))

    def draw(self, stream: DrawStream) -> tuple[str, str, str]:
        """Prefix, secret and suffix."""
        name, unit = invented_word(stream), invented_word(stream)
        rows = [
            ", ".join(str(stream.choice(_VALUES)) for _ in range(_COLUMNS)) for _ in range(_ROWS)
        ]
        prefix = f"# Weights of the {name}, in {unit}\n{name.upper()}_WEIGHTS = (\n    "
        return prefix, ",\n    ".join(rows), ",\n)\n"
