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
from codescan.text.languages import LANGUAGES, detect, kind
from codescan.text.views.leaves import leaves, prose_in, words_in
from codescan.text.views.mapped_text import Builder, MappedText
from codescan.text.views.mark import Mark
from codescan.text.views.part import DECODED_LEAST, DECODED_SHARE, MIN_BYTES, Place
from codescan.text.views.view import View
from codescan.text.views.wrappers import (
    BESIDE,
    REWRITING,
    REWRITING_MARKS,
    REWRITING_MARKS_IN_CODE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language
    from codescan.text.views.part import Part
    from codescan.text.views.wrappers import Wrapper

__all__ = ["MAX_DEPTH", "views_of"]

MAX_DEPTH = 8
"""Levels of texts in texts that are decoded."""
_HEAD = 8192
"""First bytes of a text that may give its language away."""
_MAX_ROUNDS = 6
"""Times that the marks of all formats are taken off one text, such as quotes in quotes."""
_MARKS_IN_COMMENTS = Mark.TAGS | Mark.FENCES | Mark.CODE_MARKS
_BEFORE_JSON = b" \t\n\r\f\v\xef\xbb\xbf"
"""White space and bytes of a byte order mark, which may occur before JSON."""
_MIXED = frozenset({"html", "xml", "vue", "svelte", "tex"})
"""Languages of code that commonly hold other languages."""


def views_of(content: bytes, language: Language | None = None) -> Iterator[View | Skipped]:
    """Yield the views of a text, the text itself first.

    Args:
        content: UTF-8 of any length; other bytes are kept.
        language: its name, or None where it is not known. Prose may hold code, so that texts called
            "prose", "markdown" or similar are split like a text of unknown language.
    """
    text = MappedText.whole(content)
    budget = _Budget(max(DECODED_LEAST, DECODED_SHARE * len(content)))
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
    """The marks of the last of them, by `text_marks`."""
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
        commented: list[MappedText] = []
        if hint is not None:
            yield View(text, hint)
            yield from words_in(text, hint, commented)
        bare = _Bare([text], _native.text_marks(text.content, in_code=is_code))
        if bare.marks & (REWRITING_MARKS_IN_CODE if is_code else REWRITING_MARKS):
            self._take_marks_off(bare, hint, is_code=is_code)
        if bare.has_more:
            detail = f"over {_MAX_ROUNDS} layers of marks"
            yield _skipped(bare.layers[-1], "nested-too-deep", detail)
        # A file is in the language of its name; the tags of fences are often wrong.
        if not is_code or depth > 0 or bare.layers[-1] is not text:
            yield from leaves(text, bare.layers, hint, commented, is_code=is_code)
        else:
            yield from prose_in(text)
        if bare.marks:
            self._find_beside(bare, hint if is_code else None, is_code=is_code)
        bare.apart += ((words, None) for words in commented if _may_wrap(words.content))
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
                if step is not None and step.text is current:
                    bare.apart += step.apart  # all parts stay in the text, too
                    continue
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


def _may_wrap(comments: bytes) -> bool:
    """Whether comments may hold code in elements, fences or blocks."""
    return bool(_native.text_marks(comments) & _MARKS_IN_COMMENTS)


def _is_code(language: Language | None) -> TypeGuard[Language]:
    """Whether a language is one of code that holds no other languages."""
    return kind(language) == "code" and language not in _MIXED


def _shape(content: bytes) -> Language | None:
    """The language of a text by its first bytes: JSON, HTML, XML, a shebang."""
    language = detect("", content[:_HEAD])
    if language is not None or not content.lstrip(_BEFORE_JSON).startswith((b"{", b"[")):
        return language
    from codescan.text.views.json_strings import is_json  # here: most texts are not JSON

    return "json" if is_json(content) else None


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
