# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The views of one text in each language that it seems to be in: as code, as prose, its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.identification import identify
from codescan.text.languages import LANGUAGES
from codescan.text.views.view import View
from codescan.text.views.words_in_code import words_of_comments, words_of_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language
    from codescan.text.identification import Identified
    from codescan.text.views.mapped_text import MappedText

__all__ = ["is_like_prose", "leaves", "prose_in", "words_in"]

_SHORT = 16_384
"""Bytes up to which a text is read whole in each language that it seems to hold."""
_AROUND = 4096
"""Bytes before and after a stretch of a language that are read in it, too."""
_MOST_EXCERPTS = 0.5
"""Share of a text from which it is read whole instead of in excerpts."""
_SIGNS = b"(){}[];=<>+*/|&$_"
_FEW_SIGNS = 0.04
"""Share of these signs in code; nearly all code has more."""
_LEAST_ELEMENTS = 3
_MOST_TEXT = 0.8
"""Share of the text in a piece of a page, which is then read with its elements, too."""
_DOCUMENTED: Language = "python"
"""The language of code whose documentation is a string literal instead of a comment."""


def leaves(
    text: MappedText,
    layers: list[MappedText],
    hint: Language | None,
    commented: list[MappedText],
    *,
    is_code: bool,
) -> Iterator[View]:
    """The layers of a text in each language that they seem to be in.

    Args:
        text: as it is.
        layers: without exact marks, and then without each kind of uncertain ones.
        hint: the declared language; the text itself is a view in it already.
        commented: receives the texts of comments.
        is_code: whether `hint` is a programming language.
    """
    if hint is None and _is_markup(text.content, layers[-1].content):
        yield View(text, "html")
    lexer = LANGUAGES[hint].lexer if hint is not None else None
    prose: list[tuple[MappedText, tuple[Language, ...]]] = []
    for number, layer in enumerate(layers):
        if layer is not text and not _native.may_match(layer.content):
            continue
        if is_code and hint is not None and layer is not text:
            yield View(layer, hint)
        identity = identify(layer.content)
        if is_code and layer is text and LANGUAGES[identity.best].lexer == lexer:
            continue  # as declared
        yield from _in_languages(layer, identity, lexer if layer is text else None)
        if hint is None and identity.languages:
            yield from words_in(layer, identity.languages[0], commented)
        if identity.has_prose:  # words are read with all marks: an index holds them so
            prose.append((text if number == 0 and hint is None else layer, identity.languages))
    for layer, languages in prose:
        yield from _prose_views(layer, languages)


def _in_languages(
    text: MappedText, identity: Identified, known_lexer: str | None
) -> Iterator[View]:
    """A text in each language that it seems to be in, but for those of one lexer family.

    Many a text has the same tokens in two families. It is read once then.
    """
    content = text.content
    lexers: list[str] = []
    for language in identity.languages:
        lexer = LANGUAGES[language].lexer
        if lexer != known_lexer and not _is_read(content, 0, len(content), lexer, lexers):
            lexers.append(lexer)
            yield from _views_in(text, language, identity)
    for language, start, end in identity.others:
        lexer = LANGUAGES[language].lexer
        if lexer != known_lexer and not _is_read(content, start, end, lexer, lexers[:1]):
            yield View(text, language, start, end)


def _is_read(content: bytes, start: int, end: int, lexer: str, lexers: list[str]) -> bool:
    """Whether a range has the same tokens in one of the lexer families that it is read in."""
    number = _native.LEXERS[lexer]
    return any(
        each == lexer or _native.same_tokens(content, start, end, _native.LEXERS[each], number)
        for each in lexers
    )


def _prose_views(text: MappedText, languages: tuple[Language, ...]) -> Iterator[View]:
    """A text as prose, and as documentation unless it is read in that language already."""
    yield View(text, "prose")
    if _DOCUMENTED not in languages:
        yield View(text, _DOCUMENTED, is_documentation=True)


def prose_in(text: MappedText) -> Iterator[View]:
    """The text as prose, if it is that although it is declared to be code."""
    if is_like_prose(text.content) and identify(text.content).has_prose:
        yield View(text, "prose")


def words_in(text: MappedText, language: Language, commented: list[MappedText]) -> Iterator[View]:
    """The documentation in code: its comments as strings or as other code, its strings as prose.

    Args:
        text: code.
        language: of the code.
        commented: receives the text of the comments.
    """
    comments = words_of_comments(text, language)
    if comments is not None:
        commented.append(comments.text)
        yield View(comments.text, _DOCUMENTED, is_documentation=True)
        if comments.has_word_marks:
            yield View(comments.text, "prose")
        if not is_like_prose(comments.text.content):
            identity = identify(comments.text.content)
            for other in () if identity.has_prose else identity.languages:
                yield View(comments.text, other, is_documentation=True)
    strings = words_of_strings(text)
    if strings is not None:
        yield View(strings, "prose")


def _views_in(text: MappedText, language: Language, identity: Identified) -> Iterator[View]:
    """The views of a text in one of its languages: of a long one, where it seems to be used.

    A page of documentation has short stretches of many languages. To read all of it in each of
    them would cost several times as much as the page itself. It is read whole in the language of
    most of its code, as a short piece of code among prose is not always told from it.

    Args:
        text: to be read.
        language: one of `identity`.
        identity: of the text.
    """
    size = len(text.content)
    is_main = language == identity.languages[0] or language in identity.doubtful
    excerpts = [] if is_main or size <= _SHORT else _excerpts(size, language, identity)
    if not excerpts or sum(end - start for start, end in excerpts) > _MOST_EXCERPTS * size:
        yield View(text, language)
        return
    for start, end in excerpts:
        yield View(text, language, start, end)


def _excerpts(size: int, language: Language, identity: Identified) -> list[tuple[int, int]]:
    """The stretches of a lexer family with some text around, in order; none overlaps another."""
    lexer = LANGUAGES[language].lexer
    excerpts: list[tuple[int, int]] = []
    for own, start, end in identity.stretches:
        if LANGUAGES[own].lexer != lexer:
            continue
        first, last = max(0, start - _AROUND), min(size, end + _AROUND)
        if excerpts and first <= excerpts[-1][1]:
            first, _end = excerpts.pop()
        excerpts.append((first, last))
    return excerpts


def _is_markup(content: bytes, without_marks: bytes) -> bool:
    """Whether a text is a piece of a page rather than a text with some elements in it."""
    if content.count(b"</") < _LEAST_ELEMENTS or len(without_marks) >= _MOST_TEXT * len(content):
        return False
    return "html" not in identify(content).languages  # as which it is read anyway


def is_like_prose(content: bytes) -> bool:
    """Whether a text has hardly any signs of code, whatever it is declared to be."""
    return len(content) - len(content.translate(None, _SIGNS)) < _FEW_SIGNS * len(content)
