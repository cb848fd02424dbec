# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decode long words, lists of numbers and uuencoded lines.

To read another encoding, add a line to `_WORDS` or a function to `_FORMS`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LEAST_CHARACTERS", "decoded_words", "encoded_bytes", "is_encoded"]

LEAST_CHARACTERS = 100
"""Of an encoded text; what is shorter is a name or a hash."""

_BASE64 = lazy_pattern(r"[A-Za-z0-9+/_-]+={0,6}")
_BASE85 = lazy_pattern(r"[0-9A-Za-z!#$%&()*+\-;<=>?@^_`{|}~]+")
_ASCII85 = lazy_pattern(r"(?:<~)?[!-uz]+(?:~>)?")
_HEXADECIMAL = lazy_pattern(r"(?=.*\d)[0-9A-Fa-f]+")
_BASE32 = lazy_pattern(r"(?=.*\d)[A-Z2-7]+=*")
_PAIRS = lazy_pattern(r"(?:(?:0[xX]|\\x|%)?[0-9A-Fa-f]{2}(?:[ \t\r\n,:;-]++|(?=[\\%])|\b)){100,}+")
"""Hexadecimal bytes, apart."""
_NUMBERS = lazy_pattern(
    r"(?:(?:0[xXoO])?[0-9A-Fa-f]{1,7}"
    r"(?:[ \t\r\n]*+[,;|][ \t\r\n]*+|[ \t\r\n]++|(?=[\])}'\"]|\Z))){100,}+"
)
"""Numbers, apart."""
_INTEGER = lazy_pattern(r"(?<![\w.])(?:0[xX][0-9A-Fa-f_]{200,}+|[1-9][0-9_]{240,4299}+)(?![\w.])")
_UU = lazy_pattern(r"^begin [0-7]{3,4} [^\n]*\n((?:[!-M][ -`]{1,84}\r?\n)+)", re.MULTILINE)
_FRAMED = lazy_pattern(r"<~([!-uz\s]{100,}+)~>")
_LAST_BYTE, _LAST_CHARACTER = 0xFF, 0x10FFFF
_LEAST_BITS = 5.5
"""Bits of a character of an encoded word: packed bytes in base64 have 5.9, text in base85 has 6.0,
299 words of 400 characters in JavaScript and CSS have 5.35 at most."""


def encoded_bytes(text: str) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, bytes) of each part of a text that is encoded and no single word."""
    for form in _FORMS:
        yield from form(text)


def decoded_words(word: str) -> Iterator[tuple[str, bytes]]:
    """(encoding, bytes) of each encoding that a word may be in; what is compressed stays so.

    Args:
        word: without blanks and quotes.
    """
    for name, alphabet, decode in _WORDS:
        if alphabet.fullmatch(word):
            try:
                yield name, decode(word)
            except ValueError:
                continue


def is_encoded(word: str) -> bool:
    """Whether a long word looks like encoded bytes, not like a path, an address or code."""
    if _HEXADECIMAL.fullmatch(word) or _BASE32.fullmatch(word):
        return True
    counts = Counter(word).values()
    return math.log2(len(word)) - sum(n * math.log2(n) for n in counts) / len(word) >= _LEAST_BITS


def _base64(word: str) -> bytes:
    from base64 import b64decode

    plain = word.rstrip("=").replace("-", "+").replace("_", "/")
    return b64decode(plain + "=" * (-len(plain) % 4))


def _base32(word: str) -> bytes:
    from base64 import b32decode

    plain = word.rstrip("=")
    return b32decode(plain + "=" * (-len(plain) % 8))


def _base85(word: str) -> bytes:
    from base64 import b85decode

    return b85decode(word)


def _ascii85(word: str) -> bytes:
    from base64 import a85decode

    return a85decode(word.removeprefix("<~").removesuffix("~>"))


_WORDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bytes]], ...] = (
    ("hexadecimal", _HEXADECIMAL, bytes.fromhex),
    ("base64", _BASE64, _base64),
    ("base32", _BASE64, _base32),
    ("base85", _BASE85, _base85),
    ("Ascii85", _ASCII85, _ascii85),
)


def _pairs(text: str) -> Iterator[tuple[int, int, bytes]]:
    """Bytes as hexadecimal pairs with something between them."""
    for match in _PAIRS.finditer(text):
        digits = re.sub(r"0[xX](?=[0-9A-Fa-f]{2})|[^0-9A-Fa-f]", "", match[0])
        if len(digits) % 2 == 0:
            yield *match.span(), bytes.fromhex(digits)


def _numbers(text: str) -> Iterator[tuple[int, int, bytes]]:
    """Bytes or characters as numbers: decimal, hexadecimal or octal."""
    for match in _NUMBERS.finditer(text):
        words = re.findall(r"\w+", match[0])
        for read in (_number, partial(int, base=8)):
            try:
                codes = list(map(read, words))
            except ValueError:
                continue
            if max(codes) <= _LAST_BYTE:
                yield *match.span(), bytes(codes)
            elif max(codes) <= _LAST_CHARACTER:
                yield *match.span(), "".join(map(chr, codes)).encode("utf-8", "replace")


def _number(word: str) -> int:
    return int(word) if word.isdigit() else int(word, 0)


def _integers(text: str) -> Iterator[tuple[int, int, bytes]]:
    """Bytes as one large number, the highest or the lowest first."""
    for match in _INTEGER.finditer(text):
        digits = match[0].replace("_", "")
        value = int(digits, 16) if digits[:2] in {"0x", "0X"} else int(digits)
        data = value.to_bytes((value.bit_length() + 7) // 8, "big")
        yield *match.span(), data
        yield *match.span(), data[::-1]


def _uuencoded(text: str) -> Iterator[tuple[int, int, bytes]]:
    """Lines between "begin 644 name" and "end"."""
    from binascii import Error, a2b_uu

    for match in _UU.finditer(text):
        try:
            lines = match[1].encode("ascii").splitlines()
            yield *match.span(), b"".join(a2b_uu(line) for line in lines)
        except Error:
            continue


def _framed_ascii85(text: str) -> Iterator[tuple[int, int, bytes]]:
    """Ascii85 between "<~" and "~>", on any number of lines."""
    from base64 import a85decode

    for match in _FRAMED.finditer(text):
        try:
            yield *match.span(), a85decode(match[1])
        except ValueError:
            continue


_FORMS = (_pairs, _numbers, _integers, _uuencoded, _framed_ascii85)
