# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The strings of JSON, JSON Lines and JSON that was cut off; the cells of notebooks by number.

The text is read token by token, so that any depth of nesting costs time and memory in proportion.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codescan.text.languages import by_tag, kind
from codescan.text.views.encoded_text import LEAST_ENCODED, may_be_text
from codescan.text.views.escapes import unescaped
from codescan.text.views.json_records import RecordTexts
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find", "is_json"]

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[{}\[\],:]', re.DOTALL)
_OPENING = re.compile(
    rb'[\s\xef\xbb\xbf]*+(?:\{\s*+(?:"(?:[^"\\]++|\\.)*+"\s*+:|\}\s*+\Z)'
    rb'|\[\s*+(?:\{\s*+["}]|\[|"(?:[^"\\\n]++|\\.)*+"\s*+[,\]]))',
    re.DOTALL,
)
_EVENT_FIELDS = re.compile(
    rb"(?:[\s\xef\xbb\xbf]++|(?:event|id|retry)?:[^\n]{0,200}+\n|data:(?=[ ]?[{\[]))*+"
)
"""Of server-sent events, each of whose data is JSON."""
_PLAIN = re.compile(rb"[\w+/=.:-]*+")
"""One word."""
_END_OF_LINE = re.compile(rb"(?:[^\\]++|\\[^n])*?\\n", re.DOTALL)
"""Up to the first line end that is written as an escape."""
_DEEPEST_NAMED = 24
_LONGEST_KEY = 60
_DELTA_DEPTH = 6
"""Frames from the string in which the key "delta" says that it is a piece of a stream."""
_LONG = 200
_LEAST_TOKENS = 8
_LONGEST_TOKENS = 8
"""Mean bytes of a token."""
_WORD_START = re.compile(rb"(?: |\xc4\xa0|\xe2\x96\x81|\\u0120|\\u2581)\w", re.IGNORECASE)
"""A word that begins with its blank, also as the vocabularies of models write it."""
_LEAST_WORDS = 16
"""At least one token in this number is a word with a blank before it."""
_CELL = re.compile(r"(?:row \d+ )?\$(?:\.worksheets\[\d+\])?\.cells\[(\d+)\]\.(?:source|input)")


_LANGUAGE_INFO = re.compile(
    rb'"language_info"\s*+:\s*+\{[^{}]{0,2000}?(?:\{[^{}]{0,500}\}[^{}]{0,2000}?)?"name"\s*+:'
    rb'\s*+"([\w+#-]{1,40})"'
)
_KERNEL_LANGUAGE = re.compile(
    rb'"kernelspec"\s*+:\s*+\{[^{}]{0,2000}?"language"\s*+:\s*+"([\w+#-]{1,40})"'
)


@dataclass(slots=True)
class _Frame:
    """An open array or object."""

    is_array: bool
    key: str = ""
    count: int = 0
    lines: list[tuple[int, int]] = field(default_factory=list)
    """The strings of an array, while each is one line."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A string, or the strings of an array that are the lines of one text."""

    path: str
    spans: tuple[tuple[int, int], ...]
    """Between the quotes."""


def is_json(content: bytes) -> bool:
    """Whether a text begins as JSON does."""
    start = _EVENT_FIELDS.match(content)
    return start is not None and _OPENING.match(content, start.end()) is not None


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield every string that may hold a text, in order; the text is then nothing but these."""
    if not is_json(content):
        return
    streams: dict[str, list[tuple[int, int]]] = {}
    records = RecordTexts(content)
    texts = list(_texts(content, streams, records))
    cells = _cells(content, texts)
    at = 0
    for number, text in enumerate(texts):
        start, end = text.spans[0][0] - 1, text.spans[-1][1] + 1
        if start < at:
            continue
        if at < start:
            yield Part("", at, start, ())
        at = end
        name, language = cells.get(number, (text.path, None))
        pieces = tuple(_pieces(content, text))
        is_long = end - start > _LONG or any(piece.decoded == b"\n" for piece in pieces)
        place = Place.APART if is_long else Place.INLINE
        if place is Place.INLINE:
            pieces = (*pieces, Piece(end - 1, end - 1, b"\n"))
        yield Part(name, start, min(end, len(content)), pieces, language, place)
    if at < len(content):
        yield Part("", at, len(content), ())
    for path, spans in streams.items():
        pieces = tuple(piece for span in spans for piece in unescaped(content, *span))
        yield Part(path, spans[0][0], spans[-1][1], pieces, None, Place.BESIDE)
    yield from records.parts()


def _pieces(content: bytes, text: _Text) -> Iterator[Piece]:
    are_tokens = _are_tokens(content, text.spans)
    for number, (start, end) in enumerate(text.spans):
        yield from unescaped(content, start, end)
        is_last = number + 1 == len(text.spans)
        if not is_last and not are_tokens and content[end - 2 : end] != b"\\n":
            yield Piece(end, end, b"\n")


def _are_tokens(content: bytes, spans: tuple[tuple[int, int], ...]) -> bool:
    """Whether the strings of an array are the tokens of one text rather than its lines."""
    if len(spans) < _LEAST_TOKENS:
        return False
    size = sum(end - start for start, end in spans)
    words = sum(1 for span in spans if _WORD_START.match(content, *span))
    return size <= _LONGEST_TOKENS * len(spans) and words * _LEAST_WORDS >= len(spans)


def _texts(
    content: bytes, streams: dict[str, list[tuple[int, int]]], records: RecordTexts
) -> Iterator[_Text]:
    """Every value that is a string of more than one word, and every array of lines.

    Args:
        content: JSON.
        streams: filled with the pieces of streamed texts, by their path without numbers.
        records: filled with the strings of other fields.
    """
    frames: list[_Frame] = [_Frame(is_array=True)]  # of the rows of JSON Lines
    string: tuple[int, int] | None = None
    for token in _TOKEN.finditer(content):
        start, end = token.span()
        sign = content[start : start + 1]
        if sign == b'"':
            is_closed = end - start > 1 and content[end - 1 : end] == b'"'
            string = (start + 1, end - is_closed)
            continue
        if sign == b":" and string is not None:
            frames[-1].key = content[slice(*string)][:_LONGEST_KEY].decode("utf-8", "replace")
            string = None
        if string is not None:
            if any(frame.key == "delta" for frame in frames[-_DELTA_DEPTH:]):
                streams.setdefault(_path(frames, "[*]"), []).append(string)
            elif not frames[-1].is_array:
                record_field = len(frames), frames[-1].key
                name = _path(frames, "[*]") if records.is_new(record_field) else ""
                records.add(record_field, name, *string)
            yield from _value(content, frames, string)
            string = None
        if sign in b"{[}]":
            yield from _lines(content, frames)
            _nest(frames, sign)
        elif sign == b",":
            frames[-1].count += 1
    if string is not None:
        yield from _value(content, frames, string)
    while frames:
        yield from _lines(content, frames)
        frames.pop()


def _nest(frames: list[_Frame], sign: bytes) -> None:
    """Open or close an array or object."""
    if sign in b"{[":
        frames.append(_Frame(is_array=sign == b"["))
        return
    if len(frames) > 1:
        frames.pop()
    if len(frames) == 1:
        frames[0].count += 1


def _value(content: bytes, frames: list[_Frame], string: tuple[int, int]) -> Iterator[_Text]:
    start, end = string
    if frames[-1].is_array and len(frames) > 1:
        feed = _END_OF_LINE.match(content, start, end)
        if feed is None or feed.end() == end:
            frames[-1].lines.append(string)
            return
    if end - start >= MIN_BYTES and not _is_word(content, start, end):
        yield _Text(_path(frames), (string,))


def _lines(content: bytes, frames: list[_Frame]) -> Iterator[_Text]:
    """The lines that the innermost array has held so far, as one text."""
    spans = tuple(frames[-1].lines)
    if not spans:
        return
    frames[-1].lines = []
    if spans[-1][1] - spans[0][0] >= MIN_BYTES and any(
        not _is_word(content, start, end) for start, end in spans
    ):
        yield _Text(_path(frames[:-1]), spans)


def _is_word(content: bytes, start: int, end: int) -> bool:
    """Whether a string is one word, such as a hash, unless it may be a text in base 64."""
    plain = _PLAIN.match(content, start, end)
    if plain is None or plain.end() < end:
        return False
    return end - start < LEAST_ENCODED or not may_be_text(content[start:end])


def _path(frames: list[_Frame], number: str = "") -> str:
    """For example "$.messages[1].content"; `number` may take the place of each [1]."""
    shown = frames[1:][-_DEEPEST_NAMED:]
    path = "$" if len(shown) == len(frames) - 1 else "$..."
    if frames[0].count and not number:
        path = f"row {frames[0].count + 1} {path}"
    return path + "".join(
        (number or f"[{each.count}]") if each.is_array else f".{each.key}" for each in shown
    )


def _cells(content: bytes, texts: list[_Text]) -> dict[int, tuple[str, Language | None]]:
    """Name and language by number of the text, where the texts are cells of a notebook."""
    if b'"cell_type"' not in content:
        return {}
    kinds: dict[str, str] = {}
    sources: dict[int, str] = {}
    for number, text in enumerate(texts):
        cell = _CELL.fullmatch(text.path)
        if cell:
            sources[number] = cell[1]
    for cell_type in re.finditer(rb'"cell_type"\s*+:\s*+"(\w{1,20})"', content):
        kinds[str(len(kinds))] = cell_type[1].decode()
    named = _LANGUAGE_INFO.search(content) or _KERNEL_LANGUAGE.search(content)
    language = by_tag(named[1].decode()) if named else "python"
    cell_language = language if kind(language) == "code" else None
    return {
        number: (f"cell {int(cell) + 1}", cell_language if kinds.get(cell) == "code" else None)
        for number, cell in sources.items()
    }
