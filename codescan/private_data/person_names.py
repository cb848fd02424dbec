# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Names of persons, only next to another personal value, such as an e-mail address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codescan.private_data.records import Candidate, Category, Kind
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ANCHORS", "PERSON_NAME", "names_beside"]

PERSON_NAME = Kind("person-name", Category.PERSONAL, "Person name beside another personal value")
ANCHORS = frozenset({"e-mail", "phone-number", "iban", "payment-card", "national-number"})
"""Kinds next to which a name is searched."""
_PART = r"[^\W\d_a-z][^\W\d_]*(?:['\u2019-][^\W\d_]+)*"
_INITIAL = r"[A-Z]\."
_PARTICLE = r"(?:van|von|de|der|den|da|di|del|della|la|le|bin|ibn|al|el|dos|du|ten|ter|zu)"
_NAME = rf"{_PART}(?: (?:{_INITIAL}|{_PARTICLE}|{_PART})){{0,3}} {_PART}"
_BEFORE = re.compile(
    rf"(?P<name>{_NAME})[\"']?\s{{0,2}}(?:[<(\[,;:|\t/\u2013-]\s?){{0,2}}"
    r"(?i:e-?mail:?\s?|mailto:|tel\.?:?\s?|phone:?\s?)?[<(\"']?$"
)
_AFTER = re.compile(rf"^[>)\"']?\s?[(,;|\t\u2013-]\s?[\"']?(?P<name>{_NAME})(?=[)\"',;\s<]|$)")
_LABELLED = re.compile(
    r"(?<![a-z])(?i:full ?name|customer|patient|employee|author|maintainer|holder|cardholder|owner|"
    r"contact|user|"
    r"client|name|nom|nombre|naam|nome|beneficiary|recipient|passenger|guest|applicant|member)"
    rf"[\"']?\s?[:=]?\s?[\"']?(?P<name>{_NAME})"
)
_ORGANIZATION = re.compile(
    r"(?:,? (?:Inc|Ltd|LLC|GmbH|Corp|AG|BV|Oy|AB|SA|SAS|SRL|PLC|Pty|Limited|Corporation|Company)"
    r"\b|,? (?:and|&) (?:Co|Sons)\b| (?:Dev|Core )?(?:Team|Developers|Foundation|Project|Community|"
    r"Authors|Contributors|Maintainers)\b)"
)
"""Words after a name of an organization."""
_REACH = 120
_LONGEST = 80
"""Maximum characters beyond the reach for a name that begins within it."""
_FICTIONAL = frozenset(
    {
        "john doe", "jane doe", "john smith", "jane smith", "max mustermann", "erika mustermann",
        "joe bloggs", "donald duck", "mickey mouse", "john snow", "jon snow", "pied piper",
        "foo bar", "alice smith", "bob smith", "john q public", "juan perez", "mario rossi",
        "jean dupont", "jan kowalski", "test user", "first last", "bruce wayne", "clark kent",
        "peter parker", "homer simpson", "bart simpson", "erlich bachman", "your name",
    }
)  # fmt: skip
"""Names that examples use."""
_NO_NAMES = frozenset(
    """
    the a an and or by for with of to in on at from this that copyright author authors inc ltd
    llc gmbh corp
    corporation company team project developers developer contributors contributor foundation
    community
    maintainer maintainers contact email mail phone tel fax mobile support sales info license
    licence apache
    press inquiries administration ministry registry bureau agency authority limited solutions
    software digital media hosting consulting partners committee council shipyard
    abuse registrar registrant cloud tech noc hostmaster technical operations billing
    mit gnu general public version released release software all rights reserved university
    institute
    department group labs lab research technologies systems open source please send report
    reports bug bugs
    see written created date name full first last user customer client patient employee order
    account number
    card credit iban bank address street city state country new york san north south united
    kingdom states
    engineering services service center centre school college international association
    society network
    security dear hello hi best regards thanks kind reply subject re cc bcc mr mrs ms dr prof
    original code
    translation translated language portions based original porting current former lead owner admin
    administrator google microsoft mozilla ibm intel oracle red hat facebook amazon debian
    ubuntu linux python
    javascript node java swift ruby perl rust copyrighted holder holders home work office cell
    ssn dob id tax cli sdk bot ai agent assistant app server plugin
    interface apt development protocol context laboratories
    social passport work via tests test example foo bar api http https www
    """.split()  # noqa: SIM905
)


def names_beside(text: str, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the names that occur directly next to a personal value, or after a label near it.

    Args:
        text: the text.
        candidates: values in the text; other kinds and placeholders are ignored.
    """
    covered = 0
    for candidate in sorted(candidates, key=lambda each: each.start):
        if candidate.kind not in ANCHORS or candidate.placeholder:
            continue
        for start, name in _near(text, candidate):
            is_fictional = " ".join(name.casefold().split()) in _FICTIONAL
            if start >= covered:
                covered = start + len(name)
                yield Candidate(
                    PERSON_NAME.name, start, covered, " ".join(name.casefold().split()), Grade.B,
                    detail=f"beside {candidate.kind}",
                    placeholder="example-name" if is_fictional else "",
                )  # fmt: skip


def _near(text: str, candidate: Candidate) -> Iterator[tuple[int, str]]:
    begin = max(0, candidate.start - _REACH)
    while begin > max(0, candidate.start - 2 * _REACH) and text[begin - 1].isalnum():
        begin -= 1  # no word is cut, neither a label nor a name
    head = text[begin : candidate.start]
    tail = text[candidate.end : candidate.end + _REACH + _LONGEST]
    line_head = head.rpartition("\n")[2]
    offset = begin + len(head) - len(line_head)
    for pattern, part, shift in (
        (_LABELLED, head, begin),
        (_BEFORE, line_head, offset),
        (_AFTER, tail.partition("\n")[0], candidate.end),
        (_LABELLED, tail, candidate.end),
    ):
        for match in pattern.finditer(part):
            if shift + match.start("name") >= candidate.end + _REACH:
                break
            start, name = _bare(match["name"], shift + match.start("name"))
            if name and _ORGANIZATION.match(text, start + len(name)) is None:
                yield start, name


def _bare(name: str, start: int) -> tuple[int, str]:
    """A name without preceding words that are not names; "" if nothing is left."""
    parts = name.split(" ")
    while parts and _is_no_name(parts[0]):
        start += len(parts.pop(0)) + 1
    for number, part in enumerate(parts):
        if part.lower().rstrip(".,") in _NO_NAMES:
            parts = parts[:number]
            break
    least = 2
    if len(parts) < least or not all(_is_part(part) for part in (parts[0], parts[-1])):
        return start, ""
    return start, " ".join(parts).removesuffix("'s").removesuffix("\u2019s")


def _is_no_name(part: str) -> bool:
    return part.lower().rstrip(".,") in _NO_NAMES or not part[:1].isupper()


def _is_part(part: str) -> bool:
    return part[:1].isupper() and (len(part) > 1) and not (part.isupper() and len(part) > 3)  # noqa: PLR2004
