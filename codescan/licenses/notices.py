# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds license notices in running text: the words by which a header grants a license.

Works on normalized words (`text_normalization.normal`), so comment style, line breaks and case do
not matter.
There are three kinds of rules: fixed phrases, GNU notices with their versions, and "licensed under
the ..." followed by a name of `license_names`. A pointer ("see LICENSE") is not a claim.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan._core import _native
from codescan.licenses import license_names
from codescan.licenses.creative_commons import commons, has_commons
from codescan.licenses.expressions import all_of, any_of, normalize
from codescan.licenses.free_documentation import documentation_grants, may_grant_documentation
from codescan.licenses.license_phrases import exceptions, triggers
from codescan.licenses.named_exceptions import with_named_exception
from codescan.licenses.offered_choices import chosen_from, may_offer_list
from codescan.records import NOASSERTION
from codescan.text.lazy_patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "GNU_NAME",
    "MAX_MENTIONS",
    "UNDER",
    "Notice",
    "find_notices",
    "list_of_names",
]


class Notice(Struct, frozen=True):
    """A grant of a license in a text."""

    expression: str
    position: int
    """Byte offset into the normalized words."""


@cache
def _telling_words() -> frozenset[bytes]:
    """Every notice contains at least one of these words."""
    return frozenset((*triggers(), b"general", b"version", *_UNDER_WORDS, *_FIELD_WORDS))


@cache
def _any_telling() -> _native.Words:
    return _native.Words(sorted(_telling_words()))


GNU_NAME = lazy_pattern(
    rb" (?:(affero|lesser|library(?: or lesser)?) (?:gnu )?)?(?:general )(?:public )license(?= )"
)
_GNU_GRANTS = (
    b" under the terms of ", b" under terms of ", b" under the ", b" by the terms of ",
    b" under version ", b" subject to the terms ", b" redistribute it ", b" covered by ",
    b" governed by ", b" according to the terms ", b" under a ", b" or the terms of ",
    b" licensed under ", b" under gnu ", b" with the ",
)  # fmt: skip
_GNU_NUMBER = lazy_pattern(rb" (?:version|v|ver) ?(\d)(?: (\d))?(?= )")
_GNU_LATER = lazy_pattern(
    rb" (?:any|or|and) (?:\(?at your option\)? )?(?:any )?(?:later|newer)(?: version)?(?= )"
    rb"| or at your option any (?:later|newer) "
)
_GNU_VERSIONS = {
    ("GPL", b"1"): "GPL-1.0", ("GPL", b"2"): "GPL-2.0", ("GPL", b"3"): "GPL-3.0",
    ("LGPL", b"2"): "LGPL-2.0", ("LGPL", b"2 1"): "LGPL-2.1", ("LGPL", b"3"): "LGPL-3.0",
    ("AGPL", b"3"): "AGPL-3.0", ("AGPL", b"1"): "AGPL-1.0",
}  # fmt: skip
_GNU_ANY = {"GPL": "GPL-1.0-or-later", "LGPL": "LGPL-2.0-or-later", "AGPL": "AGPL-3.0-or-later"}
MAX_MENTIONS = 12

UNDER = lazy_pattern(
    rb" (?:covered by|governed by|(?:licensed|relicensed|released|distributed|published|available"
    rb"|provided|redistributed|redistribute it|offered|shared|contributed|is|are|used|usable|use"
    rb"|modify it|copy it) (?:here |to you |by \w+ )?(?:under|subject to)"
    rb"|licensed (?:with|by|as|according to|via|to you under)|under the terms of|under terms of"
    rb"|(?:use|redistribute|distribute|copy|modify|share) (?:it|this|this \w+|the \w+) under"
    rb"|but (?:rather |is )?under|(?:free|open source|this) (?:software |code |file "
    rb"|program )?under"
    rb"|choose(?: between)?|your choice|choice (?:of|between)"
    rb"|(?:parts|portions|files|others|rest|remainder|some) under"
    rb"|subject to the terms of|under either)"
    rb"(?: (?:either|both))?"
    rb"(?: (?:the|a|an|any|one|terms|conditions|provisions|and|of|permissive|open source|following"
    rb"|your choice of|license|either|both)){0,8}(?= )"
)
_UNDER_WORDS = frozenset((b"under", b"subject", b"covered", b"governed", b"licensed"))
"""Every match of `UNDER` contains one of these."""
_FIELD = lazy_pattern(rb" (?:license|licensing|licensed) (?:is |type |name )?(?:the |under )?")
_FIELD_WORDS = frozenset((b"license", b"licensing", b"licensed"))
"""Every match of `_FIELD` begins with one of these."""
# "... combined with other software that is released under the GPL" grants nothing.
_OTHERS = b" other software "
_BEFORE_OTHERS = 30
# Gettext's macros: "can be used in projects which are not available under the GNU General ...".
# and "the rest of the gettext package is covered by the GNU General ...".
_NOT_UNDER = lazy_pattern(
    rb" not (?:available|licensed|distributed|released|covered) (?:under|by) "
    rb"| the (?:actual code|rest) of (?:the )?(?:\w{1,20} ){1,5}is covered (?:dnl )?by "
)
_LINK = lazy_pattern(
    r"^(?: (?:licenses?|as published by the free software foundation|as well))?"
    r"(?: (?:at your (?:option|choice)|alternatively))?( and or| or| and| plus)?"
    r"(?: (?:at your (?:option|choice)|alternatively|also|under|either|to|later|both|terms of"
    r"|with))*"
    r"(?: (?:the|a|an))* "
)
_MAX_LIST = 8


def may_have_notices(normalized: bytes) -> bool:
    """Whether `find_notices` may find something, by a fast check of the words."""
    return (
        _any_telling().any_in(normalized)
        or may_offer_list(normalized)
        or has_commons(normalized)
        or may_grant_documentation(normalized)
    )


def find_notices(normalized: bytes, linkless: bytes | None = None) -> tuple[Notice, ...]:
    """Every grant in normalized words, in order of occurrence, each expression once.

    Args:
        normalized: the words of a notice.
        linkless: the words without addresses and without brackets that contain addresses.
    """
    linkless = normalized if linkless is None else linkless
    all_notices: list[Notice] = []
    if not _any_telling().any_in(normalized):
        all_notices.extend(Notice(each, at) for at, each in chosen_from(linkless))
        all_notices.extend(Notice(each, at) for at, each in commons(normalized))
        all_notices.extend(Notice(each, at) for at, each in documentation_grants(linkless))
        return _distinct(all_notices)
    present = _telling_words().intersection(normalized.split())
    triggered = triggers().keys() & present
    for phrase in (phrase for trigger in triggered for phrase in triggers()[trigger]):
        at = normalized.find(phrase.required[0])
        if (
            at >= 0
            and all(words in normalized for words in phrase.required[1:])
            and not any(words in normalized for words in phrase.excluded)
        ):
            all_notices.append(Notice(phrase.expression, at + 1))
    if b"general" in present:
        all_notices.extend(_gnu_notices(linkless))
    if b"under" in present:
        all_notices.extend(_under(linkless))
    for words, pattern in ((_UNDER_WORDS, UNDER), (_FIELD_WORDS, _FIELD)):
        if not words.isdisjoint(present):
            all_notices.extend(_named(pattern, linkless))
    all_notices.extend(Notice(each, at) for at, each in chosen_from(linkless))
    all_notices.extend(Notice(each, at) for at, each in commons(normalized))
    all_notices.extend(Notice(each, at) for at, each in documentation_grants(linkless))
    if b"licensed" in present:
        all_notices.extend(_named_before(linkless))
    if b"version" in present and not _UNDER_WORDS.isdisjoint(present):
        all_notices.extend(_version_first(linkless))
    if b"exception" in linkless:
        plain = linkless.decode("ascii")
        all_notices = [
            Notice(with_named_exception(each.expression, plain[each.position - 1 :]), each.position)
            for each in all_notices
        ]
    return _distinct(all_notices)


_VERSION_FIRST = lazy_pattern(
    rb" (?:under|subject to|by) (?:the )?(?:terms of )?version (\d+(?: \d+){0,2}) of the"
    rb" ((?:[a-z0-9]+ ){1,7}?licen[sc]e)(?= )"
)


def _version_first(normalized: bytes) -> list[Notice]:
    """The licenses of "subject to version 3.01 of the PHP license"."""
    first: list[Notice] = []
    for number, match in enumerate(_VERSION_FIRST.finditer(normalized)):
        if number == MAX_MENTIONS:
            break
        version, name = (group.decode("ascii") for group in match.groups())
        for spelled in (f"{name} version {version}", f"{name} {version}"):
            expression = license_names.lookup(spelled)
            if expression != NOASSERTION and "general public" not in name:
                first.append(Notice(expression, match.start() + 1))
                break
    return first


_BEFORE_LICENSED = lazy_pattern(rb"((?:(?<= )[a-z0-9]+ ){1,5})licensed(?= )")


def _named_before(normalized: bytes) -> list[Notice]:
    """The licenses of "MIT licensed" and "is BSD 3 clause licensed"."""
    earlier: list[Notice] = []
    for number, match in enumerate(_BEFORE_LICENSED.finditer(normalized)):
        if number == MAX_MENTIONS:
            break
        words = match.group(1).decode("ascii").split()
        for start in range(len(words)):
            named = license_names.find(" ".join(words[start:]), in_list=True)
            if named is not None and named[0] == " ".join(words[start:]):
                earlier.append(Notice(named[1], match.start() + 1))
                break
    return earlier


def _gnu_notices(normalized: bytes) -> list[Notice]:
    gnu: list[Notice] = []
    for number, name in enumerate(GNU_NAME.finditer(normalized)):
        if number == MAX_MENTIONS:
            break
        before = normalized[max(0, name.start() - 150) : name.start() + 1]
        if not any(grant in before for grant in _GNU_GRANTS) or _NOT_UNDER.search(before):
            continue
        kind = (name.group(1) or b"").split(b" ")[0]
        family = {b"affero": "AGPL", b"lesser": "LGPL", b"library": "LGPL"}.get(kind, "GPL")
        after = normalized[name.end() : name.end() + 220]
        other = GNU_NAME.search(after)
        if other is not None:
            after = after[: other.start() + 1]
        version = _GNU_NUMBER.search(after[:140]) or _last(_GNU_NUMBER, before[-60:])
        later = _GNU_LATER.search(after) is not None
        gnu.append(Notice(_gnu_expression(family, version, later), name.start() + 1))
    exception = next((key for words, key in exceptions() if words in normalized), None)
    if exception is None:
        return gnu
    return [
        Notice(normalize(f"{n.expression} WITH {exception}"), n.position)
        if n.expression.startswith("GPL-")
        else n
        for n in gnu
    ]


def _last(pattern: re.Pattern[bytes], text: bytes) -> re.Match[bytes] | None:
    match = None
    for match in pattern.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return match


def _gnu_expression(family: str, version: re.Match[bytes] | None, later: bool) -> str:
    if version is None:
        return _GNU_ANY[family]  # GPL, section 9: no number means any version
    number = b"2 1" if version.groups() == (b"2", b"1") else version.group(1)
    key = _GNU_VERSIONS.get((family, number))
    if key is None:
        return NOASSERTION
    return f"{key}-{'or-later' if later else 'only'}"


def _named(pattern: re.Pattern[bytes], normalized: bytes) -> list[Notice]:
    """The license names that directly follow the matches of `pattern`."""
    named: list[Notice] = []
    for number, match in enumerate(pattern.finditer(normalized)):
        if number == MAX_MENTIONS:
            break
        after = normalized[match.end() : match.end() + 250].decode("ascii").strip()
        before = normalized[max(0, match.start() - _BEFORE_OTHERS) : match.start() + 1]
        around = normalized[max(0, match.start() - 60) : match.end() + 1]
        if _OTHERS in before or _NOT_UNDER.search(around):
            continue
        expression = list_of_names(after)
        if expression != NOASSERTION:
            named.append(Notice(expression, match.start() + 1))
    return named


_BARE_UNDER = lazy_pattern(rb" under (?:the |a |an )?")


def _under(normalized: bytes) -> list[Notice]:
    """Full names after "under": "from libfoo, under the Apache 2.0 license"."""
    under: list[Notice] = []
    for number, match in enumerate(_BARE_UNDER.finditer(normalized)):
        if number == MAX_MENTIONS:
            break
        after = normalized[match.end() : match.end() + 120].decode("ascii").strip()
        named = license_names.find(after)
        around = normalized[max(0, match.start() - 60) : match.end() + 1]
        if named is None or named[1] == NOASSERTION or _NOT_UNDER.search(around):
            continue
        behind = after[len(named[0]) :].split()[:1]
        if "license" in named[0] or behind == ["license"]:
            under.append(Notice(named[1], match.start() + 1))
    return under


def list_of_names(text: str) -> str:
    """The expression of "mit license", "mit or apache 2 0 license", "mit, bsd and gpl licenses"."""
    names: list[str] = []
    operators: list[str] = []
    pending = ""
    while len(names) < _MAX_LIST:
        named = license_names.find(text, in_list=bool(names) or _is_list(text))
        if named is None:
            break
        if names:
            operators.append(pending)
        names.append(named[1])
        text = text[len(named[0]) :]
        link = _LINK.match(text + " ")
        if link is None or (not link.group().strip() and not text.strip()):
            break
        pending = (link.group(1) or "").strip()
        text = (text + " ")[link.end() :].strip()
        if not text:
            break
    if not names:
        return NOASSERTION
    # Plain words have no commas: consecutive names are a list if "and" or "or" joins the last one.
    while operators and not operators[-1]:
        operators.pop()
        names.pop()
    if not operators:
        return names[0]
    if operators[-1] in {"or", "and or"} and "and" not in operators:
        known = [name for name in names if name != NOASSERTION]
        return any_of(known) if known else NOASSERTION
    return all_of(names)


def _is_list(text: str) -> bool:
    """Whether a joining word follows the first words."""
    return re.match(r"(?:\w+ ){1,5}(?:or|and) ", text) is not None


def _distinct(all_notices: list[Notice]) -> tuple[Notice, ...]:
    """Notices by offset, without NOASSERTION, repetitions and parts of a longer expression."""
    by_key: dict[str, Notice] = {}
    for notice in sorted(all_notices, key=lambda n: (n.position, n.expression)):
        if notice.expression != NOASSERTION:
            by_key.setdefault(notice.expression, notice)
    for family, any_version in _GNU_ANY.items():
        # "GPL" without a number, next to a notice with one, is a short name of the same license.
        if any(each.startswith(f"{family}-") and each != any_version for each in by_key):
            by_key.pop(any_version, None)
    return tuple(
        notice
        for notice in by_key.values()
        if not any(
            notice.expression != other and _within(notice.expression, other) for other in by_key
        )
        and not _is_short_for(notice.expression, by_key.keys())
    )


def _is_short_for(expression: str, others: Collection[str]) -> bool:
    """Whether an expression names only GNU versions whose full grants say "or later".

    In plain words, "the GNU LGPLv3+ or the GNU GPLv2+" loses its signs; the full grants follow.
    """
    ids = expression.replace("(", "").replace(")", "").replace(" AND ", " OR ").split(" OR ")
    return all(
        each.endswith("-only") and f"{each.removesuffix('-only')}-or-later" in others
        for each in ids
    )


def _within(expression: str, other: str) -> bool:
    """Whether `other` contains everything in `expression`, and more."""
    if f"{expression} WITH " in f"{other} ":
        return True
    return expression in other.replace("(", "").replace(")", "").split(" ")
