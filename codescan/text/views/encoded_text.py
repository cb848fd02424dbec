# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Text in base64, as hexadecimal digits, in a hex dump or percent-encoded as in a URL.

Interfaces of code hosts, data URLs, mails and notebooks hold files in these forms.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, unhexlify
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.views.lines import probed_lines
from codescan.text.views.part import MIN_BYTES, Part, Piece, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.records import Language

__all__ = ["LEAST_ENCODED", "find", "find_dumps", "find_percents", "may_be_text"]

LEAST_ENCODED = 56
"""Letters and digits of a text that is looked for."""

_WORD = re.compile(
    rb"[\w+/-]{56,}+(?:\r?\n[ \t]*+(?!--)[\w+/-]{1,200}+(?=={0,2}(?:[\s\"'<&)]|$)))*+={0,2}"
)
"""A long word; its lines follow each other at once, up to a line such as "-----END"."""
_HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}\s*+)++")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BLANK = re.compile(rb"\s")
_TRIED = 48
"""Characters that are decoded first: most long words are hashes, names or pictures."""
_PERCENT = re.compile(rb"%([0-9a-fA-F]{2})|\+")
_LEAST_ENDS = 2
_DUMP_LINE = re.compile(
    rb"^[ \t]*(?:0x)?[0-9a-fA-F]{4,16}:?[ \t]{1,3}"
    rb"((?:[0-9a-fA-F]{2}[ \t]{0,2}){1,32}?)"
    rb"(?:[ \t]{0,60}[|>].{0,40}|[ \t]{2,60}[^\r\n]{0,32})?\r?$",
    re.MULTILINE,
)
_LEAST_DUMP_LINES = 3


def find(content: bytes, _language: Language | None = None) -> Iterator[Part]:
    """Yield each text in base64 or hexadecimal digits, in order; it stays where it is, too."""
    number = 0
    at = 0
    for start in _native.long_words(content):
        # The first characters tell a picture, whose every line is a long word.
        if start < at or not may_be_text(content[start : start + _TRIED]):
            continue
        word = _WORD.match(content, start)
        decoded = _decoded(word[0]) if word else None
        at = word.end() if word else at
        if decoded is not None:
            number += 1
            pieces = (Piece(start, at, decoded),)
            yield Part(f"encoded text {number}", start, at, pieces, None, Place.BESIDE)


def may_be_text(word: bytes) -> bool:
    """Whether a long word may stand for text; its first characters tell."""
    begin = word[:_TRIED]
    if _HEXADECIMAL.fullmatch(begin) and _text(unhexlify(begin), is_whole=False) is not None:
        return True
    try:
        return _text(a2b_base64(begin.translate(_STANDARD)), is_whole=False) is not None
    except Error:
        return False


def _decoded(word: bytes) -> bytes | None:
    """The text that a long word stands for; None where it is none."""
    if _HEXADECIMAL.fullmatch(word):
        return _text(unhexlify(b"".join(word.split())))
    digits = b"".join(word.rstrip(b"=").split()).translate(_STANDARD)
    try:
        return _text(a2b_base64(digits + b"=" * (-len(digits) % 4)))
    except Error:
        return None


_STANDARD = bytes.maketrans(b"-_", b"+/")
"""From the alphabet for URLs to the usual one."""


def _text(decoded: bytes, *, is_whole: bool = True) -> bytes | None:
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
    if len(text) < MIN_BYTES or _text(text) is None:
        return None
    pieces = tuple(Piece(*line.span(), decoded) for line, decoded in zip(run, lines, strict=True))
    return Part(f"dump {number}", run[0].start(), run[-1].end(), pieces, None, Place.BESIDE)
