# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The text of HTML and XML pages, and of code elements in other texts, with entities decoded."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.languages import by_tag, kind
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language
    from codescan.text.views.part import Pieces

__all__ = ["find_elements", "find_entities", "find_fragments", "find_pages"]

_CODE_TAG = re.compile(rb"<code(?:\s[^<>]{0,1000}+)?>", re.IGNORECASE)
_NAMED = re.compile(
    rb"(?:lang(?:uage)?-|brush:\s{0,4}|highlight-source-|sourceCode\s+|\blang(?:uage)?=[\"']?"
    rb"|\bclass=[\"']?)([\w+#]{1,30})",
    re.IGNORECASE,
)
_ENTITY = re.compile(rb"&(?:amp|lt|gt|quot|apos|nbsp|\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6});")
_PAGE = re.compile(rb"[\s\xef\xbb\xbf]*+<(?:!doctype\s+html|html[\s>]|\?xml[\s?])", re.IGNORECASE)
_FRAGMENT = re.compile(rb"[\s\xef\xbb\xbf]*+<[a-zA-Z][\w:-]{0,20}[\s/>]")
_PREFORMATTED = re.compile(rb"<pre[\s>]", re.IGNORECASE)
_LEAST_TAGS = 4
_PAGE_LANGUAGES = frozenset({"html", "xml", "vue", "svelte"})
_RAW = ("script", "style")
_ELEMENTS = (
    "pre", "code", *_RAW, "textarea", "syntaxhighlight", "samp", "xmp", "template",
)  # fmt: skip
_LEAST_ENTITIES = 2


def find_pages(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield the text of a whole page without its tags; scripts and styles apart from it."""
    if language not in _PAGE_LANGUAGES and not _PAGE.match(content):
        return
    at = 0
    while opening := _native.find_opening(content, at, _RAW):
        start, inner, tag = opening
        end, after = _closing(content, tag, inner)
        yield from _text(content, at, start)
        embedded = _script_language(content[start:inner]) if tag == "script" else "css"
        pieces = (Piece(inner, end),) if end > inner else ()
        yield Part(tag, start, after, pieces, embedded, Place.APART)
        at = after
    yield from _text(content, at, len(content))


def find_fragments(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield the text of a piece of a page, such as a table of lines, without its tags."""
    is_fragment = _FRAGMENT.match(content) and content.rstrip().endswith(b">")
    if language in _PAGE_LANGUAGES or not is_fragment or _PAGE.match(content):
        return
    if content.count(b"</") >= _LEAST_TAGS and not _PREFORMATTED.search(content):
        yield from _text(content, 0, len(content))


def _closing(content: bytes, tag: str, at: int) -> tuple[int, int]:
    """The range of the closing tag; the end of the text if there is none."""
    return _native.find_closing(content, at, tag) or (len(content), len(content))


def _script_language(opening: bytes) -> Language | None:
    words = opening.lower()
    if b"json" in words:
        return "json"
    if b"template" in words or b"x-" in words:
        return None
    return "typescript" if b'lang="ts"' in words or b"typescript" in words else "javascript"


def _text(content: bytes, start: int, end: int) -> Iterator[Part]:
    if end > start:
        yield Part("", start, end, _untagged(content, start, end))


def _untagged(content: bytes, start: int, end: int) -> Pieces:
    """The range without tags and comments, entities decoded."""
    return _native.markup_pieces(content, start, end, _entity)


def _entity(entity: bytes) -> bytes:
    return html.unescape(entity.decode()).encode("utf-8", "replace")


def find_elements(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield the code elements of a text that is not itself a page, in order."""
    if b"</" not in content or language in _PAGE_LANGUAGES or _PAGE.match(content):
        return
    at = number = 0
    unclosed: set[str] = set()  # tags that nothing closes from here on
    while element := _native.find_opening(content, at, _ELEMENTS):
        number += 1
        begin, at, tag = element
        if tag in unclosed:
            continue
        end, after = _closing(content, tag, at)
        if end == after and tag != "pre":
            unclosed.add(tag)
            continue
        inner = _CODE_TAG.match(content, at) if tag == "pre" else None
        start = inner.end() if inner else at
        if end - start >= MIN_BYTES:
            element_language = _element_language(tag, content[begin:start])
            pieces = (Piece(start, end),) if tag in _RAW else _untagged(content, start, end)
            yield Part(f"{tag} {number}", begin, after, pieces, element_language, Place.APART)
        at = after


def _element_language(tag: str, opening: bytes) -> Language | None:
    if tag == "style":
        return "css"
    if tag == "script":
        return _script_language(opening)
    for attribute in _NAMED.finditer(opening):
        language = by_tag(attribute[1].decode())
        if language is not None and kind(language) != "prose":
            return language
    return None


def find_entities(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text with its character references decoded, where it has several."""
    if b"&" not in content:
        return
    pieces = []
    at = count = 0
    for entity in _ENTITY.finditer(content):
        count += 1
        pieces += [
            Piece(at, entity.start()),
            Piece(entity.start(), entity.end(), _entity(entity[0])),
        ]
        at = entity.end()
    if count >= _LEAST_ENTITIES:
        yield Part("", 0, len(content), (*pieces, Piece(at, len(content))))
