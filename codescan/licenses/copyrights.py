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
from codescan.licenses.notice_sentences import decoded
from codescan.licenses.repeated_texts import kept_by_text
from codescan.text.lazy_patterns import lazy_pattern

__all__ = ["MARKS", "copyright_lines", "holder_name", "license_file_holders", "with_lines"]

# License texts name their authors, with the years of their versions.
_OF_THE_TEXT = lazy_pattern(
    r"copyright (?:\(c\)|©) (?:(?:1989|1991|1999|200\d)[,\s-]{1,3}){1,6}"
    r"(?:free software foundation|the perl foundation|the linux foundation)",
    re.IGNORECASE,
)
HEAD_BYTES = 16 * 1024
"""First bytes of a file that are searched for copyright lines."""
MAX_LINES = 32

MARKS = _native.Words((b"(c)", b"copyright", b"copr.", b"&copy;", "©".encode(), b"\xa9"))
"""Every copyright statement has at least one of these signs and words."""
_MAX_MARKS = 400
_MAX_LENGTH = 300
_MAX_CONTINUED = 4

_YEAR = r"(?:19[5-9]\d|20[0-9]\d)"
_SIGN = r"(?:copyright(?:ed)?|copr\.|\(c\)|©|&copy;)"
# The sign, in one or several of its forms, then years or a name.
_STATEMENT = lazy_pattern(
    rf"(?:(?:portions|parts|some parts|all code|code|(?:this|the) \w{{1,20}} is)[ \t]+)?"
    rf"(?<![\w.]){_SIGN}(?:[ \t]*:)?(?:[ \t]*{_SIGN})*",
    re.IGNORECASE,
)
_YEARS_FIRST = lazy_pattern(
    rf"[ \t:,-]*(?:by[ \t]+)?(?:years?[ \t]+)?(?:\w{{3,9}}[ \t]+)?{_YEAR}(?!\d)", re.IGNORECASE
)
_YEAR_INSIDE = lazy_pattern(rf"(?<!\d){_YEAR}(?!\d)")
_NAME_FIRST = lazy_pattern(r"[ \t:,-]*(?i:by[ \t]+)?(?:The[ \t]+)?[\"'“]?[A-ZÀ-ÞΑ-ΩА-Я]")
_GROUP = lazy_pattern(
    r"[ \t:,-]*(?:by[ \t]+)?(?:the[ \t]+)?[\w][\w .&'/+-]{0,80}?\b(?:contributors?|authors?"
    r"|developers?|team|"
    r"maintainers?|project|foundation|committers?|community|members)\b(?!['\u2019])",
    re.IGNORECASE,
)
_PERSON = lazy_pattern(
    r"[ \t]*[A-ZÀ-Þ][\w.'\u2019-]{1,30}"
    r"(?:[ \t]+(?:(?:de|del|der|di|du|la|le|van|von)[ \t]+){0,2}[A-ZÀ-Þ][\w.'\u2019-]{0,30}){1,3}"
    r"[ \t]*(?:$|[,<(/]|--|—)"
)
"""A name of two to four words and nothing else: it follows a sign without "copyright" and years."""
_NAME_AND_YEARS = lazy_pattern(
    rf"[ \t:,-]*(?:[\w.-]{{1,30}}[ \t]+){{0,2}}[\w.-]{{1,30}}(?:,[ \t]*|[ \t]+\(){_YEAR}"
)
"""A name in any case with its years in parentheses or after a comma."""
_ONLY_YEARS = lazy_pattern(
    rf"^[\W_]*(?:{_YEAR}|\d\d(?!\d)|present|now|[\s,\u2013-])+[\W_]*$", re.IGNORECASE
)
_NAME_BEFORE = lazy_pattern(
    r"^(?=[A-ZÀ-Þ]|[^<]*<[^<>\s]*@)[\w.'\u2019-]{1,40}(?: [\w.'\u2019-]{1,40}){0,4}"
    r"(?: <[^<>\s]{1,80}@[^<>\s]{1,80}>)?[ ,:-]*$"
)
"""A name before the sign, if only years follow the sign."""
_YEARS_LAST = lazy_pattern(rf"[\w.] \(?{_YEAR}(?:\s*[-,\u2013]\s*{_YEAR})*\)?\.?$")
_CONCATENATED = lazy_pattern(r"[\"'][ \t]*(?:[+%]|\.format)")
_COMPANY = lazy_pattern(
    r"\b(?:contributors?|authors?|foundation|inc|ltd|llc|gmbh|corp(?:oration)?|company|co"
    r"|university|"
    r"institute|project|team|developers?|group|association|s\.?a\.?|ag|bv|oy|ab|pty|limited)\b",
    re.IGNORECASE,
)
# Running text that only mentions copyright.
_PROSE = lazy_pattern(
    r"[ \t]*(?:notices?|holders?|owners?|laws?|licen[sc]\w*|statements?|interests?|treat\w+|act|"
    r"protect\w*|assign\w*|information|info|headers?|years?|text|claims?|ownership|infring\w*|"
    r"strings?|lines?|messages?|symbol|sign|mark|material|and related|to this|in the|on the|of the|"
    r"this \w+ (?:has|is|was)|public domain|none|see (?:the|also|licen\w+|copying|files?|notice)|"
    r"is |as |or |and |in |of |to |for |that|which|shall|may|if |with|under)\b",
    re.IGNORECASE,
)
_LIST_ITEM = lazy_pattern(
    r"[ \t]*(?:you|neither|the (?!\w+ (?:contributors|authors|project|team|developers))|if"
    r"|this|any|"
    r"all|redistribut\w+|for|a |an |in |to |no |not |each|no|when|where|unless|such|licensee"
    r"|licensor|"
    r"contributor (?!s)|except|upon|subject|as |it |that|each|every)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = lazy_pattern(
    r"<[^<>]{0,20}(?:year|name|owner|author|holder)[^<>]{0,20}>|\[[^\[\]]{0,20}(?:yyyy|year"
    r"|name|owner|author|"
    r"holder|fullname)[^\[\]]{0,20}\]|\{\{|\{[^{}]{0,12}(?:yyyy|year|name|owner)[^{}]{0,12}\}"
    r"|%s|\$\{|%\(|"
    r"@\w*(?:YEAR|NAME|AUTHOR|HOLDER|OWNER)\w*@|\b[Yy]{4}\b|\b(?:YEAR|19xx|20xx|xxxx)\b"
    r"|\$(?:year|YEAR|name)\b|"
    r"\bYOUR (?:NAME|COMPANY)\b",
)
_CODE_BEHIND = lazy_pattern(
    r"[ \t]*(?:\((?!c\))|[=\[{)\\]|:=|\+|;|->|\.\w|['\"]?\s*[:=]\s*['\"]?$)"
)
_STRING_BEFORE = lazy_pattern(r"[\"'`(=\[{<]\s*$")
_DUNDER = lazy_pattern(r"__copyright__\s*=\s*[ru]?[\"']{1,3}\s*$", re.IGNORECASE)
_TAGGED = lazy_pattern(r"spdx-(?:file|snippet)copyrighttext:[ \t]*", re.IGNORECASE)
_COMMENT_MARK = lazy_pattern(r"^[^\w\n©(]*(?:(?:dnl|rem|c|@)[ \t]+(?=\S))?", re.IGNORECASE)
_TAIL = lazy_pattern(r"[ \t]*(?:\*/|-->|-\}|#\}|\*\)|\"\"\"|\'\'\'|[*#;\"'|])*[ \t\\]*$")
_CONTINUES = lazy_pattern(
    rf"(?:,|\b(?:and|individual|other|by)|&|-)$|^(?:{_SIGN}|by|[\s\d,\u2013-])*$", re.IGNORECASE
)
_NAMELESS = lazy_pattern(rf"^(?:{_SIGN}|present|now|by|[\W\d_])*$", re.IGNORECASE)
"""Only signs and years, without a name."""
_GOES_ON = lazy_pattern(r"and (?:the )?[A-ZÀ-Þ]")
_GROUP_AT_END = lazy_pattern(
    r"(?:contributors?|authors?|developers?|maintainers?)\b", re.IGNORECASE
)
_NAME_AND_MAIL = lazy_pattern(
    r"[A-ZÀ-Þ][\w.'\u2019-]{1,40}(?: [\w.'\u2019-]{1,40}){1,4} <[^<>\s]{1,80}@[^<>\s]{1,80}>,?$"
)
_NEXT_FIELD = lazy_pattern(r"\w[\w -]{0,24}:(?:\s|$)")
_NEXT_YEARS = lazy_pattern(rf"{_YEAR}(?:[\s,\u2013-]+{_YEAR})*,?[ \t]+(?:by[ \t]+)?[A-ZÀ-Þ]")
_CODE_LINE = lazy_pattern(r"^\s*(?:def |class |import |from |#include|if |for |return |\w+\s*[=(])")

_NAME_NOISE = lazy_pattern(
    r"copyright|copr\.|\(c\)|©|&copy;|all rights reserved\.?|portions|spdx-\w+:|\bby\b"
    r"|<[^>]{0,100}>"
    r"|\b\d{4}\b(?:\s*[-,]\s*(?:\d{2,4}|present|now))*",
    re.IGNORECASE,
)


def copyright_lines(content: bytes) -> tuple[str, ...]:
    """The copyright statements in the head of a file, in order, each once.

    Args:
        content: the raw bytes, UTF-8 or Latin-1; only the first 16 KiB are read, and at most 32
            statements returned. A statement over several lines is one.
    """
    first, behind = _native.statement_parts(content, HEAD_BYTES, MARKS)
    statements = _statements(first)[:MAX_LINES] if first else ()
    return with_lines(statements, behind) if behind else statements


def with_lines(statements: tuple[str, ...], behind: bytes) -> tuple[str, ...]:
    """Copyright statements, extended by those in later lines; each once, at most 32.

    Args:
        statements: statements in the leading comments of a file.
        behind: the rest of the file, as far as it may have statements.
    """
    return tuple(dict.fromkeys((*statements, *_statements(behind))))[:MAX_LINES]


@lru_cache(maxsize=512)  # the comments at the head repeat within a package
def _statements(text: bytes) -> tuple[str, ...]:
    marks = MARKS.places_in(text)
    if not marks:
        return ()
    statements: dict[str, None] = {}
    end = 0
    for mark in marks[:_MAX_MARKS]:
        if mark < end:
            continue  # the second mark of a line, as in "Copyright (c)"
        start = max(text.rfind(b"\n", 0, mark), text.rfind(b"\r", 0, mark)) + 1
        line_end = _line_end(text, mark)
        statement = _statement(decoded(text[start:line_end]), decoded(text[start:mark]))
        if not statement:
            continue
        statement, end = _continued(statement, text, line_end)
        if _is_list_item(statement, text, mark) or _NAMELESS.match(statement):
            continue
        statements.setdefault(" ".join(statement.split())[:_MAX_LENGTH])
    return tuple(statements)


def _is_list_item(statement: str, text: bytes, mark: int) -> bool:
    """Whether a sign without years is the third item of a list, whose second occurs before it."""
    if statement[:3].lower() != "(c)" or _YEAR_INSIDE.search(statement):
        return False
    return b"(b)" in text[max(0, mark - _LIST_BYTES) : mark].lower()


def _line_end(text: bytes, at: int) -> int:
    ends = [end for sign in (b"\n", b"\r") if (end := text.find(sign, at)) >= 0]
    return min(ends, default=len(text))


@kept_by_text(1024, 512)
def _statement(line: str, before: str) -> str:
    """The statement on one line without comment marks; "" if the line has none at this sign."""
    tag = _TAGGED.search(line)
    if tag is not None:
        return _tagged(line, tag)
    match = None
    for match in _STATEMENT.finditer(line):
        if match.end() > len(before):
            break
    if match is None or match.end() <= len(before):
        return ""
    prefix = line[: match.start()]
    behind = line[match.end() :].split(" | ", maxsplit=1)[0]
    if prefix.endswith("(") and not prefix[-2:-1].strip() and _YEARS_FIRST.match(behind):
        prefix, behind = "", behind.partition(")")[0]  # "at an address (Copyright 2017 Jane Doe)"
    elif prefix.strip() == "'" and "'" not in behind:  # a comment of Basic
        prefix = ""
    elif _STRING_BEFORE.search(prefix) and not _DUNDER.search(prefix):
        return ""
    behind = _TAIL.sub("", behind[:_MAX_LENGTH])
    if not _is_statement(match.group(), behind, _COMMENT_MARK.sub("", prefix).strip()):
        return ""
    sign = match.group()
    if prefix.endswith("@"):  # the tag of a documentation comment, often followed by the sign
        sign = re.sub(r"^copyright[ \t]+(?=copyright|\(c\)|©)", "", sign, flags=re.IGNORECASE)
    owner = _COMMENT_MARK.sub("", prefix).strip()
    if _ONLY_YEARS.match(behind) and _NAME_BEFORE.match(owner):
        return f"{owner} {sign}{behind}".strip()
    return (sign + behind).strip()


def _tagged(line: str, tag: re.Match[str]) -> str:
    """The value of an SPDX tag; "" for a placeholder or a tag in a string."""
    value = _TAIL.sub("", line[tag.end() :])
    return "" if _PLACEHOLDER.search(value) or line[: tag.start()].count('"') else value.strip()


def _is_statement(  # noqa: PLR0911 - one rule a line
    sign: str, behind: str, prefix: str
) -> bool:
    """Whether years or a holder follow the sign.

    Args:
        sign: "Copyright", "(c)" or a similar sign.
        behind: what follows them on the line.
        prefix: words before the sign on the line, without comment marks.
    """
    if _PLACEHOLDER.search(behind) or _CODE_BEHIND.match(behind) or _CONCATENATED.search(behind):
        return False
    if _YEARS_FIRST.match(behind):
        return not (prefix and "copyrighted" in sign.lower())
    if _PROSE.match(behind):
        return False
    word = "cop" in sign.lower()
    is_name = _NAME_FIRST.match(behind) is not None and len(behind) <= _MAX_HOLDER
    has_year = _YEAR_INSIDE.search(behind) is not None
    if prefix and not prefix.endswith(("|", ",", ";", ":", "-", ".")):
        # "Version 2.2 Copyright (C) Jane Doe 1999": both signs, a name and years are not prose.
        is_signed = "(c)" in sign.lower() or "©" in sign or _YEARS_LAST.search(behind) is not None
        return word and is_name and has_year and is_signed
    if not word and _LIST_ITEM.match(behind):
        return False  # "(c) Neither the name ..." is the third item of a list, not a sign
    if _GROUP.match(behind) and (word or _NAME_FIRST.match(behind)):
        return True
    if not is_name:
        return word and not prefix and _NAME_AND_YEARS.match(behind) is not None
    if has_year or word or "©" in sign or _COMPANY.search(behind):
        return True
    return not prefix and _PERSON.match(behind) is not None


_MAX_HOLDER = 160
_LIST_BYTES = 4096


def _continued(statement: str, text: bytes, line_end: int) -> tuple[str, int]:
    """A statement with its continuation lines, and the end of these lines."""
    end = line_end
    for _ in range(_MAX_CONTINUED):
        start = end + (2 if text[end : end + 2] == b"\r\n" else 1)
        if start >= len(text):
            break
        stop = _line_end(text, start)
        following = _TAIL.sub("", _COMMENT_MARK.sub("", decoded(text[start:stop]))).strip()
        open_end = _CONTINUES.search(statement) is not None
        if not following or len(following) > _MAX_HOLDER // 2 or _CODE_LINE.match(following):
            break
        if _STATEMENT.match(following) or _PLACEHOLDER.search(following):
            break
        if _NEXT_FIELD.match(following) or not (
            _NEXT_YEARS.match(following)
            or (open_end and (_NAME_FIRST.match(following) or _GROUP_AT_END.match(following)))
            or _GOES_ON.match(following)
            or (statement.endswith((">", ">,")) and _NAME_AND_MAIL.match(following))
        ):
            break
        statement = f"{statement} {following}"
        end = stop
    return statement, end


def license_file_holders(content: bytes) -> tuple[str, ...]:
    """The copyright lines of a license file, without those of the license text itself.

    For example, the Free Software Foundation owns the text of the GNU licenses, not the licensed
    code.
    """
    return tuple(line for line in copyright_lines(content) if not _OF_THE_TEXT.match(line))


@lru_cache(maxsize=8192)
def holder_name(line: str) -> str:
    """The name in a copyright line without years, signs and mail address; only for comparison."""
    return " ".join(re.sub(r"[^\w\s.&-]", " ", _NAME_NOISE.sub(" ", line)).split()).strip(" .-")
