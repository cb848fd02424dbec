# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""License notices in running text: the words with which a header grants a license.

Works on normalized words (`words.normal`), so comment style, line breaks and case do not matter.
Three kinds of rules: fixed phrases, the family of GNU notices with their versions, and
"licensed under the ..." followed by a name of `names`. A pointer ("see LICENSE") claims nothing.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from codescan.licenses import license_names, spdx_list
from codescan.licenses.expressions import all_of, any_of, normalize
from codescan.records import NOASSERTION

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Notice", "combined", "find_notices", "offers_choice"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A grant that was read."""

    expression: str
    position: int
    """Byte offset into the normalized words."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A license whose words are all present."""

    expression: str
    trigger: bytes
    """The longest word of the first phrase: a text without it needs no search."""
    required: tuple[bytes, ...]
    excluded: tuple[bytes, ...]


@cache
def _triggers() -> dict[bytes, tuple[_Phrase, ...]]:
    """The phrases by trigger."""
    found: dict[bytes, tuple[_Phrase, ...]] = {}
    for phrase in _phrases()[0]:
        found[phrase.trigger] = (*found.get(phrase.trigger, ()), phrase)
    return found


@cache
def _telling_words() -> frozenset[bytes]:
    """The words without which there is no notice."""
    return frozenset((*_triggers(), b"general", *_UNDER_WORDS, *_FIELD_WORDS))


@cache
def _phrases() -> tuple[tuple[_Phrase, ...], tuple[tuple[bytes, str], ...]]:
    """The phrases of `data/phrases.toml`, and (words of an exception, its id)."""
    table = tomllib.loads(spdx_list.data("phrases.toml").decode("utf-8"))
    phrases = tuple(
        _Phrase(
            expression=row["license"],
            trigger=max(row["required"][0].split(), key=len).encode(),
            required=tuple(f" {words} ".encode() for words in row["required"]),
            excluded=tuple(f" {words} ".encode() for words in row.get("excluded", ())),
        )
        for row in table["phrases"]
    )
    exceptions = ((f" {words} ".encode(), key) for words, key in table["exceptions"].items())
    return phrases, tuple(exceptions)


_GNU_NAME = re.compile(
    rb" (?:(affero|lesser|library(?: or lesser)?) )?(?:general )(?:public )license(?= )"
)
_GNU_GRANTS = (
    b" under the terms of ", b" under terms of ", b" under the ", b" by the terms of ",
    b" under version ", b" subject to the terms ", b" redistribute it ", b" covered by ",
    b" governed by ", b" according to the terms ", b" under a ", b" or the terms of ",
)  # fmt: skip
_GNU_NUMBER = re.compile(rb" (?:version|v|ver) ?(\d)(?: (\d))?(?= )")
_GNU_LATER = re.compile(
    rb" (?:any|or|and) (?:\(?at your option\)? )?(?:any )?(?:later|newer)(?: version)?(?= )"
    rb"| or at your option any (?:later|newer) "
)
_GNU_VERSIONS = {
    ("GPL", b"1"): "GPL-1.0", ("GPL", b"2"): "GPL-2.0", ("GPL", b"3"): "GPL-3.0",
    ("LGPL", b"2"): "LGPL-2.0", ("LGPL", b"2 1"): "LGPL-2.1", ("LGPL", b"3"): "LGPL-3.0",
    ("AGPL", b"3"): "AGPL-3.0", ("AGPL", b"1"): "AGPL-1.0",
}  # fmt: skip
_GNU_ANY = {"GPL": "GPL-1.0-or-later", "LGPL": "LGPL-2.0-or-later", "AGPL": "AGPL-3.0-or-later"}
_MAX_MENTIONS = 12

_UNDER = re.compile(
    rb" (?:covered by|governed by|(?:licensed|relicensed|released|distributed|published|available"
    rb"|provided|redistributed|redistribute it|offered|is|used) (?:here )?(?:under|subject to))"
    rb"(?: (?:either|both))?"
    rb"(?: (?:the|a|an|terms|conditions|and|of|permissive|open source)){0,6}(?= )"
)
_UNDER_WORDS = frozenset((b"under", b"subject", b"covered", b"governed"))
"""Each match of `_UNDER` has one of them."""
_FIELD = re.compile(rb" (?:license|licensing|licensed) (?:is |type |name )?(?:the |under )?")
_FIELD_WORDS = frozenset((b"license", b"licensing", b"licensed"))
"""Each match of `_FIELD` begins with one of them."""
# "... combined with other software that is released under the GPL" grants nothing.
_OTHERS = b" other software "
_BEFORE_OTHERS = 30
# Gettext's macros: "can be used in projects which are not available under the GNU General ...".
# and "the rest of the gettext package is covered by the GNU General ...".
_NOT_UNDER = re.compile(
    rb" not (?:available|licensed|distributed|released|covered) (?:under|by) "
    rb"| the (?:actual code|rest) of the (?:\w{1,20} ){1,5}is covered (?:dnl )?by "
)
_CHOICE = re.compile(
    rb" (?:dual licensed|either license|at your option (?:either|any one)|under either|either of"
    rb"|your choice of|choice of license|alternatively|disjunctive)(?= )"
)
_LINK = re.compile(r"^ (and or|or|and)(?: (?:the|a|later the)){0,2} ")


def find_notices(normalized: bytes) -> tuple[Notice, ...]:
    """Every grant in normalized words, in order of occurrence, each expression once."""
    found: list[Notice] = []
    present = _telling_words().intersection(normalized.split())
    triggered = _triggers().keys() & present
    for phrase in (phrase for trigger in triggered for phrase in _triggers()[trigger]):
        at = normalized.find(phrase.required[0])
        if (
            at >= 0
            and all(words in normalized for words in phrase.required[1:])
            and not any(words in normalized for words in phrase.excluded)
        ):
            found.append(Notice(phrase.expression, at + 1))
    if b"general" in present:
        found.extend(_gnu_notices(normalized))
    for words, pattern in ((_UNDER_WORDS, _UNDER), (_FIELD_WORDS, _FIELD)):
        if not words.isdisjoint(present):
            found.extend(_named(pattern, normalized))
    return _distinct(found)


def _gnu_notices(normalized: bytes) -> list[Notice]:
    found: list[Notice] = []
    for number, name in enumerate(_GNU_NAME.finditer(normalized)):
        if number == _MAX_MENTIONS:
            break
        before = normalized[max(0, name.start() - 150) : name.start() + 1]
        if not any(grant in before for grant in _GNU_GRANTS) or _NOT_UNDER.search(before):
            continue
        kind = (name.group(1) or b"").split(b" ")[0]
        family = {b"affero": "AGPL", b"lesser": "LGPL", b"library": "LGPL"}.get(kind, "GPL")
        after = normalized[name.end() : name.end() + 220]
        other = _GNU_NAME.search(after)
        if other is not None:
            after = after[: other.start() + 1]
        version = _GNU_NUMBER.search(after[:140]) or _last(_GNU_NUMBER, before[-60:])
        later = _GNU_LATER.search(after) is not None
        found.append(Notice(_gnu_expression(family, version, later), name.start() + 1))
    exception = next((key for words, key in _phrases()[1] if words in normalized), None)
    if exception is None:
        return found
    return [
        Notice(normalize(f"{n.expression} WITH {exception}"), n.position)
        if n.expression.startswith("GPL-")
        else n
        for n in found
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
    """What stands behind each match of `pattern`, where it is the name of a license."""
    found: list[Notice] = []
    for number, match in enumerate(pattern.finditer(normalized)):
        if number == _MAX_MENTIONS:
            break
        after = normalized[match.end() : match.end() + 250].decode("ascii").strip()
        before = normalized[max(0, match.start() - _BEFORE_OTHERS) : match.start() + 1]
        around = normalized[max(0, match.start() - 60) : match.end() + 1]
        if _OTHERS in before or _NOT_UNDER.search(around):
            continue
        expression = _list_of_names(after)
        if expression != NOASSERTION:
            found.append(Notice(expression, match.start() + 1))
    return found


def _list_of_names(text: str) -> str:
    """The expression of "mit license", "mit or apache 2 0 license", "mit and gpl licenses"."""
    first = license_names.find(text)
    if first is None:
        return NOASSERTION
    name, expression = first
    link = _LINK.match(text[len(name) :] + " ")
    if link is None:
        return expression
    second = license_names.find(text[len(name) + link.end() :])
    if second is None:
        return expression
    join = all_of if link.group(1) == "and" else any_of
    return join((expression, second[1]))


def _distinct(found: list[Notice]) -> tuple[Notice, ...]:
    """Sorted by place; NOASSERTION, repetitions and what a longer expression holds are left out."""
    kept: dict[str, Notice] = {}
    for notice in sorted(found, key=lambda n: (n.position, n.expression)):
        if notice.expression != NOASSERTION:
            kept.setdefault(notice.expression, notice)
    return tuple(
        notice
        for notice in kept.values()
        if not any(
            notice.expression != other and _within(notice.expression, other) for other in kept
        )
        and not _is_short_for(notice.expression, kept.keys())
    )


def _is_short_for(expression: str, others: Collection[str]) -> bool:
    """Whether an expression names only GNU versions whose full grants say "or later".

    "the GNU LGPLv3+ or the GNU GPLv2+" loses its signs among the words; the grants follow.
    """
    ids = expression.replace("(", "").replace(")", "").replace(" AND ", " OR ").split(" OR ")
    return all(
        each.endswith("-only") and f"{each.removesuffix('-only')}-or-later" in others
        for each in ids
    )


def _within(expression: str, other: str) -> bool:
    """Whether `other` says all that `expression` says, and more."""
    if f"{expression} WITH " in f"{other} ":
        return True
    if expression in other.replace("(", "").replace(")", "").split(" "):
        return True
    # "GPL" with no number beside a notice with one is the same license named shortly.
    family = expression.partition("-")[0]
    return expression in _GNU_ANY.values() and other.startswith(f"{family}-")


def offers_choice(normalized: bytes) -> bool:
    """Whether a text lets its reader choose among licenses."""
    return _CHOICE.search(normalized) is not None


def combined(notices: tuple[Notice, ...], normalized: bytes) -> str:
    """One expression for all notices of a text.

    Several grants side by side all apply (AND) unless the text offers a choice in so many words.
    """
    expressions = [notice.expression for notice in notices]
    if len(expressions) > 1 and offers_choice(normalized):
        return any_of(expressions)
    return all_of(expressions)
