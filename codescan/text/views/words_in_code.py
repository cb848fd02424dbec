# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The words in code: of comments, and of string literals on several lines.

What documents a function is a comment in most languages and a string literal in some. A copy of it
may be the other one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.languages import LANGUAGES
from codescan.text.views.lines import lines
from codescan.text.views.mapped_text import Builder

if TYPE_CHECKING:
    from codescan.records import Language
    from codescan.text.views.mapped_text import MappedText

__all__ = ["has_word_marks", "words_of_comments", "words_of_strings"]

_LEAST_BYTES = 160
"""Of a comment or string; shorter ones have fewer words than tell a copy from chance."""
_STRING = re.compile(rb"(\"\"\"|''')((?:[^\"'\\]++|\\.|(?!\1)[\"'])*+)(?:\1|\Z)", re.DOTALL)
"""Up to the end of the text where it is not closed: no part of it is searched a second time."""
_MARK = re.compile(
    rb"[ \t]*+(/\*+!?|//[/!]?(?!/)|#[#'!|]{0,2}+(?!#)|\*{1,2}(?![*/])|--[-|]?(?!-)|;{1,3}+(?!;)"
    rb"|%{1,3}+(?!%)|\{-|\(\*|<!--|!{1,2}[<>]?(?!!)|'{1,3}|\"|(?:REM|rem|Rem|dnl)\b)?+[ \t]?"
)
"""What begins a line of a comment; not a line that is drawn."""


_WORD_MARK = re.compile(rb"^[ \t]*+(?:REM|rem|Rem|dnl)\b", re.MULTILINE)


def has_word_marks(content: bytes) -> bool:
    """Whether words begin comments, which an index reads as words of the comment."""
    return _WORD_MARK.search(content) is not None


def words_of_comments(text: MappedText, language: Language) -> MappedText | None:
    """The long comments of code, without the marks of their lines; None where it has none."""
    content = text.content
    if len(content) < _LEAST_BYTES:
        return None
    lexed = _native.lex(content, _native.LEXERS[LANGUAGES[language].lexer], comments=True)
    blocks = _blocks(content, lexed.comments().tolist())
    if not blocks:
        return None
    builder = Builder(text)
    for start, end in blocks:
        marks: set[bytes] = set()  # a line of the comment may begin with any other sign
        for at, line_end in lines(content, start, end):
            mark = _MARK.match(content, at, line_end)
            found = mark[1] if mark else None
            if found and (at == start or found in marks):
                marks |= {found, b"*"} if found.startswith((b"/*", b"(*")) else {found}
            builder.keep(mark.end() if mark and found in {None, *marks} else at, line_end)
        builder.replace(end, end, b"\n")
    return builder.build()


def _blocks(content: bytes, comments: list[list[int]]) -> list[tuple[int, int]]:
    """Comments that follow each other at once, together, if they are long."""
    blocks: list[tuple[int, int]] = []
    for start, end in comments:
        if blocks and not content[blocks[-1][1] : start].strip():
            start = blocks.pop()[0]  # noqa: PLW2901  of the comment before
        blocks.append((start, end))
    return [(start, end) for start, end in blocks if end - start >= _LEAST_BYTES]


def words_of_strings(text: MappedText) -> MappedText | None:
    """The long strings between three quotation marks; None where code has none."""
    content = text.content
    if b'"""' not in content and b"'''" not in content:
        return None
    places = [match.span(2) for match in _STRING.finditer(content)]
    places = [(start, end) for start, end in places if end - start >= _LEAST_BYTES]
    if not places:
        return None
    builder = Builder(text)
    for start, end in places:
        builder.keep(start, end)
        builder.replace(end, end, b"\n")
    return builder.build()
