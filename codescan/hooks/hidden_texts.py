# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that a command or a field of an event holds in another form, which a scan does not read.

A shell command may write a file line by line, each line a string of its own. A text may be encoded
in pieces, compressed, or in UTF-16. Plain base64 is read by the scan itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["encoded_texts", "listed_text", "quoted_text"]

_QUOTED = re.compile(
    r"""\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\.)*)"|["'].*""",
    re.DOTALL,  # the last form is a string that nothing ends: it is passed over at once
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_WORD = re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{16,}={0,6}")
"""A word that may be a piece of base64 or base32; shorter ones are names."""
_SHORTEST = 100
"""Characters of a text that is compared."""
_MOST_BYTES = 8 << 20
"""Of a text that is unpacked."""
_PRINTABLE = 0.95
"""Share of the characters of a text."""
_LOOKED_AT = 1 << 16
"""Characters of a text that tell whether it is one."""
_LONGEST_ITEM = 4
"""Characters of the items of a list that are pieces of a text, not lines."""
_LAST_CHARACTER = 0x10FFFF
_GZIP = 31
"""Window bits by which zlib expects the header of gzip."""


def quoted_text(command: str) -> str:
    """The strings of a shell command, one a line; "" where fewer than two are long in all."""
    pieces: list[str] = []
    count, end = 0, -1
    for match in _QUOTED.finditer(command):
        text = match[1] or match[2] or match[3] or ""
        if match[1] is not None or match[3] is not None:
            text = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), text)
        if pieces and match.start() != end:  # strings without a blank between them are one word
            pieces.append("\n")
        pieces.append(text)
        count, end = count + 1, match.end()
    text = "".join(pieces)
    return text if count > 1 and len(text) >= _SHORTEST else ""


def encoded_texts(text: str) -> Iterator[str]:
    """Texts in base64 or base32 that are in pieces, compressed, or in UTF-16."""
    words = _WORD.findall(text)
    whole = "".join(word.rstrip("=") for word in words)
    for digits in dict.fromkeys((*words, whole) if len(words) > 1 else words):
        if len(digits) < _SHORTEST:
            continue
        for number, data in enumerate(_decodings(digits)):
            unpacked = _unpacked(data)
            is_plain = number == 0 and unpacked is data and digits != whole
            decoded = _text(unpacked)
            if decoded is not None and not (is_plain and "\0" not in str(data[:64], "latin-1")):
                yield decoded
                break


def listed_text(items: list[object]) -> str | None:
    """The text of a list of characters, pieces, lines or character codes; None: it is none."""
    if items and all(isinstance(item, str) for item in items):
        strings = [str(item) for item in items]
        is_cut = len(strings) >= _SHORTEST and max(map(len, strings)) <= _LONGEST_ITEM
        return "".join(strings) if is_cut else "\n".join(s.rstrip("\r\n") for s in strings)
    codes = [item for item in items if type(item) is int and 0 <= item <= _LAST_CHARACTER]
    if len(codes) < max(_SHORTEST, len(items)):
        return None
    if max(codes) < 256:  # noqa: PLR2004  bytes
        return _text(bytes(codes))
    return "".join(map(chr, codes))


def _decodings(digits: str) -> Iterator[bytes]:
    """What the digits may stand for."""
    from base64 import b32decode, b64decode

    plain = digits.rstrip("=")
    for decode, unit in ((b64decode, 4), (b32decode, 8)):
        try:
            yield decode(plain + "=" * (-len(plain) % unit))
        except ValueError:
            continue


def _unpacked(data: bytes) -> bytes:
    """The bytes that are compressed in some; the same object where none are."""
    import bz2  # the modules for what is seldom met are loaded when it is
    import lzma
    import zlib

    unpackers = (
        (b"\x1f\x8b", lambda: zlib.decompressobj(_GZIP).decompress(data, _MOST_BYTES)),
        (b"\x78", lambda: zlib.decompressobj().decompress(data, _MOST_BYTES)),
        (b"BZh", lambda: bz2.BZ2Decompressor().decompress(data, _MOST_BYTES)),
        (b"\xfd7zXZ", lambda: lzma.LZMADecompressor().decompress(data, _MOST_BYTES)),
    )
    for begin, unpack in unpackers:
        if data.startswith(begin):
            try:
                return unpack()
            except (ValueError, EOFError, OSError, zlib.error, lzma.LZMAError):
                return data
    return data


def _text(data: bytes) -> str | None:
    """The text of some bytes; None where they are none."""
    is_wide = data[1:64:2].count(0) > len(data[1:64:2]) // 2
    try:
        text = data.decode("utf-16-le" if is_wide else "utf-8")
    except UnicodeDecodeError:
        return None
    begin = text[:_LOOKED_AT]
    printable = sum(character.isprintable() or character in "\r\n\t" for character in begin)
    return text if len(text) >= _SHORTEST and printable >= _PRINTABLE * len(begin) else None
