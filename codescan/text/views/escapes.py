# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Decodes the backslash escapes of string literals: JSON, YAML, Python, JavaScript, C, Haskell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.views.part import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["unescaped"]

_ESCAPE = lazy_pattern(
    rb"\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|u(?P<four>[0-9a-fA-F]{4})|u\{(?P<braces>[0-9a-fA-F]{1,6})\}|U(?P<eight>[0-9a-fA-F]{8})"
    rb"|x(?P<two>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})|(?P<fold>\r?\n[ \t]*)|(?P<one>.))",
    re.DOTALL,
)
_FOLD = re.compile(rb"\\\r?\n")
_GAP = re.compile(rb"\\\r?\n[ \t]*\\")
"""The gap of a string in Haskell: the next line begins with a backslash, too."""
_LEAST_GAPS = 2
_SINGLE = {
    b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v", b"a": b"\a",
    b"0": b"\0", b"e": b"\x1b",
}  # fmt: skip
_LAST_CODE_POINT = 0x10FFFF


def unescaped(content: bytes, start: int, end: int) -> Iterator[Piece]:
    """Yield the pieces of the inside of a string literal; unknown escapes lose their backslash."""
    at = start
    for gap in _gaps(content, start, end):
        yield from _unescaped(content, at, gap.start())
        at = gap.end()
        yield Piece(gap.start(), at, b"")
    yield from _unescaped(content, at, end)


def _unescaped(content: bytes, start: int, end: int) -> Iterator[Piece]:
    at = start
    for escape in _ESCAPE.finditer(content, start, end):
        if escape.start() > at:
            yield Piece(at, escape.start())
        at = escape.end()
        yield Piece(escape.start(), at, _decoded(escape))
    if at < end:
        yield Piece(at, end)


def _gaps(content: bytes, start: int, end: int) -> list[re.Match[bytes]]:
    """The gaps of a Haskell string: each of its continued lines begins with a backslash."""
    if content.find(b"\\\n", start, end) < 0 and content.find(b"\\\r\n", start, end) < 0:
        return []
    gaps = list(_GAP.finditer(content, start, end))
    folds = sum(1 for _ in _FOLD.finditer(content, start, end))
    return gaps if len(gaps) >= _LEAST_GAPS and len(gaps) == folds else []


def _decoded(escape: re.Match[bytes]) -> bytes:
    one = escape["one"]
    if one is not None:
        return _SINGLE.get(one, one)
    if escape["fold"] is not None:
        return b""
    if escape["high"] is not None:
        high, low = int(escape["high"], 16), int(escape["low"], 16)
        return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)).encode()
    base = 8 if escape["octal"] is not None else 16
    number = int(escape[escape.lastgroup or "one"], base)
    if number > _LAST_CODE_POINT:
        return b"?"
    return chr(number).encode("utf-8", "replace")
