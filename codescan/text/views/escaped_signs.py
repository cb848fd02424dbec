# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
r"""Texts in which some signs stand for others.

Mails in quoted-printable, `\_` of Markdown and LaTeX, doubled quotation marks as in SQL, C# and
Pascal, `{+added+}` of `git diff --word-diff`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from codescan.text.views.part import Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codescan.records import Language

__all__ = [
    "find_backslashes", "find_doubled_quotes", "find_escaped_quotes", "find_quoted_printable",
    "find_word_diffs",
]  # fmt: skip

_QUOTED = re.compile(rb"=(?:([0-9A-F]{2})|[ \t]*\r?\n)")
_LEAST_QUOTED, _LEAST_SHARE = 2, 0.9
_ESCAPED = re.compile(
    rb"\\(?:text(backslash|asciitilde|asciicircum|less|greater|quotesingle|bar)(?:\{\}|\b ?)"
    rb"|([!-/:-@\[-`{-~]))"
)
_NAMES = {
    b"backslash": b"\\", b"asciitilde": b"~", b"asciicircum": b"^", b"less": b"<",
    b"greater": b">", b"quotesingle": b"'", b"bar": b"|",
}  # fmt: skip
_LEAST_ESCAPED = 4
_MONOSPACED = re.compile(
    rb"^[ \t]*\\(?:texttt|code|mbox)\{([^\n]*)\}[ \t]*(?:\\\\\*?|\\newline|\\par)?[ \t]*\r?$",
    re.MULTILINE,
)
_TIES = re.compile(rb"~|\\ ")
_LEAST_LINES = 4
_DOUBLED = re.compile(rb"(?<!\")(?:\"\")++(?!\")|(?<!')(?:'')++(?!')")
_BEFORE_WORD = re.compile(rb"(?<![\"'])(?:\"\"|'')\w")
_CHANGED = re.compile(rb"\[-((?:(?!-\]|\[-)[^\n])*+)-\]|\{\+((?:(?!\+\}|\{\+)[^\n])*+)\+\}")


def find_quoted_printable(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text decoded, if nearly each `=` in it begins an escape (RFC 2045, 6.7)."""
    if b"=3D" not in content:
        return
    escapes = list(_QUOTED.finditer(content))
    if len(escapes) >= _LEAST_QUOTED and len(escapes) >= _LEAST_SHARE * content.count(b"="):
        yield _whole(content, escapes, _decoded_byte)


def _decoded_byte(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)]) if escape[1] else b""


def find_backslashes(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    r"""Yield the whole text without the backslashes before signs, if a sign mostly has one.

    Of LaTeX, lines in a command for fixed width come without it, with blanks for ties.
    """
    lines = list(_MONOSPACED.finditer(content))
    if len(lines) >= _LEAST_LINES:
        pieces: list[Piece] = []
        at = 0
        for line in lines:
            pieces.append(Piece(at, line.start()))
            pieces += _spaced(content, *line.span(1))
            at = line.end()
        yield Part("", 0, len(content), (*pieces, Piece(at, len(content))))
        return
    escapes = list(_ESCAPED.finditer(content))
    signs = Counter(escape[2] for escape in escapes if escape[2] not in {b"\\", b'"', b"'"})
    if any(
        sign and count >= _LEAST_ESCAPED and 2 * count > content.count(sign)
        for sign, count in signs.most_common(3)
    ):
        yield _whole(content, escapes, _decoded_sign)


def _decoded_sign(escape: re.Match[bytes]) -> bytes:
    return _NAMES[escape[1]] if escape[1] else escape[2]


def _spaced(content: bytes, start: int, end: int) -> Iterator[Piece]:
    at = start
    for tie in _TIES.finditer(content, start, end):
        yield Piece(at, tie.start())
        yield Piece(*tie.span(), b" ")
        at = tie.end()
    yield Piece(at, end)


def find_escaped_quotes(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text without backslashes before signs, if most marks of one kind have one.

    So is the inside of a string of several lines, in languages that have such.
    """
    for mark in (b"'", b'"'):
        count = content.count(b"\\" + mark)
        if count >= _LEAST_QUOTED and 2 * count > content.count(mark):
            pieces = _pieces(content, list(_ESCAPED.finditer(content)), _decoded_sign)
            yield Part("escaped quotes", 0, len(content), pieces, None, Place.BESIDE)
            return


def find_doubled_quotes(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text with each doubled quotation mark once, if one occurs before a word.

    Two marks alone are an empty string, as in most languages; it is lost in this reading.
    """
    if _BEFORE_WORD.search(content):
        pieces = _pieces(content, list(_DOUBLED.finditer(content)), _undoubled)
        yield Part("doubled quotes", 0, len(content), pieces, None, Place.BESIDE)


def _undoubled(marks: re.Match[bytes]) -> bytes:
    return marks[0][: len(marks[0]) // 2]


def find_word_diffs(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text as it is after the change, if it marks words that were added."""
    marks = list(_CHANGED.finditer(content))
    if sum(mark[2] is not None for mark in marks) < _LEAST_QUOTED:
        return
    pieces: list[Piece] = []
    at = 0
    for mark in marks:
        pieces.append(Piece(at, mark.start()))
        if mark[2] is not None:
            pieces.append(Piece(*mark.span(2)))
        at = mark.end()
    yield Part("", 0, len(content), (*pieces, Piece(at, len(content))))


def _whole(
    content: bytes, escapes: list[re.Match[bytes]], decode: Callable[[re.Match[bytes]], bytes]
) -> Part:
    """The whole text with its escapes decoded."""
    return Part("", 0, len(content), _pieces(content, escapes, decode))


def _pieces(
    content: bytes, escapes: list[re.Match[bytes]], decode: Callable[[re.Match[bytes]], bytes]
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for escape in escapes:
        pieces += [Piece(at, escape.start()), Piece(*escape.span(), decode(escape))]
        at = escape.end()
    return (*pieces, Piece(at, len(content)))
