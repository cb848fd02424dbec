# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Converts a license text to words, without layout, letter case and comment marks.

Follows the SPDX license list matching guidelines (SPDX 2.3, annex B) as far as words go: case,
white space, punctuation, bullets, comment marks and copyright lines carry no meaning, and
"licence" is "license". Only ASCII letters and digits make words, so any encoding that keeps
ASCII gives the same words.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NOTICE_ENDINGS", "normal", "notice_lines", "original", "plain", "without_notices"]

_WORD = lazy_pattern(rb"[A-Za-z0-9]+")

# A text that was put on one line goes on after its notice.
_ENDINGS = (
    b"in no event", b"the software is", b"proprietary", b"confidential", b"unauthori",
    b"internal use", b"do not", b"may not", b"must ", b"shall ", b"not for", b"no part",
    b"non-commercial", b"noncommercial", b"commercial use", b"no resale", b"no reuse",
    b"no redistribution", b"no copying", b"no military", b"no training", b"no commercial",
    b"for personal", b"for educational", b"for evaluation", b"for research", b"for academic",
    b"for internal", b"for private", b"use of ", b"use is ", b"you ", b"users ", b"reproduction",
    b"strictly", b"vertraulich", b"nutzung", b"weitergabe", b"toute ", b"prohibid", b"licen",
    b"gpl", b"under the ", b"permission is", b"permission to", b"redistribution",
    b"this software", b"this program", b"this file", b"no ai ", b" only", b" requires ",
    b" excluded", b"forbidden", b"prohibited", b"not allowed", b"not permitted",
    b"not covered", b"rights granted",
    b" costs ", b" has to ", b" lapses", b" revoke", b" void",
)  # fmt: skip
NOTICE_ENDINGS = _native.Words(_ENDINGS)
"""Words that end a copyright notice within its line."""

# A line that names a holder or reserves rights; its words differ in every copy of a license.
_NOTICE_LINE = lazy_pattern(
    rb"^[^\w\n]{0,30}(?:spdx-[a-z-]{1,40}:[^\n]{0,400}$"
    rb"|(?:(?:portions|parts|some parts|this software is)[ \t]{1,3})?"
    rb"(?:copyright[^\w\n]{0,8}(?:\(c\)|\xc2\xa9|&copy;|\d{4}|by\b|[<\[{])"
    rb"|(?:\(c\)|\xc2\xa9)[^\w\n]{0,4}(?:copyright|\d{4}|[\w.,& -]{2,60}(?:19|20)\d\d)"
    rb"|\xc2\xa9[^\w\n]{0,4}[a-z]"
    rb"|all rights reserved\.?[^\w\n]{0,10}$)[^\n]{0,400}?"
    # A text that was put on one line goes on after its notice.
    rb"(?=$|in no event|the software is|proprietary|confidential|unauthori|internal use|do not"
    rb"|may not|must |shall |not for "
    rb"|no (?:part|resale|reuse|redistribution|commercial|copying|military|training|ai )"
    rb"|(?:[\w-]{1,30} ){0,10}(?:only|requires|excluded|forbidden|prohibited"
    rb"|not (?:allowed|permitted|covered)|rights granted|costs|has to|lapses|revoke|void)\b"
    rb"|non-?commercial|commercial use"
    rb"|for (?:personal|educational|evaluation|research|academic|internal|private)"
    rb"|use (?:of|is) |you |users |reproduction|strictly|vertraulich|nutzung|weitergabe"
    rb"|toute |prohibid"
    rb"|(?:mit|apache|bsd|isc|zlib|mozilla|eclipse|gnu)\b[^\n.]{0,30}licen[sc]|licen[sc]|[al]?gpl"
    rb"|under the |permission is|permission to|redistribution"
    rb"|this (?:software|program|file)))",
    re.IGNORECASE | re.MULTILINE,
)


# Every such line contains one of these.
_ANY_NOTICE_MARK = _native.Words(
    [b"copyright", b"(c)", b"\xc2\xa9", b"all rights reserved", b"spdx-"]
)


def normal(content: bytes) -> bytes:
    """The words of a text, joined and surrounded by single spaces.

    Comment marks made of letters at the start of lines are left out (Autoconf and m4, batch files,
    fixed-form Fortran).
    """
    return _native.unmarked_words(content)


def plain(text: str) -> str:
    """The words of a short text such as a metadata field, joined by single spaces."""
    return normal(text.encode("utf-8", "replace")).decode("ascii").strip()


def without_notices(content: bytes) -> bytes:
    """`content` without copyright lines, SPDX tag lines and "All rights reserved" lines."""
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    pieces: list[bytes] = []
    at = 0
    for match in _notices(content):
        pieces.append(content[at : match.start()])
        at = match.end()
    return b"".join((*pieces, content[at:])) if pieces else content


def _notices(content: bytes) -> Iterator[re.Match[bytes]]:
    """The matches of `_NOTICE_LINE`, searched only from lines that have a mark of a notice."""
    end = -1
    for mark in _ANY_NOTICE_MARK.places_in(content):
        if mark < end:
            continue
        start = content.rfind(b"\n", 0, mark) + 1
        end = content.find(b"\n", mark)
        end = len(content) if end < 0 else end
        match = _NOTICE_LINE.match(content, start)
        if match is not None:
            yield match


def notice_lines(content: bytes) -> tuple[bytes, ...]:
    """The lines that `without_notices` removes."""
    return tuple(match.group() for match in _notices(content))


def original(content: bytes, position: int, normalized: bytes, limit: int = 200) -> str:
    """The original text at `position` of its normalized words, on one line.

    Args:
        content: the text that was normalized.
        position: byte offset into `normalized`, at the start of a word.
        normalized: the result of `normal`.
        limit: maximum number of characters.
    """
    count = normalized.count(b" ", 0, position)
    words = _WORD.finditer(content)
    first = next(islice(words, max(0, count - 1), None), None)
    start = first.start() if first else 0
    text = content[start : start + 4 * limit].decode("utf-8", "replace")
    return _one_line(text)[:limit].rstrip()


def _one_line(text: str) -> str:
    lines = (re.sub(r"^[\W_]{1,20}(?=\w|$)", "", line) for line in text.splitlines())
    return " ".join(" ".join(lines).split())
