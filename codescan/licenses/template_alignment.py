# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Align a text with a license template: added and omitted words.

Follows the SPDX matching guidelines (SPDX 2.3, annex B): optional words may be absent, replaceable
text may differ, spelling variants are equal. The alignment is the longest common subsequence
(rapidfuzz, bit-parallel), so an added or removed sentence is one region.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from codescan.licenses.license_templates import OPTIONAL, REPLACEABLE, REQUIRED, template
from codescan.licenses.pair_table import pair_table
from codescan.licenses.repeated_texts import kept_by_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codescan.licenses.license_templates import Template

__all__ = ["Difference", "difference"]

_MAX_SLIP = 4
"""Maximum words that differ without a change of meaning: names, articles, typos."""
_NOTICE_START = 4
"""First words of a copyright notice, of which one identifies it as a notice."""
_MAX_YEARS = 12
"""Maximum words of a notice that has only years and holders."""
_VERSION_WORDS = 2
_LONG_WORD = 8
"""Minimum letters of a word in which one wrong letter is a typo."""
_MAX_WRONG = 3
_PAID = frozenset(("funded", "sponsored", "supported"))
_PAYER = 5
"""Words after "supported" in which "by" follows."""
_MAX_FILLED = 60
"""Maximum words in place of replaceable text."""

# A difference with one of these is a change: it removes a right or adds a condition.
_CRITICAL = frozenset((
    "academic", "affero", "charge", "commercial", "commercially", "distribute", "educational",
    "employees", "ethical", "evil", "except", "exclusively", "fee", "fees", "government",
    "hobby", "internal", "later", "lawful", "lesser", "library", "military", "modify", "must",
    "never", "no", "non", "noncommercial", "nonprofit", "not", "only", "pay", "payment",
    "peaceful", "personal", "private", "prohibited", "publish", "research", "restricted",
    "revocable", "royalty", "sell", "solely", "student", "students", "sublicense", "unless",
))  # fmt: skip
_GRANTING = frozenset((
    "any", "anyone", "everyone", "granted", "irrevocable", "permitted", "perpetual", "person",
    "persons", "purpose", "purposes", "restriction", "worldwide",
))  # fmt: skip
"""Words of a grant; words between them limit its recipients, purpose or extent."""
_RIGHTS = frozenset((
    "alter", "binary", "copy", "deal", "display", "free", "freely", "including", "merge",
    "modification",
    "perform", "prepare", "redistribute", "redistribution", "reproduce", "transfer", "use", "with",
    "without",
))  # fmt: skip
"""Required words of a grant."""
_BEFORE_HOLDER = frozenset((
    "author", "authors", "by", "contributors", "copyright", "event", "foundation", "from", "holder",
    "holders", "name", "names", "neither", "nor",
))  # fmt: skip
"""Words after which a text may name another holder than its template."""
_BEHIND_HOLDER = frozenset(("disclaim", "disclaims", "liable", "makes"))
_RESERVED = frozenset(("reserved", "rights"))
_HEADING, _BESIDE = 2, 6
"""Words of a heading that the template has twice, and words of the text that are searched."""
_BEFORE, _BEHIND = 12, 4
"""Words before and after a difference that are examined for a disclaimer."""
_NUMBERING = 2
"""Maximum letters of numbering such as "b", "iv" and the "st" of "1st"."""
_DISCLAIMING = frozenset((
    "damages", "disclaimed", "disclaims", "fitness", "infringement", "liability", "liable",
    "merchantability", "negligence", "tort", "warranties", "warranty",
))  # fmt: skip
_NEUTRAL = frozenset((
    "a", "accept", "all", "an", "and", "any", "application", "applications", "archive", "are",
    "as", "associated", "be",
    "by", "c", "code", "component", "components", "data", "database", "documentation", "file",
    "files", "font", "fonts", "for", "from", "fullname", "gt", "hereby", "her", "his", "images",
    "in", "inc", "is", "it",
    "its", "library", "license", "listed", "lt", "material", "materials", "module", "modules",
    "of", "on", "or", "p", "package",
    "program", "programs", "project", "quot", "s", "script", "scripts", "software", "source",
    "text", "that", "the",
    "their", "these", "this", "those", "to", "well", "which", "work", "works",
))  # fmt: skip
"""Words that only describe the object of the grant."""
# A condition uses one of these words.
_NORMATIVE = _CRITICAL | {
    "agree", "conditions", "expires", "grant", "granted", "lapses", "may", "only", "permission",
    "permitted", "provided", "require", "required", "requires", "shall", "terminates", "until",
    "use", "used", "valid", "without",
}  # fmt: skip
_STREET = frozenset(("ave", "avenue", "floor", "franklin", "place", "street", "suite", "temple"))
_CONDITIONS = frozenset((
    "commercial", "consent", "military", "must", "prohibited", "require", "required", "requires",
    "shall", "train", "users",
))  # fmt: skip  # no name of a holder has these
_DEFINING = frozenset((
    "act", "applies", "appear", "attribution", "binding", "defined", "disclaim", "disclaims",
    "distributed", "law", "laws", "mean", "means", "must", "notice", "offer", "permission",
    "preserved", "refers", "remain", "remains", "retains", "serves", "subject", "title", "whoever",
    "will",
))  # fmt: skip
"""Words of sentences about copyright that do not occur in a copyright notice."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_EQUAL = {
    "acknowledgement": "acknowledgment", "authorisation": "authorization",
    "authorised": "authorized", "owner": "holder", "owners": "holder", "holders": "holder",
    "expressed": "express", "fulfil": "fulfill", "fulfilment": "fulfillment",
    "judgement": "judgment", "organisation": "organization", "organisations": "organizations",
    "recognise": "recognize", "whilst": "while", "programme": "program", "programmes": "programs",
    "merchantibility": "merchantability", "licenced": "licensed", "https": "http", "cannot": "can",
    "utilisation": "utilization", "favour": "favor", "labour": "labor", "centre": "center",
    "noninfringement": "infringement", "noncommercial": "commercial", "bytecode": "binary",
}  # fmt: skip


class Difference(Struct, frozen=True):
    """The differences of a text that its template does not allow."""

    added: tuple[str, ...] = ()
    """Words that occur only in the text, one string for each position."""
    missing: tuple[str, ...] = ()
    """Required words that the text lacks, one string for each position."""
    filled: tuple[str, ...] = ()
    """The words at the positions of replaceable text."""
    slips: int = 0
    """Words that differ without a change of meaning."""
    first: int = 0
    """Index of the first word of the text that the template has."""
    last: int = 0
    """Behind the last word of the text that the template has."""

    @property
    def is_change(self) -> bool:
        """Whether the text differs from the license of the template."""
        return bool(self.added or self.missing)

    @property
    def cost(self) -> int:
        """Number of different words, used to choose among templates."""
        return self.slips + sum(len(words.split()) for words in (*self.added, *self.missing))


@lru_cache(maxsize=1024)
def _equalized(number: int) -> tuple[Template, tuple[str, ...]]:
    equalized = template(number)
    return equalized, tuple(map(_EQUAL.get, equalized.words, equalized.words))


@kept_by_text(512, 1024)
def difference(  # noqa: C901, PLR0912, PLR0915 - one rule of the guidelines after the other
    tokens: tuple[bytes, ...], number: int
) -> Difference:
    """Compare the words of a text with a template.

    Args:
        tokens: words in the form of `text_normalization.normal`, without the text before and
            after the license.
        number: index of the template in the table.
    """
    actual, expected = _equalized(number)
    words = b" ".join(tokens).decode("ascii").split()
    own = tuple(map(_EQUAL.get, words, words))
    added: list[str] = []
    missing: list[str] = []
    filled: list[str] = []
    slips = 0
    own_start, own_end = 0, len(own)
    for start, end, own_first, own_last in _regions(expected, own):
        first, last = own_first, own_last
        # Words before the first word of the license or after its last one are not in it.
        if first == 0:
            own_start, first = last, last
        if last == len(own):
            own_end, last = first, first
        required = [expected[at] for at in range(start, end) if actual.kinds[at] == REQUIRED]
        allowed = {*expected[start:end], *actual.wordings}
        extra = [word for word, equal in zip(words[first:last], own[first:last], strict=True)
                 if equal not in allowed]  # fmt: skip
        behind = expected[start:] if start == end else ()
        if behind and behind == own[first : first + len(behind)]:
            own_end = first + len(behind)  # the last words of the license are there twice
            break
        if 0 < end <= last - first and expected[:end] == own[last - end : last]:
            own_start = last - end  # its first words are: titles stand in notices as well
            added, missing, filled, slips = [], [], [], 0
            continue
        if "".join(words[first:last]) == "".join(actual.words[start:end]):
            continue  # a word split by a line end
        if own[first:last] == ("non",) and own[last : last + 1] == ("infringement",):
            continue
        if _is_misspelled(expected[start:end], own[first:last]):
            slips += 1
            continue
        if _is_notice(words[first:last]) or _names_funding(words[first:last]):
            extra = []
        if _is_notice(required) and _begins_as_notice(required):
            required = []
        if _replaceable(actual, start, end):
            filled.append(" ".join(words[first:last]))
            if last - first <= _MAX_FILLED and _CONDITIONS.isdisjoint(extra):
                extra = []
        elif _optional(actual, start, end) and last - first <= _MAX_SLIP:
            is_heard = _changes_condition(expected, (start, end), extra, [])
            own_critical = _CRITICAL | _CONDITIONS
            extra = [word for word in extra if is_heard or word in own_critical]
        required = [word for word in required if word not in own[first:last]]
        if _is_address(extra) and (not required or _is_address(required)):
            extra, required = [], []  # the license publisher has a new address
        is_condition = not _CONDITIONS.isdisjoint(extra)
        critical = is_condition or not _CRITICAL.isdisjoint([*extra, *required])
        critical = critical or _is_other_version(extra, required)
        critical = critical or _changes_grant(expected, (start, end), extra, required)
        beside = {*own[max(0, first - _BESIDE) : first], *own[last : last + _BESIDE]}
        telling = {word for word in required if _is_telling(word)}
        is_twice = len(required) >= _HEADING and telling <= beside
        lost = [] if is_twice else required
        critical = critical or _changes_condition(expected, (start, end), extra, lost)
        if len(extra) > _MAX_SLIP or (extra and critical):
            added.append(" ".join(words[first:last]))
        if len(required) > _MAX_SLIP or (required and critical):
            missing.append(" ".join(actual.words[start:end]))
        slips += len(extra) + len(required)
    return Difference(
        tuple(added), tuple(missing), tuple(filled), slips, own_start, max(own_start, own_end)
    )


def _is_address(words: Sequence[str]) -> bool:
    """Whether words are a postal address."""
    held = set(words)
    has_number = any(word.isdigit() for word in words)
    return has_number and not held.isdisjoint(_STREET) and held.isdisjoint(_NORMATIVE)


def _is_other_version(extra: Sequence[str], required: Sequence[str]) -> bool:
    """Whether one version number of a license was replaced with another.

    Street numbers are among other words; post codes are longer. "Of the License"
    may be missing after the number.
    """
    numbers = [{w for w in words if w.isdigit() and len(w) == 1} for words in (extra, required)]
    shortest = min(len(extra), len(required))
    return all(numbers) and numbers[0].isdisjoint(numbers[1]) and shortest <= _VERSION_WORDS


def _changes_grant(
    expected: Sequence[str], region: tuple[int, int], extra: list[str], required: list[str]
) -> bool:
    """Whether a grant has added words ("for any peaceful purpose") or lacks words.

    Args:
        expected: words of the template.
        region: start and end of the different words.
        extra: words that only the text has there.
        required: words that the text lacks there.
    """
    if extra == ["and"] and required == ["with", "or"]:  # "for any purpose and without fee"
        return False
    if not _GRANTING.isdisjoint(required) or not _RIGHTS.isdisjoint(required):
        return True
    start, end = region
    own = [word for word in extra if word not in _NEUTRAL and not word.isdigit()]
    if not own or _is_address(extra):
        return False
    if not _GRANTING.isdisjoint((*expected[max(0, start - 1) : start], *expected[end : end + 2])):
        return True
    before, behind = expected[max(0, start - 4) : start], expected[end : end + 3]
    return _BEFORE_HOLDER.isdisjoint(before) and _BEHIND_HOLDER.isdisjoint(behind)


def _changes_condition(
    expected: Sequence[str], region: tuple[int, int], extra: list[str], required: list[str]
) -> bool:
    """Whether words were added to a sentence or left out of it, other than in a disclaimer.

    Replaced words are a minor difference here; `_changes_grant` checks those of a grant.
    """
    start, end = region
    before = expected[max(0, start - _BEFORE) : start]
    behind = expected[end : end + _BEHIND]
    if not _DISCLAIMING.isdisjoint((*before, *behind)):
        return False
    near = expected[max(0, start - 1) : end + 1]
    added = [word for word in extra if _is_telling(word) and not _is_slip_of(word, near)]
    lost = [word for word in required if _is_telling(word) and word not in _RESERVED]
    if bool(added) == bool(lost) or _is_address(extra) or _is_address(required):
        return False
    return bool(before) and bool(behind)  # the text around a license is read as other words


def _is_slip_of(word: str, others: Sequence[str]) -> bool:
    """Whether a word that no license has is one of the other words plus one letter."""
    if pair_table().pairs.has_word(word.encode()):
        return False
    return any(word[:at] + word[at + 1 :] in others for at in range(len(word)))


def _is_telling(word: str) -> bool:
    """Whether a word has a meaning; short words only number the parts of a text."""
    is_address = word.isdigit() or word in _STREET
    return word not in _NEUTRAL and not is_address and len(word) > _NUMBERING


def _is_misspelled(expected: Sequence[str], own: Sequence[str]) -> bool:
    """Whether one long word has one letter that is wrong, missing or too many.

    Three letters may differ in a word that no license has: "ctbbliance" for "compliance".
    """
    from rapidfuzz.distance import Levenshtein

    if not len(expected) == len(own) == 1 or len(expected[0]) < _LONG_WORD:
        return False
    is_word = own[0][0] != expected[0][0] or pair_table().pairs.has_word(own[0].encode())
    return Levenshtein.distance(expected[0], own[0]) <= (1 if is_word else _MAX_WRONG)


def _is_notice(words: Sequence[str]) -> bool:
    """Whether words are the rest of a copyright notice, whose lines were removed before."""
    held = set(words)
    stated = (
        {"copyright", "spdx"} & held or "reserved" in held or any(_YEAR.fullmatch(w) for w in held)
    )
    return stated and len(words) <= _MAX_FILLED and held.isdisjoint(_NORMATIVE)


def _names_funding(words: Sequence[str]) -> bool:
    """Whether words only say who paid: "This work was supported in part by the ... Foundation"."""
    is_paid = any(
        word in _PAID and "by" in words[at + 1 : at + _PAYER]
        for at, word in enumerate(words[:_MAX_FILLED])
    )
    return is_paid and len(words) <= _MAX_FILLED and (_NORMATIVE - {"research"}).isdisjoint(words)


def _begins_as_notice(words: list[str]) -> bool:
    """Whether required words of a template are a copyright notice, not another use of "copyright".

    "This software is a Government Work under the terms of the United States Copyright Act" is a
    sentence of a license.
    """
    if words[:1] == ["spdx"]:
        return True
    if not _DEFINING.isdisjoint(words):
        return False
    has_year = any(_YEAR.fullmatch(word) for word in words)
    return "copyright" in words[:_NOTICE_START] or (has_year and len(words) <= _MAX_YEARS)


def _replaceable(actual: Template, start: int, end: int) -> bool:
    """Whether a region of a template touches replaceable text."""
    if any(at in actual.gaps for at in range(start, end + 1)):
        return True
    return any(kind == REPLACEABLE for kind in actual.kinds[max(0, start - 1) : end + 1])


def _optional(actual: Template, start: int, end: int) -> bool:
    return any(kind == OPTIONAL for kind in actual.kinds[start:end])


def _regions(expected: Sequence[str], own: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """(start and end in the template, start and end in the text) of each run that differs.

    Runs with only one equal word between them are joined: that word is equal by chance.
    """
    from rapidfuzz.distance import Indel  # a third of the start-up time of a check

    held: tuple[int, int, int, int] | None = None
    for step in Indel.opcodes(expected, own):
        if step.tag == "equal":
            continue
        start, end, first, last = step.src_start, step.src_end, step.dest_start, step.dest_end
        if held is not None and start - held[1] <= 1 and first - held[3] <= 1:
            held = held[0], end, held[2], last
            continue
        if held is not None:
            yield held
        held = start, end, first, last
    if held is not None:
        yield held
