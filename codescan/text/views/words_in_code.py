# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The words in code: of comments, and of string literals on several lines.

What documents a function is a comment in most languages and a string literal in some. A copy of it
may be the other one. Short ones are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codescan._core import _native
from codescan.text.languages import LANGUAGES
from codescan.text.views.mapped_text import Builder, MappedText

if TYPE_CHECKING:
    from codescan.records import Language
    from codescan.text.views.part import Pieces

__all__ = ["CommentWords", "words_of_comments", "words_of_strings"]


class CommentWords(NamedTuple):
    """The words of comments."""

    text: MappedText
    has_word_marks: bool
    """Whether marks that are words, such as REM, were taken off: an index holds them as words."""


def words_of_comments(text: MappedText, language: Language) -> CommentWords | None:
    """The long comments of code, without the marks of their lines; None where it has none."""
    lexer = _native.LEXERS[LANGUAGES[language].lexer]
    pieces, has_word_marks = _native.comment_words(text.content, lexer)
    return CommentWords(_built(text, pieces), has_word_marks) if pieces else None


def words_of_strings(text: MappedText) -> MappedText | None:
    """The long strings between three quotation marks; None where code has none."""
    pieces = _native.long_strings(text.content)
    return _built(text, pieces) if pieces else None


def _built(text: MappedText, pieces: Pieces) -> MappedText:
    builder = Builder(text)
    builder.add(pieces)
    return builder.build()
