# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""National numbers of persons, found by form, checksum and a word next to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping  # noqa: TC003 - of a constant
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from codescan.private_data.context import ContextWords, after, before
from codescan.private_data.national_plans import Plan, plans
from codescan.private_data.placeholders import number_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codescan.private_data.searched_text import SearchedText

__all__ = ["NationalNumbers"]

_KIND = "national-number"
_EXAMPLES = frozenset(
    {
        "078051120",
        "219099999",
        "123456789",
        "987654321",
        "457555462",
        "111111111",
        "123121234",
        "QQ123456C",
        "AB123456C",
        "12345678Z",
        "00000000T",
        "X1234567L",
        "99999999R",
        "11111111H",
        "111222333",
        "123456782",
        "046454286",
        "9434765919",
        "9999999999",
        "1234567890",
        "RSSMRA80A01H501U",
        "269054958815780",
        "255081416802538",
        "7569217076985",
        "12345678909",
        "11144477735",
        "52998224725",
        "131052308T",
        "1234567T",
        "ABCDE1234F",
        "ABCPE1234F",
        "AAAPL1234C",
        "10000000146",
        "44051401359",
    }
)
"""Numbers that laws and documentation print as examples."""
_GENERIC = (
    "national id", "national identification", "national number", "identity number", "identity card",
    "id number", "id no", "identification number", "personal id", "personal number", "person id",
    "tax id", "taxid", "tin", "social security", "ssn", "citizen id", "id card",
    "national identity",
    "personal identification", "personal code", "government id", "passport or id",
)  # fmt: skip
"""Words next to a number of any country."""


_OF_DIGITS = re.compile(r"\d(?<![\w.+-]\d)(?:[ .\-/+A-Za-z]?\d){5,18}")
_OF_LETTERS = re.compile(
    r"(?<!\w)(?:[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d|[A-Za-z\u00d1&]{3,4}-?\d{6}|[A-Z]{5}\d{4}[A-Z]|"
    r"[A-Za-z]{2} ?\d\d ?\d\d ?\d\d|[XYZxyz][ -]?\d{7})"
)
"""Positions at which a number may begin; the pattern of a plan is tried only there."""
_STARTS = ((_OF_DIGITS, 6, 11), (_OF_LETTERS, 4, 6))
"""Minimum number of digits, and the number of characters that the first digits span."""


@dataclass(frozen=True, slots=True)
class _Rule:
    plan: Plan
    pattern: re.Pattern[str]


class NationalNumbers:
    """Find numbers of persons with the checksum of their country."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {_KIND: Kind(_KIND, Category.PERSONAL, "National number of a person")}

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield numbers, those beginning with a digit first."""
        text, shapes = searched.text, _shapes()
        for start_pattern, count, span in _STARTS:
            for match in searched.numbers.matches(start_pattern, count, span):
                if shapes.match(text, match.start()) is None:
                    continue
                candidate = _number(text, match.start(), match.end())
                if candidate is not None:
                    yield candidate


def _number(text: str, start: int, end: int) -> Candidate | None:
    """The number that begins at an offset, by the plan whose words occur next to it."""
    rules, pattern = _rules(), _words()
    around = f"{before(text, start)}\n{after(text, end)}"
    named = dict.fromkeys(
        number for match in pattern.finditer(around) for number in _plans_of(match[0])
    )
    own = [number for number in named if number >= 0]
    others = range(len(rules)) if len(own) < len(named) else _alone()
    for is_own, numbers in ((True, own), (False, others)):
        for number in numbers:
            match = rules[number].pattern.match(text, start)
            value = None if match is None else _checked(rules[number].plan, match[0])
            if match is not None and not is_own and _is_written_date(match[0]):
                continue
            if match is not None and value is not None:
                return Candidate(
                    _KIND, start, match.end(), value, Grade.A if is_own else Grade.B,
                    detail=rules[number].plan.title, placeholder=_placeholder(value),
                )  # fmt: skip
    return None


def _placeholder(number: str) -> str:
    bare = re.sub(r"[^A-Za-z0-9]", "", number).upper()
    return "documentation" if bare in _EXAMPLES else number_placeholder(bare)


def _checked(plan: Plan, text: str) -> str | None:
    """The number in compact form, if its checksum and date are correct."""
    special = _SPECIAL.get(plan.module)
    if special is not None:
        bare = re.sub(r"[ -]", "", text).upper()
        return bare if special(bare) else None
    module = _module(plan.module)
    number = text.replace(" ", "").replace(".", "")
    try:
        return str(module.compact(number)) if module.is_valid(number) else None
    except Exception:  # noqa: BLE001  a plan must not end the search over a number that it rejects
        return None


def _is_date(digits: str) -> bool:
    """Whether eight digits are a date, year first."""
    try:
        return bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False


def _is_written_date(text: str) -> bool:
    """Whether a number is an eight-digit date, as in the names of versions and logs."""
    return text.isdecimal() and len(text) == len("20040221") and _is_date(text)


def _is_chinese(number: str) -> bool:
    """Checksum and date of a Chinese resident number; codes of former districts are accepted."""
    ric = _module("cn.ric")
    return _is_date(number[6:14]) and ric.calc_check_digit(number) == number[-1]


def _is_korean(number: str) -> bool:
    """Date of a Korean resident number; since October 2020 its last digits are random."""
    century = {"9": "18", "0": "18", "1": "19", "2": "19", "5": "19", "6": "19"}.get(
        number[6], "20"
    )
    return _is_date(century + number[:6])


_SPECIAL: Mapping[str, Callable[[str], bool]] = {
    "gb.nino": lambda number: number[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"),
    "cn.ric": _is_chinese,
    "kr.rrn": _is_korean,
}
"""Plans that python-stdnum lacks or checks too strictly."""


@cache
def _module(name: str) -> Any:
    try:
        return import_module(f"stdnum.{name}")
    except ImportError:
        return None


@cache
def _rules() -> tuple[_Rule, ...]:
    """A rule for each plan of the installed python-stdnum."""
    return tuple(
        _Rule(plan, re.compile(rf"(?:{plan.pattern})(?!\w|[.-]\d)"))
        for plan in plans()
        if plan.module in _SPECIAL or _module(plan.module) is not None
    )


@cache
def _shapes() -> re.Pattern[str]:
    """Patterns of all plans; where none matches, no number begins."""
    return re.compile("|".join(rule.pattern.pattern for rule in _rules()))


@cache
def _alone() -> tuple[int, ...]:
    """Numbers of the rules that do not need a word."""
    return tuple(number for number, rule in enumerate(_rules()) if rule.plan.stands_alone)


_GENERIC_RULE = -1


@cache
def _rules_by_word() -> dict[str, tuple[int, ...]]:
    """Indices of the rules by word, without separators; -1 for words of any country."""
    by_word: dict[str, list[int]] = {}
    for number, rule in enumerate(_rules()):
        for word in rule.plan.words:
            by_word.setdefault(_joined(word), []).append(number)
    for word in _GENERIC:
        by_word.setdefault(_joined(word), []).append(_GENERIC_RULE)
    return {word: tuple(numbers) for word, numbers in by_word.items()}


def _plans_of(number: str) -> tuple[int, ...]:
    joined = _joined(number)
    by_word = _rules_by_word()
    return by_word.get(joined) or by_word.get(joined.rstrip("sn"), ())


def _joined(word: str) -> str:
    return re.sub(r"[ _.-]", "", word)


@cache
def _words() -> re.Pattern[str]:
    """Every word of every plan."""
    return ContextWords(
        (*_GENERIC, *(word for rule in _rules() for word in rule.plan.words))
    ).pattern
