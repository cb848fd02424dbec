# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Copyright lines of a file, as written.

Years and names stay exactly as their author wrote them; holders are never merged. Only comment
marks and surrounding blanks are taken off.
"""

from __future__ import annotations

import re

__all__ = ["copyright_lines", "holder_name"]

HEAD_BYTES = 16 * 1024
"""Copyright lines are looked for in the first bytes of a file only."""
MAX_LINES = 32

_LINE = re.compile(
    rb"^[^\w\n\r]{0,24}(?:(?:dnl|rem|c|spdx-(?:file|snippet)copyrighttext:|@)[ \t]{1,8})?"
    rb"((?:[Pp]ortions |[Pp]arts |[Ss]ome parts )?(?:this \w{1,20} is )?"
    rb"(?:copyright|\(c\)|\xc2\xa9|\xa9|&copy;)[^\n\r]{1,300}"
    rb"|(?<=text: )[^\n\r]{1,300}|(?<=text:)[^\n\r]{1,300})",
    re.IGNORECASE | re.MULTILINE,
)
# What follows "copyright" in a statement of ownership, and never in running text: a year, a sign,
# a name in capitals after "by".
_STATEMENT = re.compile(
    rb"(?:\(c\)|\xc2\xa9|\xa9|&copy;|\b(?:19[5-9]|20[0-9])\d\b"
    rb"|copyright[: ]{1,3}(?:by )?[A-Z])",
    re.IGNORECASE,
)
_PROSE = re.compile(
    rb"^\W{0,4}copyright\W{0,4}(?:notices?|holders?|owners?|laws?|and|or|in|of|the|license"
    rb"|statements?|interest|to|is|as|treaty|act|protection|assignment|info|header|years?|text)\b",
    re.IGNORECASE,
)
# "copyright = ..." and "[copyright]": code and placeholders, not statements.
_CODE = re.compile(rb"^(?:copyright|\(c\))[ \t]{0,4}(?:[=(\[{.)\"'\\]|:=|\+|,|;|->)", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    rb"<year>|\[yyyy\]|\{\{|<name of|\[name of|\{yyyy\}|%s|\$\{", re.IGNORECASE
)
_TAIL = re.compile(rb"[ \t]*(?:\*/|-->|\*\)|\"\"\"|'''|[*#;])?[ \t]*$")

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
    head = content[:HEAD_BYTES]
    folded = head.lower()
    if b"copyright" not in folded and b"(c)" not in folded and b"\xc2\xa9" not in folded:
        return ()
    found: dict[str, None] = {}
    for match in _LINE.finditer(head):
        line = _TAIL.sub(b"", match.group(1)).strip()
        if _is_statement(
            line, tagged=match.group(0).lower().lstrip(b" #/*;-").startswith(b"spdx-")
        ):
            found.setdefault(" ".join(line.decode("utf-8", "replace").split()))
            if len(found) == MAX_LINES:
                break
    return tuple(found)


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


def holder_name(line: str) -> str:
    """The bare name in a copyright line, for comparison only: years, signs, mail taken off."""
    return " ".join(re.sub(r"[^\w\s.&-]", " ", _NAME_NOISE.sub(" ", line)).split()).strip(" .-")
