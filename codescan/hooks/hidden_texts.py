# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that a command or a field of an event holds in another form, which a scan does not read.

A shell command may write a file line by line, each line a string of its own. A text may be encoded
in pieces, compressed, or in UTF-16. Plain base64 is read by the scan itself.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from codescan.hooks.text_encodings import (
    LEAST_CHARACTERS,
    decoded_words,
    encoded_bytes,
    is_encoded,
)
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.packed_bytes import unpacked_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["echoed_text", "encoded_texts", "listed_text", "quoted_text"]

_QUOTED = lazy_pattern(
    r"""\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\.)*)"|["'].*""",
    re.DOTALL,  # the last form is a string that nothing ends: it is passed over at once
)
_ESCAPE = lazy_pattern(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ECHO = lazy_pattern(r"^[ \t(]*@?echo(?:\.|[ \t])(.*)$", re.MULTILINE)
_REDIRECTION = lazy_pattern(r"[ \t]?(?<!\^)>>?[ \t]*[^\s>]+$")
_CARET = lazy_pattern(r"\^(.)")
_FEWEST_ECHOES = 3
_PIECE = lazy_pattern(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{16,}={0,6}")
"""A word that may be a piece of base64 or base32; shorter ones are names."""
_ROW = lazy_pattern(r"(?<![\w+/-])[\w+/-]{16,}=*(?:[\s\"'\\,+]{1,80}[\w+/-]{16,}=*)*", re.ASCII)
"""Pieces after each other, also in the alphabet for URLs."""
_BETWEEN = lazy_pattern(r"[\s\"'\\,=]|\+(?=[\s\"'])")
_BARE = lazy_pattern(r"(?<![^\s\"'])[^\s\"']{100,}")
"""A long word without quotes."""
_DIGITS = lazy_pattern(r"[0-9A-Fa-f]{400,}")
_UNBROKEN = lazy_pattern(r"\S{400,}")
"""Formats that may have quotes among their digits."""
_BLANK = lazy_pattern(r"\s")
_LEAST_UNREAD = 400
"""Characters of a word that nothing could decode, from which it counts as not read: keys, tokens
and signatures are shorter."""
_MOST_DEPTH = 3
_MOST_BYTES = 8 << 20
"""Maximum bytes of a text that is unpacked."""
_SCANNED = frozenset({"base64", "hexadecimal"})
"""Encodings that the scan reads by itself."""
_MEDIA = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF", b"wOFF", b"wOF2", b"\0\x01\0\0",
    b"OTTO", b"\0\0\x01\0", b"ID3", b"OggS", b"\0asm",
)  # fmt: skip
"""The first bytes of pictures, fonts, sounds and compiled code."""
_PRINTABLE = 0.95
"""Share of the characters of a text."""
_LOOKED_AT = 1 << 16
"""Characters of a text that tell whether it is one."""
_LONGEST_ITEM = 4
"""Characters of the items of a list that are pieces of a text, not lines."""
_LAST_CHARACTER = 0x10FFFF


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
    return text if count > 1 and len(text) >= LEAST_CHARACTERS else ""


def echoed_text(command: str) -> str:
    """The lines that a command prints by `echo` without quotes; "" for fewer than three.

    The shell of Windows has no quotes, and writes a caret before each sign of its own.
    """
    lines = [_REDIRECTION.sub("", match[1].rstrip()) for match in _ECHO.finditer(command)]
    return _CARET.sub(r"\1", "\n".join(lines)) if len(lines) >= _FEWEST_ECHOES else ""


def encoded_texts(text: str) -> tuple[list[str], int]:
    """Texts that a text holds in another encoding, and the number of words that none could read.

    Encodings within each other are followed three deep. Plain base64 and hexadecimal digits, which
    the scan reads itself, are left out.
    """
    texts: list[str] = []
    unread = 0
    waiting = [(text, 0)]
    while waiting:
        outer, depth = waiting.pop()
        inner, outside = _without_forms(outer)
        texts += inner
        words = _words(outside)
        readings = {word: _decoded(word) for word in words}
        for word, (decoded, is_plain) in readings.items():
            if decoded is None:
                unread += words[word] and _is_unread(word, readings)
                continue
            inner.append(decoded)
            if not is_plain or depth or word not in outside:
                texts.append(decoded)
        if depth < _MOST_DEPTH:
            waiting += [(each, depth + 1) for each in inner]
    return list(dict.fromkeys(texts)), unread


def _without_forms(text: str) -> tuple[list[str], str]:
    """The texts that lists of numbers and similar forms encode, and the text around them."""
    texts: list[str] = []
    pieces: list[str] = []
    at = 0
    for start, end, data in sorted(encoded_bytes(text)):
        decoded = _text(unpacked_bytes(data, _MOST_BYTES))
        if decoded is None:
            continue
        texts.append(decoded)
        if start >= at:
            pieces.append(text[at:start])
            at = end
    return texts, "".join((*pieces, text[at:]))


def _words(text: str) -> dict[str, bool]:
    """Words that may be encoded, and what those make together that are pieces of one.

    Returns:
        For each, whether it occurs in the text as a word of its own.
    """
    pieces = _PIECE.findall(text)
    whole = "".join(piece.rstrip("=") for piece in pieces)
    rows = (_joined(match[0]) for match in _ROW.finditer(text))
    strings = (each for each in _strings(text) if not _BLANK.search(each))
    words = dict.fromkeys((*pieces, whole, *rows), False)
    singles = (pattern.findall(text) for pattern in (_BARE, _DIGITS, _UNBROKEN))
    words |= dict.fromkeys((*strings, *itertools.chain(*singles)), True)
    return {word: single for word, single in words.items() if len(word) >= LEAST_CHARACTERS}


def _joined(row: str) -> str:
    """A row of words as one, with its padding."""
    words = row.rstrip("=")
    return _BETWEEN.sub("", words) + row[len(words) :]


def _is_unread(word: str, readings: dict[str, tuple[str | None, bool]]) -> bool:
    """Whether a word that nothing decodes may hold a text, and no part of it was read."""
    if len(word) < _LEAST_UNREAD or not is_encoded(word) or _is_media(word):
        return False
    return not any(text is not None and part in word for part, (text, _) in readings.items())


def _strings(text: str) -> Iterator[str]:
    """The long strings of a command and of the programs in its strings, without escapes."""
    waiting = [(text, 0)]
    while waiting:
        outer, depth = waiting.pop()
        for match in _QUOTED.finditer(outer):
            string = match[1] or match[2] or match[3] or ""
            if len(string) < LEAST_CHARACTERS:
                continue
            plain = _ESCAPE.sub(r"\1", string) if "\\" in string else string
            yield plain
            if depth < _MOST_DEPTH and ("'" in plain or '"' in plain):
                waiting.append((plain, depth + 1))


def _decoded(word: str) -> tuple[str | None, bool]:
    """The text that a word stands for, and whether the scan reads it, too."""
    for encoding, data in decoded_words(word):
        plain = unpacked_bytes(data, _MOST_BYTES)
        decoded = _text(plain)
        if decoded is not None:
            return decoded, encoding in _SCANNED and plain is data and b"\0" not in data[:64]
    return None, False


def _is_media(word: str) -> bool:
    """Whether a word is a picture, a font or an archive, which holds no text."""
    return any(data.startswith(_MEDIA) for _, data in decoded_words(word))


def listed_text(items: list[object]) -> str | None:
    """The text of a list of characters, pieces, lines or character codes; None for other values."""
    if items and all(isinstance(item, str) for item in items):
        strings = [str(item) for item in items]
        whole = "".join(strings)
        if len(strings) >= LEAST_CHARACTERS and max(map(len, strings)) <= _LONGEST_ITEM:
            return whole
        lines = "\n".join(string.rstrip("\r\n") for string in strings)
        # Pieces of a text have line ends inside; so have blocks, and each may be meant.
        has_ends = any("\n" in string.rstrip("\r\n") for string in strings)
        return f"{whole}\n{lines}" if has_ends and len(strings) > 1 else lines
    codes = [item for item in items if type(item) is int and 0 <= item <= _LAST_CHARACTER]
    if len(codes) < max(LEAST_CHARACTERS, len(items)):
        return None
    if max(codes) < 256:  # noqa: PLR2004  bytes
        return _text(bytes(codes))
    return "".join(map(chr, codes))


def _text(data: bytes) -> str | None:
    """The text of some bytes; None if they are not text."""
    is_wide = data[1:64:2].count(0) > len(data[1:64:2]) // 2
    try:
        if is_wide:  # a number that stands for bytes has lost a zero at an end
            data += b"\0" * (len(data) % 2)
        text = data.decode("utf-16-le" if is_wide else "utf-8")
    except UnicodeDecodeError:
        return None
    begin = text[:_LOOKED_AT]
    printable = sum(character.isprintable() or character in "\r\n\t" for character in begin)
    return text if len(text) >= LEAST_CHARACTERS and printable >= _PRINTABLE * len(begin) else None
