# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright lines of a file, as written.

Years and names stay exactly as their author wrote them; holders are never merged. Only comment
marks and surrounding blanks are taken off.
"""

from __future__ import annotations

import re
from functools import lru_cache

from codescan._core import _native

__all__ = ["copyright_lines", "holder_name", "license_file_holders"]

# Texts of licenses name those who wrote them; years are those of their versions.
_OF_THE_TEXT = re.compile(
    r"copyright (?:\(c\)|©) (?:(?:1989|1991|1999|200\d)[,\s-]{1,3}){1,6}"
    r"(?:free software foundation|the perl foundation|the linux foundation)",
    re.IGNORECASE,
)
HEAD_BYTES = 16 * 1024
"""Copyright lines are looked for in the first bytes of a file only."""
MAX_LINES = 32

_MARKS = _native.Words((b"(c)", b"copyright", b"&copy;", "©".encode()))
_MAX_MARKS = 400
_MAX_LENGTH = 300

# What may stand before the statement on its line: comment marks, a few introductory words.
_BEFORE = re.compile(
    rb"[^\w\n\r]{0,24}(?:(?:dnl|rem|c|@|__copyright__ = [\"'])[ \t]{0,8})?"
    rb"((?:portions |parts |some parts |all code |code )?(?:this \w{1,20} is |is |are )?)",
    re.IGNORECASE,
)
_TAG = re.compile(
    rb"[^\w\n\r]{0,24}(?:\w{1,3}[ \t]{1,8})?spdx-(?:file|snippet)copyrighttext:[ \t]{0,8}"
)
# What follows "copyright" in a statement of ownership, and never in running text: a year, a sign,
# a name in capitals after "by".
_STATEMENT = re.compile(
    rb"(?:\(c\)|\xc2\xa9|\xa9|&copy;|\b(?:19[5-9]|20[0-9])\d\b"
    rb"|copyright[: ]{1,3}(?:by )?[A-Z])",
    re.IGNORECASE,
)
_PROSE = re.compile(
    rb"^\W{0,4}(?i:copyright)\W{0,4}(?:"
    rb"(?i:notices?|holders?|owners?|laws?|license|statements?|interest|treaty|act|protection"
    rb"|assignment|info|header|years?|text)"
    # "Copyright The Foo Authors" is a statement, "copyright the foo" is not.
    rb"|and|or|in|of|the|to|is|as|AND|OR|IN|OF|THE|TO|IS|AS)\b"
)
# "copyright = ..." and "[copyright]": code and placeholders, not statements.
_CODE = re.compile(
    rb"^(?:copyright|\(c\))[ \t]{0,4}(?:\((?!c\))|[=\[{.)\"'\\]|:=|\+|,|;|->)", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    rb"<year>|\[yyyy\]|\{\{|<name of|\[name of|\{yyyy\}|%s|\$\{", re.IGNORECASE
)
_TAIL = re.compile(rb"[ \t]*(?:\*/|-->|\*\)|\"\"\"|'''|[*#;\"'])?[ \t]*$")

_NAME_NOISE = re.compile(
    r"copyright|\(c\)|©|&copy;|all rights reserved\.?|portions|spdx-\w+:|\bby\b|<[^>]{0,100}>"
    r"|\b\d{4}\b(?:\s*[-,]\s*(?:\d{2,4}|present|now))*",
    re.IGNORECASE,
)


def copyright_lines(content: bytes) -> tuple[str, ...]:
    """The copyright statements in the head of a file, in order, each once.

    Args:
        content: the raw bytes; only the first 16 KiB are read, and at most 32 lines returned.
    """
    marks = _MARKS.places_in(content, HEAD_BYTES)
    if not marks:
        return ()
    head = content[:HEAD_BYTES]
    folded = head.lower()
    found: dict[str, None] = {}
    end = 0
    for mark in marks[:_MAX_MARKS]:
        if len(found) == MAX_LINES:
            break
        if mark < end:
            continue  # the second mark of a line, as in "Copyright (c)"
        start = folded.rfind(b"\n", 0, mark) + 1
        start = max(start, folded.rfind(b"\r", start, mark) + 1)
        line_end = _line_end(folded, mark)
        statement = _statement(head, folded, start, mark, line_end)
        if statement:
            end = line_end
            found.setdefault(" ".join(statement.decode("utf-8", "replace").split()))
    return tuple(found)


def _line_end(text: bytes, at: int) -> int:
    end = text.find(b"\n", at)
    end = end if end >= 0 else len(text)
    early = text.find(b"\r", at, end)
    return early if early >= 0 else end


def _statement(head: bytes, folded: bytes, start: int, mark: int, end: int) -> bytes:
    """The statement on one line without comment marks, or nothing."""
    tag = _TAG.match(folded, start, end)
    if tag is not None:
        line = head[tag.end() : end]
    else:
        before = _BEFORE.match(folded, start, mark)
        if before is None or before.end() != mark:
            return b""
        line = head[before.start(1) : end]
    line = _TAIL.sub(b"", line[:_MAX_LENGTH]).strip()
    return line if _is_statement(line, tagged=tag is not None) else b""


def _is_statement(line: bytes, *, tagged: bool) -> bool:
    if _PLACEHOLDER.search(line) is not None:
        return False
    if tagged:
        return True
    if _PROSE.match(line) is not None or _CODE.match(line) is not None:
        return False
    # "(c) Neither the name ..." is the third item of a list, not a sign.
    if line[:3].lower() == b"(c)" and b"copyright" not in line.lower():
        return re.match(rb"\(c\)[ \t,]{0,4}(?:copyright|\d{4})", line, re.IGNORECASE) is not None
    return _STATEMENT.search(line) is not None


def license_file_holders(content: bytes) -> tuple[str, ...]:
    """The copyright lines of a license file, without those of the license text itself.

    The Free Software Foundation holds the text of the GNU licenses, not what is under them.
    """
    return tuple(line for line in copyright_lines(content) if not _OF_THE_TEXT.match(line))


@lru_cache(maxsize=8192)
def holder_name(line: str) -> str:
    """The bare name in a copyright line, for comparison only: years, signs, mail taken off."""
    return " ".join(re.sub(r"[^\w\s.&-]", " ", _NAME_NOISE.sub(" ", line)).split()).strip(" .-")
