# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the comments of a source file, in any language, which may contain a license notice.

Comments are recognized by the marks at the start of lines, without a grammar: licenses are read in
files of every language, and a fragment may not parse. A string that is assigned or passed is code,
not a comment, even if it holds a license. Time is linear in the examined bytes.
"""

from __future__ import annotations

from codescan._core import _native
from codescan.licenses.repeated_texts import kept_by_text
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["block_at", "continues", "openings_in"]

_MAX_LOOK_BACK = 64 * 1024
_MAX_BLOCK = 128 * 1024

# A line comment, or a line inside a block comment that begins with a star.
_LINE = lazy_pattern(
    rb"[ \t\x0b\x0c\xa0]*(?:#|//|--|;|%|!|\*"
    # Quotes begin comments of Basic and Vim; a line that closes them holds a string.
    rb"|'(?![^'\n]{0,300}'[ \t]*(?:[:,)\]};+%.\r\n]|$))"
    rb"|\"(?!\"\"|[^\"\n]{0,300}\"[ \t]*(?:[:,)\]};+%.\r\n]|$))|\.\\\"|\\\"|(?i:dnl|@?rem"
    rb"|::)(?=[ \t\r\n]|$)"
    rb"|[Cc](?=[ \t]*(?:[\r\n]|$)|[ \t][ \t]*[\w(*=<\"'\[.-])(?![ \t]*=)"
    rb"|/\*|<!--|\(\*|\{-|\{#|<%|<\?|=begin|=pod"
    rb"|=head|=cut)"
)
_OPENINGS = (
    (b"/*", b"*/"), (b"<!--", b"-->"), (b'"""', b'"""'), (b"'''", b"'''"), (b"(*", b"*)"),
    (b"{-", b"-}"), (b"{#", b"#}"), (b"--[[", b"]]"), (b"--[==[", b"]==]"), (b"#|", b"|#"),
    (b"#=", b"=#"), (b"<#", b"#>"), (b"\n=begin", b"\n=end"), (b"\n=pod", b"\n=cut"),
    (b"\n=head", b"\n=cut"), (b"<%--", b"--%>"), (b"%{", b"%}"), (b"/+", b"+/"),
)  # fmt: skip
_ANY_OPENING = _native.Words([opening for opening, _closing in _OPENINGS])
# What may occur before an opening on its line: a docstring, not a string that is assigned.
_BEFORE_QUOTES = lazy_pattern(rb"[ \t]*(?:[rRuUbB]{0,2})$")
_OPENS_BLOCK = lazy_pattern(rb"[ \t]*(?:/\*|<!--|\(\*|\{-|<#|\{#)")
_TRAILING = lazy_pattern(rb"(?:^|[\s;,{}()])(?://|#|--|/\*)[ \t!*]*(?=\S)")
"""A comment after code on its line."""


def openings_in(content: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """The marks of block comments that may be in a text: each opening mark with its end mark."""
    return tuple(_OPENINGS[place] for place in _ANY_OPENING.present_in(content))


def block_at(
    content: bytes, at: int, openings: tuple[tuple[bytes, bytes], ...] = _OPENINGS
) -> tuple[int, int] | None:
    """Start and end of the comment at a position; None if the position is not in a comment.

    Adjacent line comments are one block.

    Args:
        content: the text.
        at: the byte offset.
        openings: the marks of block comments to look for, see `openings_in`.
    """
    start = _line_start(content, at)
    end = _line_end(content, at)
    if _LINE.match(content, start, end) and not _opens_block(content, start, at):
        # An empty line ends a run of line comments. Such runs repeat within a package.
        first = content.rfind(b"\n\n", 0, start) + 2 if start else 0
        first = 0 if first == 1 else first
        last = content.find(b"\n\n", end)
        run = _grown(content[first : last if last >= 0 else None], start - first, end - first)
        return run[0] + first, run[1] + first
    enclosing = _enclosing(content, at, openings)
    if enclosing is not None:
        return enclosing
    trailing = _TRAILING.search(content[start:at])
    return (start + trailing.start(), end) if trailing is not None else None


def continues(content: bytes, at: int) -> bool:
    """Whether the line that starts at an offset belongs to a comment, as in `block_at`."""
    return _LINE.match(content, at) is not None


def _opens_block(content: bytes, start: int, at: int) -> bool:
    return _OPENS_BLOCK.match(content[start : at + 1]) is not None


def _line_start(content: bytes, at: int) -> int:
    return max(content.rfind(b"\n", 0, at), content.rfind(b"\r", 0, at)) + 1


def _line_end(content: bytes, at: int) -> int:
    ends = [end for mark in (b"\n", b"\r") if (end := content.find(mark, at)) >= 0]
    return min(ends, default=len(content))


@kept_by_text(1024, 4096)
def _grown(content: bytes, start: int, end: int) -> tuple[int, int]:
    """The block of adjacent comment lines around one comment line."""
    first, last = start, end
    while first > 0 and start - first < _MAX_BLOCK:
        before = _line_start(content, first - 1)
        if content[before : first - 1].strip() and not _LINE.match(content, before, first - 1):
            break
        if not content[before : first - 1].strip():
            break
        first = before
    while last < len(content) and last - end < _MAX_BLOCK:
        after = _line_end(content, last + 1)
        if not _LINE.match(content, last + 1, after):
            break
        last = after
    return first, last


def _enclosing(
    content: bytes, at: int, openings: tuple[tuple[bytes, bytes], ...]
) -> tuple[int, int] | None:
    """The block comment that contains a position."""
    earliest = max(0, at - _MAX_LOOK_BACK)
    best: tuple[int, bytes, bytes] | None = None
    for opening, closing in openings:
        opened_at = content.rfind(opening, earliest, at + len(opening))
        if opened_at < 0 or (best is not None and opened_at <= best[0]):
            continue
        if opening == closing:
            if content.count(opening, earliest, opened_at) % 2:
                continue  # this one is already closed
            before = content[_line_start(content, opened_at) : opened_at]
            if _BEFORE_QUOTES.search(before) is None or before.strip(b" \trRuUbB"):
                continue
        elif content.find(closing, opened_at + len(opening), at) >= 0:
            continue
        best = opened_at, opening, closing
    if best is None:
        return None
    start, opening, closing = best
    end = content.find(closing, max(at, start + len(opening)), at + _MAX_BLOCK)
    return start, (end + len(closing) if end >= 0 else min(len(content), at + _MAX_BLOCK))
