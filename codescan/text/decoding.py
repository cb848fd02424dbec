# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decoding: from the bytes of an input to text that can be compared, or the reason why not.

UTF-8 and other ASCII-compatible text stays as its bytes. UTF-16 and UTF-32 are decoded, with a
byte-order mark or without one. Whether a file is text is decided by its bytes, never by its name.
"""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from codescan._core import _native
from codescan.text.languages import detect

__all__ = ["HEAD_BYTES", "DecodedText", "binary_reason", "decode_text", "looks_binary"]

HEAD_BYTES = 8192
"""Bytes that decide whether a file is text."""

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""Byte-order marks; those of UTF-32 first, since one of UTF-16 begins one of them."""
_WIDE = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
"""Encodings, and bytes of their code units."""
_SPACES = " \t\n\r\f"
_CONTROLS = 0.01
"""Share of control characters above which bytes are not text."""
_UNDECODED = 0.01
"""Share of bytes outside UTF-8 up to which text is compared as it is: a name in Latin-1."""
_TERMINAL = "\b\x1b\x1a"
"""Control characters of texts that were meant for a terminal."""
_CONTROL_BYTES = bytes(sorted({*range(0x20), 0x7F} - set((_SPACES + _TERMINAL).encode())))
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cf"})
"""Unicode categories of characters of texts that are not printable: white space and formats."""


class DecodedText(Struct, frozen=True):
    """The text of an input, or the reason why it has none that can be compared."""

    content: bytes = b""
    """UTF-8, or the bytes as given where they are nearly UTF-8."""
    encoding: str = "utf-8"
    reason: str = ""
    """"empty", "binary" or "undecodable"; "" for a text."""


def decode_text(content: bytes, name: str = "") -> DecodedText:
    """Decode the bytes of an input. Linear in its length.

    Args:
        content: the whole input.
        name: of its file; bytes of a source that are not text are "undecodable".
    """
    if _native.is_ascii_text(content):  # as most are: nothing below would say otherwise
        return DecodedText(content)
    if not content or content.isspace():
        return DecodedText(reason="empty")
    encoding, text = _declared_encoding(content)
    if encoding:
        return _decoded(text, encoding) or DecodedText(reason="undecodable")
    head = content[:HEAD_BYTES]
    if _controls(head) > len(head) * _CONTROLS:
        return DecodedText(reason=binary_reason(name))
    if not _native.text_shape(content, len(head))[1]:
        strays = len(content) - len(content.decode(errors="ignore").encode())
        if strays > max(len(content) * _UNDECODED, 1):
            return DecodedText(reason="undecodable")
    return DecodedText(content)


def binary_reason(name: str) -> str:
    """Why bytes that are not text are not read: "binary", or "undecodable" in a source.

    A zero byte does not take a source out of scope: its compiler may read on after it.

    Args:
        name: of the file; "" if it has none.
    """
    return "undecodable" if detect(name) is not None else "binary"


def looks_binary(head: bytes) -> bool:
    """Whether a file is binary, by its first `HEAD_BYTES`, so that it need not be read on."""
    if not head or head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    if b"\x00" in head and _wide_encoding(head):
        return False
    return _controls(head) > len(head) * _CONTROLS


def _declared_encoding(content: bytes) -> tuple[str, bytes]:
    """The encoding of wide code units and the bytes after its mark; "" for none."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) :]
            if encoding.startswith("utf-16") or _decoded(text, encoding) is not None:
                return encoding, text
    head = content[:HEAD_BYTES]
    return (_wide_encoding(head) if b"\x00" in head else ""), content


def _decoded(content: bytes, encoding: str) -> DecodedText | None:
    """The text in an encoding of wide code units; None if it is not valid in it."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    if not text or text.isspace():
        return DecodedText(reason="empty", encoding=encoding)
    encoded = text.encode()
    head = encoded[:HEAD_BYTES]
    if _controls(head) > len(head) * _CONTROLS:
        return None
    return DecodedText(encoded, encoding)


def _wide_encoding(head: bytes) -> str:
    """The encoding of text in wide code units that has no byte-order mark; "" for other bytes."""
    best, most = "", 0
    for encoding, unit in _WIDE:
        try:
            text = head[: len(head) // unit * unit].decode(encoding)
        except UnicodeDecodeError as error:
            # A character may be cut at the end of the head.
            text = error.object[: error.start].decode(encoding)
            if error.start < len(head) - 2 * unit:
                continue
        printable = sum(map(_is_of_text, text))
        plain = sum(character.isascii() for character in text)
        has_words = 2 * plain > len(text) or any(character in _SPACES for character in text)
        if printable >= len(text) * (1 - _CONTROLS) and has_words and plain > most:
            best, most = encoding, plain
    return best


def _is_of_text(character: str) -> bool:
    if character.isprintable() or character in _SPACES or character in _TERMINAL:
        return True
    return unicodedata.category(character) in _INVISIBLE


def _controls(head: bytes) -> int:
    return len(head) - len(head.translate(None, _CONTROL_BYTES))
