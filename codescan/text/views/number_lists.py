# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts written as lists of the numbers of their bytes or characters.

For example the array of `xxd -i`, `String.fromCharCode(100, 101)`, `bytes([100, 101])` and pairs of
hexadecimal digits with colons between them.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from typing import TYPE_CHECKING

from codescan.text.views.encoded_text import as_text
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["find"]

_NUMBERS = rb"(?:0[xX][0-9a-fA-F]{1,4}|[0-9]{1,5})"
_LIST = re.compile(rb"(?<![\w.])%s(?:[ \t\r\n]*+,[ \t\r\n]*+%s(?![\w.]))++" % (_NUMBERS, _NUMBERS))
_PAIRS = re.compile(rb"(?<![\w:])[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){19,}+(?![\w:])")
_NUMBER = re.compile(_NUMBERS)
_TRIED = 16
"""Numbers that are decoded first: most lists are tables of numbers."""
_HIGHEST = 0xFFFF
_BYTE = 0xFF


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the text of each list, in order; the list stays where it is, too."""
    for count, (start, end, text) in enumerate(_texts(content), 1):
        pieces = (Piece(start, end, text),)
        yield Part(f"numbers {count}", start, end, pieces, None, Place.BESIDE)


def _texts(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The start, the end and the text of each list that stands for one."""
    for numbers in _LIST.finditer(content):
        begin = content[numbers.start() : numbers.start() + 8 * _TRIED]
        if _text(_values(begin)[:_TRIED], is_whole=False) is None:
            continue
        text = _text(_values(numbers[0]))
        if text is not None and len(text) >= MIN_BYTES:
            yield *numbers.span(), text
    for pairs in _PAIRS.finditer(content):
        text = as_text(unhexlify(pairs[0].replace(b":", b"")))
        if text is not None:
            yield *pairs.span(), text


def _values(numbers: bytes) -> list[int]:
    return [int(number, 16 if number[1:2] in b"xX" and number[1:2] else 10)
            for number in _NUMBER.findall(numbers)]  # fmt: skip


def _text(values: list[int], *, is_whole: bool = True) -> bytes | None:
    """The text of numbers: bytes, or characters if one is larger than a byte."""
    highest = max(values)
    if highest > _HIGHEST:
        return None
    if highest <= _BYTE and (text := as_text(bytes(values), is_whole=is_whole)) is not None:
        return text
    characters = "".join(map(chr, values)).encode("utf-8", "surrogatepass")
    return as_text(characters, is_whole=is_whole)
