# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Splits a text into views: its code by language, its prose, and the texts that it wraps.

A view is a decoded text with one language. Its offsets map to the bytes of the outer text. Wrapped
texts are split in turn. Depth, rounds and decoded bytes are bounded; what a bound leaves
unread is yielded as Skipped. Time and memory are linear in the text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from msgspec import Struct, field

from codescan._core import _native
from codescan.records import Skipped
from codescan.text.identification import identify
from codescan.text.languages import LANGUAGES, detect, kind
from codescan.text.views.mapped_text import Builder, MappedText
from codescan.text.views.part import MIN_BYTES, Place
from codescan.text.views.view import View
from codescan.text.views.words_in_code import words_of_comments, words_of_strings
from codescan.text.views.wrappers import (
    BESIDE,
    REWRITING,
    REWRITING_MARKS,
    REWRITING_MARKS_IN_CODE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language
    from codescan.text.identification import Identified
    from codescan.text.views.part import Part
    from codescan.text.views.wrappers import Wrapper

__all__ = ["MAX_DEPTH", "views_of"]

MAX_DEPTH = 8
"""Levels of texts in texts that are decoded."""
_HEAD = 8192
"""First bytes of a text that may give its language away."""
_MAX_ROUNDS = 6
"""Times that the marks of all formats are taken off one text, such as quotes in quotes."""
_DECODED_SHARE = 8
_DECODED_LEAST = 1 << 20
"""Decoded bytes, in all, of a text: a multiple of its length, and what any text may have."""
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
_BEFORE_JSON = b" \t\n\r\f\v\xef\xbb\xbf"
"""White space and bytes of a byte order mark, which may occur before JSON."""
_MIXED = frozenset({"html", "xml", "vue", "svelte", "tex"})
"""Languages of code that commonly hold other languages."""
_DOCUMENTED: Language = "python"
"""The language of code whose documentation is a string literal instead of a comment."""


def views_of(content: bytes, language: Language | None = None) -> Iterator[View | Skipped]:
    """Yield the views of a text, the text itself first.

    Args:
        content: UTF-8 of any length; other bytes are kept.
        language: its name, or None where it is not known. Prose may hold code, so that texts called
            "prose", "markdown" and the like are split as one of unknown language.
    """
    text = MappedText.whole(content)
    budget = _Budget(max(_DECODED_LEAST, _DECODED_SHARE * len(content)))
    yield from _Splitter(budget).split(text, language, 0)
    if budget.is_spent:
        yield _skipped(text, "decoded-too-large", "marks of some formats were not taken off")


class _Budget(Struct):
    """Decoded bytes that may still be made."""

    bytes_left: int
    is_spent: bool = False
    """Whether any text was left as it is because nothing is left."""


class _Bare(Struct):
    """A text without its marks, and the texts that left it."""

    layers: list[MappedText]
    """Without exact marks, and then without each kind of uncertain ones."""
    marks: int
    """What `text_marks` says of the last of them."""
    apart: list[tuple[MappedText, Language | None]] = field(default_factory=list)
    has_more: bool = False
    """Whether the last layer still has marks."""


class _Step(Struct):
    """A text after one format was taken off, and the texts that left it."""

    text: MappedText
    apart: list[tuple[MappedText, Language | None]]


class _Splitter:
    """Splits one outer text.

    Args:
        budget: of all its levels together.
    """

    def __init__(self, budget: _Budget) -> None:
        self._budget = budget

    def split(
        self, text: MappedText, language: Language | None, depth: int
    ) -> Iterator[View | Skipped]:
        """Yield the views of a text and of all texts that it wraps."""
        if len(text.content) < MIN_BYTES or (depth and not _native.may_match(text.content)):
            return
        hint = language if language in LANGUAGES and kind(language) != "prose" else None
        is_code = _is_code(hint)
        if hint is None:
            hint = _shape(text.content)
        if hint is not None:
            yield View(text, hint)
            yield from _words_in(text, hint)
        bare = _Bare([text], _native.text_marks(text.content, in_code=is_code))
        if bare.marks & (REWRITING_MARKS_IN_CODE if is_code else REWRITING_MARKS):
            self._take_marks_off(bare, hint, is_code=is_code)
        if bare.has_more:
            detail = f"over {_MAX_ROUNDS} layers of marks"
            yield _skipped(bare.layers[-1], "nested-too-deep", detail)
        # A file is in the language of its name; the tags of fences are often wrong.
        if not is_code or depth > 0 or bare.layers[-1] is not text:
            yield from _leaves(text, bare.layers, hint, is_code=is_code)
        else:
            yield from _prose_in(text)
        if bare.marks:
            self._find_beside(bare, hint if is_code else None, is_code=is_code)
        for inner, inner_language in bare.apart:
            if self._budget.bytes_left < len(inner.content):
                yield _skipped(inner, "decoded-too-large", "nested texts exceed the limit")
            elif depth == MAX_DEPTH:
                yield _skipped(inner, "nested-too-deep", f"over {MAX_DEPTH} texts in texts")
            else:
                self._budget.bytes_left -= len(inner.content)
                yield from self.split(inner, inner_language, depth + 1)

    def _take_marks_off(self, bare: _Bare, hint: Language | None, *, is_code: bool) -> None:
        """Take the marks of every format off a text, layer by layer."""
        (current,) = bare.layers
        for round_ in range(_MAX_ROUNDS + 1):
            before = current
            for wrapper in REWRITING:
                step = None
                if round_ and not wrapper.is_repeated:
                    continue
                if bare.marks & wrapper.marks and (wrapper.in_code or not is_code):
                    step = self._step(current, wrapper, hint)
                if step is None or step.text.content == current.content:
                    continue  # For example, a page that ends within a tag.
                if round_ == _MAX_ROUNDS:
                    bare.has_more = True
                    return
                bare.apart += step.apart
                if wrapper.is_exact:
                    bare.layers[-1] = step.text
                else:
                    bare.layers.append(step.text)
                current = step.text
                bare.marks = _native.text_marks(current.content, in_code=is_code)
            if current is before:
                break

    def _find_beside(self, bare: _Bare, language: Language | None, *, is_code: bool) -> None:
        """Add the texts that stay in a text, too."""
        for wrapper in BESIDE:
            if bare.marks & wrapper.marks and (wrapper.in_code or not is_code):
                step = self._step(bare.layers[-1], wrapper, language)
                bare.apart += step.apart if step is not None else []

    def _step(self, text: MappedText, wrapper: Wrapper, hint: Language | None) -> _Step | None:
        """The text without the marks of one format; None where it has none."""
        parts = list(wrapper.find(text.content, hint))
        if not parts:
            return None
        if self._budget.bytes_left < len(text.content):
            self._budget.is_spent = True
            return None
        apart = _apart(text, parts)
        at = 0
        builder = Builder(text)
        for part in parts:
            if part.place is Place.BESIDE or part.start < at:
                continue
            builder.keep(at, part.start)
            at = part.end
            if part.place is Place.INLINE:
                builder.add(part.pieces, part.name)
        if not at:
            return _Step(text, apart)
        builder.keep(at, len(text.content))
        self._budget.bytes_left -= len(builder)
        return _Step(builder.build(), apart)


def _is_like_prose(content: bytes) -> bool:
    """Whether a text has hardly any signs of code, whatever it is declared to be."""
    return len(content) - len(content.translate(None, _SIGNS)) < _FEW_SIGNS * len(content)


def _is_code(language: Language | None) -> TypeGuard[Language]:
    """Whether a language is one of code that holds no other languages."""
    return kind(language) == "code" and language not in _MIXED


def _leaves(
    text: MappedText, layers: list[MappedText], hint: Language | None, *, is_code: bool
) -> Iterator[View]:
    """The layers of a text in each language that they seem to be in.

    Args:
        text: as it is.
        layers: without exact marks, and then without each kind of uncertain ones.
        hint: the declared language; the text itself is a view in it already.
        is_code: whether that is a programming language.
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
            yield from _words_in(layer, identity.languages[0])
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


def _prose_in(text: MappedText) -> Iterator[View]:
    """The text as prose, if it is that although it is declared to be code."""
    if _is_like_prose(text.content) and identify(text.content).has_prose:
        yield View(text, "prose")


def _words_in(text: MappedText, language: Language) -> Iterator[View]:
    """What documents code: its comments as strings or as other code, its strings as prose."""
    comments = words_of_comments(text, language)
    if comments is not None:
        yield View(comments.text, _DOCUMENTED, is_documentation=True)
        if comments.has_word_marks:
            yield View(comments.text, "prose")
        if not _is_like_prose(comments.text.content):
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


def _shape(content: bytes) -> Language | None:
    """The language that the first bytes of a text give away: JSON, HTML, XML, a shebang."""
    language = detect("", content[:_HEAD])
    if language is not None or not content.lstrip(_BEFORE_JSON).startswith((b"{", b"[")):
        return language
    from codescan.text.views.json_strings import is_json  # here: most texts are not JSON

    return "json" if is_json(content) else None


def _is_markup(content: bytes, without_marks: bytes) -> bool:
    """Whether a text is a piece of a page rather than a text with some elements in it."""
    if content.count(b"</") < _LEAST_ELEMENTS or len(without_marks) >= _MOST_TEXT * len(content):
        return False
    return "html" not in identify(content).languages  # as which it is read anyway


def _apart(text: MappedText, parts: list[Part]) -> list[tuple[MappedText, Language | None]]:
    """The texts that leave their place; those of one known language are joined."""
    joined: dict[Language, Builder] = {}
    alone: list[tuple[MappedText, Language | None]] = []
    for part in parts:
        if part.place is Place.INLINE:
            continue
        if part.language is None:
            builder = Builder(text)
            builder.add(part.pieces, part.name)
            alone.append((builder.build(), None))
        else:
            builder = joined.setdefault(part.language, Builder(text))
            builder.add(part.pieces, part.name)
            builder.replace(part.end, part.end, b"\n")
    joined_views = [(builder.build(), language) for language, builder in joined.items()]
    return [*joined_views, *alone]


def _skipped(text: MappedText, reason: str, detail: str) -> Skipped:
    place = " ".join(text.labels[0]) if text.labels[0] else "text"
    return Skipped(place, "split", reason, detail)
