# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts as the vocabularies of models write them: `defĠmainĊ`, `▁def▁main<0x0A>`.

The first form stands for each byte by a character (byte-level BPE of GPT-2); only its signs for
white space differ from the text for ASCII. The second one is that of SentencePiece.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_MARK = re.compile(rb"\xc4[\xa0\x8a\x89\x8d]|\xe2\x96\x81|<0x([0-9A-F]{2})>")
_BLANKS = (b"\xc4\xa0", b"\xe2\x96\x81")
"""A blank in each of the forms."""
_TEXT = {
    b"\xc4\xa0": b" ", b"\xc4\x8a": b"\n", b"\xc4\x89": b"\t", b"\xc4\x8d": b"\r",
    b"\xe2\x96\x81": b" ",
}  # fmt: skip
_LEAST = 4


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text with white space for its signs, if it has more signs than blanks."""
    signs = max(content.count(sign) for sign in _BLANKS)
    if signs < _LEAST or signs < content.count(b" "):
        return
    pieces: list[Piece] = []
    at = 0
    for mark in _MARK.finditer(content):
        text = bytes.fromhex(mark[1].decode()) if mark[1] else _TEXT[mark[0]]
        pieces += [Piece(at, mark.start()), Piece(*mark.span(), text)]
        at = mark.end()
    yield Part("tokens", 0, len(content), (*pieces, Piece(at, len(content))))
