# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Canaries that look like an identifier with a structure, but of no format that is in use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from codescan.canaries.invented_words import invented_word

if TYPE_CHECKING:
    from codescan.canaries.draw_stream import DrawStream

__all__ = ["StructuredIdFamily"]

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_DIGITS = "0123456789"
_GROUPS = 3
_BLOCK = 4


class StructuredIdFamily:
    """Three groups of one letter and four digits, after a mark that no registry uses.

    Cards, bank accounts, phone numbers and identity numbers have neither letters between groups of
    four digits nor the mark.
    """

    name = "structured-id"
    bits = _GROUPS * (math.log2(len(_LETTERS)) + _BLOCK * math.log2(len(_DIGITS)))

    def draw(self, stream: DrawStream) -> tuple[str, str, str]:
        """Prefix, secret and suffix."""
        ledger, holder = invented_word(stream), invented_word(stream)
        groups = [stream.choice(_LETTERS) + stream.text(_DIGITS, _BLOCK) for _ in range(_GROUPS)]
        prefix = f'{ledger}_entry = {{"holder": "{holder.capitalize()}", "record": "CNRY-'
        return prefix, "-".join(groups), '"}\n'
