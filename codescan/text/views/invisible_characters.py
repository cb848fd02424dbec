# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Characters that change no meaning: spaces, zero and full widths, colors, controls, quotes.

Line separators of Unicode are read as line ends, too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.part import Part, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_FORMAT = (
    rb"\xc2\xad|\xcd\x8f|\xe1\xa0[\x8b-\x8f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]"
    rb"|\xef\xbb\xbf|\xef\xb8[\x80-\x8f]|\xf3\xa0[\x80-\x87][\x80-\xbf]"
    rb"|[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]"
    rb"|\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]|\x1b\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)"
)
"""Removed: soft hyphens, joiners, marks of direction, byte order marks, variation selectors,
control characters and terminal colors; overstrikes, too."""
_CONTROL = lazy_pattern(rb"[\x00-\x08\x0e-\x1f\x7f]")
_OVERSTRIKE = rb".\x08"
_SPACE = rb"\xc2\xa0|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
_LINE_END = rb"\xc2\x85|\xe2\x80[\xa8\xa9]"
_WIDE = rb"\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]"
_LETTER = rb"\xef\xbc[\x90-\x99\x9d\xa1-\xba]|\xef\xbd[\x81-\x9a]"
"""Full-width letters, digits and "=": punctuation alone is how Chinese and Japanese is written."""
_TYPOGRAPHIC = rb"\xe2\x80[\x90-\x95\x98-\x9f\xa6]|\xe2\x88\x92"
_KINDS = lazy_pattern(
    rb"(?P<format>" + _FORMAT + rb"|" + _OVERSTRIKE + rb")|(?P<space>" + _SPACE
    + rb")|(?P<line_end>" + _LINE_END + rb")|(?P<wide>" + _WIDE
    + rb")|(?P<mark>" + _TYPOGRAPHIC + rb")"
)  # fmt: skip
# Each alternative begins with a byte of its own, by which the search skips most of a text.
_LAYOUT = _FORMAT + rb"|" + _SPACE + rb"|" + _LINE_END
_ANY = lazy_pattern(_LAYOUT + rb"|" + _WIDE + rb"|" + _TYPOGRAPHIC)
_TRIGGER = lazy_pattern(_LAYOUT + rb"|" + _LETTER)
_STRUCK = lazy_pattern(_OVERSTRIKE)
_MARK = lazy_pattern(_TYPOGRAPHIC)
_END_OF_CODE = lazy_pattern(rb"[;{}(),:=\[\]][ \t]*+\r?$", re.MULTILINE)
_LEAST_LINES = 3
_MARKS = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b", b"'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", b'"'),
    **dict.fromkeys("\u2014\u2015", b"--"),
    "\u2026": b"...",
}


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text in plain characters, where it has any others of these.

    Typographic quotes and dashes alone count only in what looks like code.
    """
    if content.isascii() and not _CONTROL.search(content):
        return
    is_triggered = _TRIGGER.search(content) or (b"\b" in content and _STRUCK.search(content))
    if not is_triggered and not (_MARK.search(content) and _looks_like_code(content)):
        return
    pieces = []
    at = 0
    pattern = _KINDS if b"\b" in content else _ANY  # overstrikes may begin with any byte
    for character in pattern.finditer(content):
        pieces += [
            Piece(at, character.start()),
            Piece(character.start(), character.end(), _plain(character[0])),
        ]
        at = character.end()
    yield Part("", 0, len(content), (*pieces, Piece(at, len(content))))


@lru_cache(maxsize=256)
def _plain(character: bytes) -> bytes:
    """The plain text of one character or control sequence."""
    match = _KINDS.match(character)
    kind = match.lastgroup if match is not None else None
    if kind == "format":
        return b""
    if kind == "space":
        return b" "
    if kind == "line_end":
        return b"\n"
    text = character.decode()
    if kind == "wide":
        return unicodedata.normalize("NFKC", text).encode()
    return _MARKS.get(text, b"-")


def _looks_like_code(content: bytes) -> bool:
    endings = sum(1 for _ in zip(_END_OF_CODE.finditer(content), range(_LEAST_LINES), strict=False))
    return endings >= _LEAST_LINES
