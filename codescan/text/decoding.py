# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Decodes the bytes of an input to text that can be compared, or gives the reason why it cannot.

UTF-8 and other ASCII-compatible text keeps its bytes. UTF-16 and UTF-32 are decoded, with or
without a byte-order mark. The bytes of a file decide whether it is text, never its name.
"""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from codescan._core import _native
from codescan.text.languages import detect

__all__ = ["HEAD_BYTES", "DecodedText", "binary_reason", "decode_text", "looks_binary"]

HEAD_BYTES = 8192
"""First bytes of a file that are examined to decide whether it is text."""

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
"""Byte-order marks; UTF-32 first, since one of its marks begins with a mark of UTF-16."""
_WIDE = (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2))
"""Encodings, and the bytes of one code unit."""
_SPACES = " \t\n\r\f"
_CONTROLS = 0.01
"""Share of control characters above which bytes are not text."""
_UNDECODED = 0.01
"""Maximum share of bytes that are not UTF-8 in text that is compared as it is, such as a name in
Latin-1."""
_TERMINAL = "\b\x1b\x1a"
"""Control characters in texts for a terminal."""
_CONTROL_BYTES = bytes(sorted({*range(0x20), 0x7F} - set((_SPACES + _TERMINAL).encode())))
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cf"})
"""Unicode categories of characters that are not printable but occur in text: white space and
format characters."""


class DecodedText(Struct, frozen=True):
    """The text of an input, or the reason why the input cannot be compared."""

    content: bytes = b""
    """UTF-8, or the unchanged bytes if nearly all of them are UTF-8."""
    encoding: str = "utf-8"
    reason: str = ""
    """"empty", "binary" or "undecodable"; "" for a text."""


def decode_text(content: bytes, name: str = "") -> DecodedText:
    """Decode the bytes of an input. Linear in its length.

    Args:
        content: the whole input.
        name: file name of the input; a source file that is not text is "undecodable".
    """
    if _native.is_ascii_text(content):  # a fast path for most inputs, with the same result as below
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
    """The reason why a file that is not text is skipped: "undecodable" for a source, else "binary".

    A source file with a zero byte stays in scope: its compiler may read on after that byte.

    Args:
        name: name of the file; "" if it has none.
    """
    return "undecodable" if detect(name) is not None else "binary"


def looks_binary(head: bytes) -> bool:
    """Whether the first `HEAD_BYTES` of a file show that it is binary, so that reading can stop."""
    if not head or head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    if b"\x00" in head and _wide_encoding(head):
        return False
    return _controls(head) > len(head) * _CONTROLS


def _declared_encoding(content: bytes) -> tuple[str, bytes]:
    """The encoding of the byte-order mark, and the bytes after the mark; "" without a mark."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) :]
            if _is_plain(text[:HEAD_BYTES]):
                return "", content
            if encoding.startswith("utf-16") or _decoded(text, encoding) is not None:
                return encoding, text
    head = content[:HEAD_BYTES]
    return (_wide_encoding(head) if b"\x00" in head else ""), content


def _decoded(content: bytes, encoding: str) -> DecodedText | None:
    """The text decoded from UTF-16 or UTF-32; None if it is not valid in this encoding."""
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
    """The encoding of UTF-16 or UTF-32 text without a byte-order mark; "" for other bytes."""
    best, most = "", 0
    if _is_plain(head):
        return best
    for encoding, unit in _WIDE:
        try:
            text = head[: len(head) // unit * unit].decode(encoding)
        except UnicodeDecodeError as error:
            # The end of the head may cut a character.
            text = error.object[: error.start].decode(encoding)
            if error.start < len(head) - 2 * unit:
                continue
        printable = sum(map(_is_of_text, text))
        plain = sum(character.isascii() for character in text)
        has_words = 2 * plain > len(text) or any(character in _SPACES for character in text)
        if printable >= len(text) * (1 - _CONTROLS) and has_words and plain > most:
            best, most = encoding, plain
    return best


def _is_plain(head: bytes) -> bool:
    """Whether bytes are UTF-8 with hardly any zero byte or other control character.

    Two such bytes are often a valid character of UTF-16, too: a few zero bytes prove nothing.
    """
    if not head or _controls(head) > len(head) * _CONTROLS:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # the end of the head may cut a character
    return True


def _is_of_text(character: str) -> bool:
    if character.isprintable() or character in _SPACES or character in _TERMINAL:
        return True
    return unicodedata.category(character) in _INVISIBLE


def _controls(head: bytes) -> int:
    return len(head) - len(head.translate(None, _CONTROL_BYTES))
