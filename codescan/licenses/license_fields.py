# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Lines of a notice such as "License: MIT" and "@license MIT", and lines that are only a name."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.licenses import license_names, spdx_list, text_normalization
from codescan.licenses.later_terms import spelled_out
from codescan.licenses.license_addresses import license_of_address
from codescan.licenses.notice_sentences import plain_words, split, without_links
from codescan.licenses.notice_words import ANY_DERIVED, MAY_BE_TITLE
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["field_matches", "stated_fields"]

_FIELD = lazy_pattern(
    r"^[^\w\n]{0,12}(?:(?:project|code|software|package|script|file|source)[ \t]{1,4})?"
    r"(?:licen[sc]es?(?: terms)?|licensing|lizenz|licencia|licenza|licença)[ \t]{0,8}:[ \t]{0,20}"
    r"(?:\n[^\w\n]{0,12}(?=\w))?([^\n]{1,200})"
    r"|^[^\w\n]{0,12}[@\\](?:licen[sc]e(?:[ \t:]{1,20}|[ \t:]{0,20}\n[^\w\n]{0,12}(?=\w))"
    r"|copyright(?=[^\n]{0,60}licen[sc])[ \t:]{1,20})([^\n]{1,200})",
    re.IGNORECASE | re.MULTILINE,
)
_WRAPPED = lazy_pattern(
    r"(?:(?<=[,+/|&(])|(?<=\b(?:or|OR))|(?<=\b(?:and|AND))|(?<=\b(?:with|WITH|plus|PLUS)))"
    r"[ \t]*\n[^\w\n]{0,12}(?=\w)"
    r"|[ \t]*\n[^\w\n(+@\\]{0,12}"
    r"(?=(?:and|or|with|plus|exceptions?|licen[sc]es?|version|v\d)\b(?![ \t]*:)|[(+])",
    re.IGNORECASE,
)
"""A line break within the value of a field."""
_ANY_FIELD = _native.Words([b"licen", b"lizen"])
"""Every such line contains one of these."""
_PUBLIC_DOMAIN = lazy_pattern(
    r"^ (?:(?:this|the) (?:program|code|file|software|module|script|work|library|is) )?(?:is )?"
    r"public domain (?:no warranty |without warranty |no rights reserved )?$"
)
_ANY_DOMAIN = _native.Words([b"domain"])
_CJK_LICENSE = lazy_pattern("许可|許可|协议|協議|授权|ライセンス|라이선스|라이센스|лиценз|ліценз")
_ORIGIN = lazy_pattern(
    r"(?<!not )(?<!never )\b(?:contains|includes|incorporates|taken|copied|based|derived|adapted"
    r"|ported|borrowed|extracted|forked)\s+(?!no\b|nothing\b|neither\b)"
    r"(?:(?:code|parts?|portions|pieces|functions|some|the|on)\s+){0,4}"
    r"(?:(?:from|of)\s+)?[^\s()]{1,60}(?:\s+[^\s()]{1,60}){0,3}"
    r"(?:\s+\((?:under\s+)?(?:the\s+)?([^()\n]{2,60})\)"
    r"|,?\s+(?:which|that)\s+(?:is|was)\s+(?:\w+\s+)?(?:under\s+)?(?:the\s+)?([^\s;,()]{2,60}"
    r"(?:\s+[^\s;,()]{1,20}){0,3})(?=[;,.\n]|$))",
    re.IGNORECASE,
)
_MAX_ORIGINS = 12
_TITLE = lazy_pattern(r"licen[sc]e|\b[a-z]+-\d\.\d", re.IGNORECASE)
"""A line that may consist only of the name of a license."""
_TITLE_WORDS = 9
_TITLE_PARTS = lazy_pattern(r"[\r\n]+|[ \t][|;][ \t]|[ \t][\u2013\u2014-][ \t]")
"""Separators of the parts of a title: "normalize.css v8.0.1 | MIT License | an address"."""
_SEE = lazy_pattern(r"[,;(]\s*see\b.*$", re.IGNORECASE)


def stated_fields(text: str, *, with_titles: bool) -> list[str]:
    """The expressions of lines such as "License: MIT", and of lines that are only a name."""
    values: list[str] = []
    for match in field_matches(text):
        value = (match.group(1) or match.group(2) or "").strip(" \t*/#\"'`.,;")
        # "GNU General Public License (GPL) version 2"; "MIT (see LICENSE)".
        bare = re.sub(r"\s*\([^()]*\)", "", value), re.sub(r"\s*[(<].*$", "", value)
        spellings = (value, *bare) if ">=" in value or "file" in value.lower() else bare
        expression = next(
            (each for each in map(license_names.lookup, spellings) if each != NOASSERTION),
            NOASSERTION,
        )
        if expression == NOASSERTION and value:
            expression = license_of_address(value) or NOASSERTION
        if expression != NOASSERTION:
            values.append(expression)
    if not text.isascii():
        for sentence in split(text) if _CJK_LICENSE.search(text) else ():
            expression = license_names.lookup(plain_words(sentence).strip())
            if _CJK_LICENSE.search(sentence) and expression != NOASSERTION:
                values.append(expression)
    if (not text.isascii() or _ANY_DOMAIN.any_in(text.encode())) and any(
        _PUBLIC_DOMAIN.match(plain_words(sentence)) for sentence in split(text)
    ):
        values.append(spdx_list.PUBLIC_DOMAIN)
    if not text.isascii() or ANY_DERIVED.any_in(text.encode()):
        values.extend(_licenses_of_origins(text))
    if with_titles and not values and MAY_BE_TITLE.search(text):
        values.extend(_titles(text))
    return values


def _titles(text: str) -> list[str]:
    """The expressions of lines, and of parts of lines between separators, that are only a name."""
    expressions: list[str] = []
    for line in _TITLE_PARTS.split(text):
        if text.isascii() and "-" not in line and "icen" not in line.lower():
            continue
        title = spelled_out(_SEE.sub("", without_links(line)))
        words = text_normalization.plain(title).split() if _TITLE.search(title) else []
        if 1 < len(words) <= _TITLE_WORDS:
            expression = license_names.lookup(" ".join(words))
            if expression != NOASSERTION:
                expressions.append(expression)
    return expressions


def _licenses_of_origins(text: str) -> list[str]:
    """Licenses in parentheses after the origin of a part: "contains code of foo (LGPL-2.1)"."""
    licenses: list[str] = []
    for match in islice(_ORIGIN.finditer(text), _MAX_ORIGINS):
        expression = license_names.lookup(match.group(1) or match.group(2).rstrip(". "))
        if expression not in (NOASSERTION, spdx_list.PUBLIC_DOMAIN):
            licenses.append(expression)
    return licenses


def field_matches(text: str) -> Iterable[re.Match[str]]:
    """The lines such as "License: MIT"."""
    if text.isascii() and not _ANY_FIELD.any_in(text.encode()):
        return ()
    match = _FIELD.search(text)
    return () if match is None else _FIELD.finditer(_WRAPPED.sub(" ", text))
