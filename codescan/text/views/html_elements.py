# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The text of HTML and XML pages, and of code elements in other texts, with entities decoded."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from codescan.text.languages import by_tag, kind
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find_elements", "find_entities", "find_pages"]

_ELEMENT = re.compile(
    rb"<(?P<tag>pre|code|script|style|textarea|syntaxhighlight|samp|xmp|template)"
    rb"(?P<attributes>\s[^<>]{0,1000}+)?>",
    re.IGNORECASE,
)
_CODE_TAG = re.compile(rb"<code(?:\s[^<>]{0,1000}+)?>", re.IGNORECASE)
_NAMED = re.compile(
    rb"(?:lang(?:uage)?-|brush:\s{0,4}|highlight-source-|sourceCode\s+|\blang(?:uage)?=[\"']?"
    rb"|\bclass=[\"']?)([\w+#]{1,30})",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)"
    rb"|<(?P<close>/?)(?P<tag>[A-Za-z][\w:-]{0,60})(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>"
    rb"|<[!?][^>]{0,2000}>"
    rb"|&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});",
    re.DOTALL,
)
_ENTITY = re.compile(rb"&(?:amp|lt|gt|quot|apos|nbsp|\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6});")
_PAGE = re.compile(rb"[\s\xef\xbb\xbf]*+<(?:!doctype\s+html|html[\s>]|\?xml[\s?])", re.IGNORECASE)
_PAGE_LANGUAGES = frozenset({"html", "xml", "vue", "svelte"})
_BREAKS = frozenset(
    b"br p div tr li ul ol table pre h1 h2 h3 h4 h5 h6 hr section article dt dd blockquote".split()
)
_RAW = frozenset({b"script", b"style"})
_LEAST_ENTITIES = 2


def find_pages(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield the text of a whole page without its tags; scripts and styles apart from it."""
    if language not in _PAGE_LANGUAGES and not _PAGE.match(content):
        return
    at = 0
    while opening := _next_raw(content, at):
        start, inner, end, after = opening
        yield from _text(content, at, start)
        tag = content[start + 1 : start + 6].lower()
        embedded = _script_language(content[start:inner]) if tag == b"scrip" else "css"
        pieces = (Piece(inner, end),) if end > inner else ()
        yield Part(
            "script" if tag == b"scrip" else "style", start, after, pieces, embedded, Place.APART
        )
        at = after
    yield from _text(content, at, len(content))


def _next_raw(content: bytes, at: int) -> tuple[int, int, int, int] | None:
    """(start, end of the opening tag, end of the inside, end) of the next script or style."""
    opening = _RAW_OPENING.search(content, at)
    if opening is None:
        return None
    closing = _closing(content, opening["tag"], opening.end())
    return opening.start(), opening.end(), *closing


_RAW_OPENING = re.compile(rb"<(?P<tag>script|style)(?:\s[^<>]{0,1000}+)?>", re.IGNORECASE)


def _closing(content: bytes, tag: bytes, at: int) -> tuple[int, int]:
    """Where the closing tag begins and ends; the end of the text where there is none."""
    closing = re.compile(rb"</" + re.escape(tag) + rb"\s{0,20}>", re.IGNORECASE).search(content, at)
    return closing.span() if closing else (len(content), len(content))


def _script_language(opening: bytes) -> Language | None:
    words = opening.lower()
    if b"json" in words:
        return "json"
    if b"template" in words or b"x-" in words:
        return None
    return "typescript" if b'lang="ts"' in words or b"typescript" in words else "javascript"


def _text(content: bytes, start: int, end: int) -> Iterator[Part]:
    pieces = tuple(_untagged(content, start, end))
    if end > start:
        yield Part("", start, end, pieces)


def _untagged(content: bytes, start: int, end: int) -> Iterator[Piece]:
    """The range without tags and comments, entities decoded."""
    at = start
    for markup in _MARKUP.finditer(content, start, end):
        if markup.start() > at:
            yield Piece(at, markup.start())
        at = markup.end()
        if markup["tag"] is not None:
            if markup["tag"].lower() in _BREAKS:
                yield Piece(markup.start(), at, b"\n")
        elif markup["data"] is not None:
            yield Piece(*markup.span("data"))
        elif markup[0][:1] == b"&":
            yield Piece(markup.start(), at, _entity(markup[0]))
    if at < end:
        yield Piece(at, end)


def _entity(entity: bytes) -> bytes:
    return html.unescape(entity.decode()).encode("utf-8", "replace")


def find_elements(content: bytes, language: Language | None = None) -> Iterator[Part]:
    """Yield the code elements of a text that is not itself a page, in order."""
    if b"</" not in content or language in _PAGE_LANGUAGES or _PAGE.match(content):
        return
    at = number = 0
    while element := _ELEMENT.search(content, at):
        number += 1
        at = element.end()
        tag = element["tag"].lower()
        end, after = _closing(content, tag, at)
        if end == len(content) and after == end and tag != b"pre":
            continue
        inner = _CODE_TAG.match(content, at) if tag == b"pre" else None
        start = inner.end() if inner else at
        if end - start >= MIN_BYTES:
            element_language = _element_language(tag, content[element.start() : start])
            raw = tag in _RAW
            pieces = (Piece(start, end),) if raw else tuple(_untagged(content, start, end))
            name = f"{tag.decode()} {number}"
            yield Part(name, element.start(), after, pieces, element_language, Place.APART)
        at = after


def _element_language(tag: bytes, opening: bytes) -> Language | None:
    if tag == b"style":
        return "css"
    if tag == b"script":
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
