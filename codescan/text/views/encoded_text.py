# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Text in base64 or base32, as hexadecimal digits, in a hex dump or percent-encoded as in a URL.

Interfaces of code hosts, data URLs, mails and notebooks hold files in these forms. Text that was
compressed before, with gzip for example, is unpacked.
"""

from __future__ import annotations

import re
from base64 import b32decode
from binascii import Error, a2b_base64, unhexlify
from contextlib import suppress
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern
from codescan.text.packed_bytes import is_packed, unpacked_bytes
from codescan.text.views.lines import probed_lines
from codescan.text.views.part import DECODED_LEAST, DECODED_SHARE, MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["LEAST_ENCODED", "as_text", "find", "find_dumps", "find_percents", "may_be_text"]

LEAST_ENCODED = 56
"""Letters and digits of a text that is looked for."""

_WORD = lazy_pattern(
    rb"[\w+/-]{56,}+(?:\r?\n[ \t]*+(?!--)[\w+/-]{1,200}+(?=={0,2}(?:[\s\"'<&)]|$)))*+={0,2}"
)
"""A long word; its lines follow each other at once, up to a line such as "-----END"."""
_HEXADECIMAL = lazy_pattern(rb"(?:[0-9a-fA-F]{2}\s*+)++")
_BASE32 = lazy_pattern(rb"[A-Z2-7]++")
_CONTROL = lazy_pattern(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BLANK = lazy_pattern(rb"\s")
_TRIED = 48
"""Characters that are decoded first: most long words are hashes, names or pictures."""
_PERCENT = lazy_pattern(rb"%([0-9a-fA-F]{2})|\+")
_LEAST_ENDS = 2
_DUMP_LINE = lazy_pattern(
    rb"^[ \t]*(?:0x)?[0-9a-fA-F]{4,16}:?[ \t]{1,3}"
    rb"((?:[0-9a-fA-F]{2}[ \t]{0,2}){1,32}?)"
    rb"(?:[ \t]{0,60}[|>].{0,40}|[ \t]{2,60}[^\r\n]{0,32})?\r?$",
    re.MULTILINE,
)
_LEAST_DUMP_LINES = 3


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each text in base64, base32 or hexadecimal digits, in order; it stays where it is, too.

    Compressed texts are unpacked up to the limit of decoded bytes, and to no more than that.
    """
    number = 0
    at = 0
    room = max(DECODED_LEAST, DECODED_SHARE * len(content)) + 1
    for start in _native.long_words(content):
        # The first characters tell a picture, whose every line is a long word.
        if start < at or not may_be_text(content[start : start + _TRIED]):
            continue
        word = _WORD.match(content, start)
        decoded = _decoded(word[0], room) if word else None
        at = word.end() if word else at
        if decoded is not None:
            number += 1
            room = max(room - len(decoded), MIN_BYTES)
            pieces = (Piece(start, at, decoded),)
            yield Part(f"encoded text {number}", start, at, pieces, None, Place.BESIDE)


def may_be_text(word: bytes) -> bool:
    """Whether a long word may stand for text; its first characters tell."""
    begin = word[:_TRIED]
    return any(
        is_packed(decoded) or as_text(decoded, is_whole=False) is not None
        for decoded in _readings(begin)
    )


def _decoded(word: bytes, most: int) -> bytes | None:
    """The text that a long word encodes; None if it encodes no text.

    Args:
        word: of letters, digits and signs; line ends between them do not count.
        most: bytes up to which a compressed text is unpacked.
    """
    for decoded in _readings(b"".join(word.rstrip(b"=").split())):
        text = as_text(unpacked_bytes(decoded, most))
        if text is not None:
            return text
    return None


def _readings(digits: bytes) -> Iterator[bytes]:
    """The bytes that a word without padding stands for, in each alphabet whose digits it has."""
    if _HEXADECIMAL.fullmatch(digits):
        yield unhexlify(digits)
        return
    if _BASE32.fullmatch(digits):
        with suppress(Error):
            yield b32decode(digits + b"=" * (-len(digits) % 8))
    with suppress(Error):
        yield a2b_base64(digits.translate(_STANDARD) + b"=" * (-len(digits) % 4))


_STANDARD = bytes.maketrans(b"-_", b"+/")
"""From the alphabet for URLs to the usual one."""


def as_text(decoded: bytes, *, is_whole: bool = True) -> bytes | None:
    """The bytes if they are text of several words."""
    if _CONTROL.search(decoded):
        return None
    try:
        decoded.decode()
    except UnicodeDecodeError as error:
        if is_whole or error.start < len(decoded) - 3:
            return None
    return decoded if not is_whole or _BLANK.search(decoded) else None


def find_percents(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the whole text decoded, if most of its line ends are written as `%0A`."""
    ends = content.count(b"%0A") + content.count(b"%0a")
    if ends < _LEAST_ENDS or content.count(b"\n") * 4 > ends:
        return
    has_plus = b"%20" not in content
    pieces = []
    at = 0
    for escape in _PERCENT.finditer(content):
        digits = escape[1]
        if digits is None and not has_plus:
            continue
        decoded = bytes([int(digits, 16)]) if digits is not None else b" "
        pieces += [Piece(at, escape.start()), Piece(*escape.span(), decoded)]
        at = escape.end()
    yield Part("", 0, len(content), (*pieces, Piece(at, len(content))))


def find_dumps(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield the text of each hex dump, as `hexdump -C` and `xxd` write it, in order."""
    if not any(_DUMP_LINE.match(content, start) for start in probed_lines(content)):
        return
    number = 0
    run: list[re.Match[bytes]] = []
    for line in _DUMP_LINE.finditer(content):
        if run and line.start() > run[-1].end() + 1:
            if part := _dump(run, number + 1):
                number += 1
                yield part
            run.clear()
        run.append(line)
    if part := _dump(run, number + 1):
        yield part


def _dump(run: list[re.Match[bytes]], number: int) -> Part | None:
    if len(run) < _LEAST_DUMP_LINES:
        return None
    lines = [unhexlify(b"".join(line[1].split())) for line in run]
    text = b"".join(lines)
    if len(text) < MIN_BYTES or as_text(text) is None:
        return None
    pieces = tuple(Piece(*line.span(), decoded) for line, decoded in zip(run, lines, strict=True))
    return Part(f"dump {number}", run[0].start(), run[-1].end(), pieces, None, Place.BESIDE)
