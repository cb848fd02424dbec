# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Account and card numbers: IBAN and payment cards."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from codescan.private_data.context import ContextWords, before
from codescan.private_data.placeholders import number_placeholder
from codescan.private_data.records import Candidate, Category, Kind
from codescan.records import Grade

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codescan.private_data.searched_text import SearchedText

__all__ = ["BankNumbers"]

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d\d(?:[ \u00a0-]?[A-Za-z0-9]){11,30}")
_CARD = re.compile(r"\d(?<![\w.+/-]\d)(?:[ \u00a0-]?\d){11,18}(?!\w|\.\d|-\d)")
_GROUPS = re.compile(r"\d{4}(?:([ \u00a0-])\d{4}){2}\1\d{1,7}|\d{4}([ \u00a0-])\d{6}\2\d{4,5}|\d+")
_WORDS = ContextWords(
    (
        "card", "credit card", "debit card", "cc", "ccn", "pan", "visa", "mastercard", "amex",
        "american express", "discover", "jcb", "diners", "maestro", "unionpay", "card number",
        "creditcard", "cardno", "payment", "kreditkarte", "kreditkartennummer", "kartennummer",
        "carte", "tarjeta", "carta", "cartao", "cvv", "cvc", "billing", "kortnummer",
    )
)  # fmt: skip
_TEST_CARDS = frozenset(
    {
        "4242424242424242", "4111111111111111", "4012888888881881", "4222222222222",
        "4000056655665556",
        "5555555555554444", "5105105105105100", "5200828282828210", "2223003122003222",
        "378282246310005",
        "371449635398431", "378734493671000", "6011111111111117", "6011000990139424",
        "30569309025904",
        "38520000023237", "3056930009020004", "3530111333300000", "3566002020360505",
        "6200000000000005",
        "4000000000000002", "4000000000009995", "4000000000000077", "4000002500003155",
        "4917610000000000",
        "5431111111111111", "4007000000027", "4005519200000004", "4009348888881881",
        "4500600000000061",
        "6304000000000000", "6759649826438453", "4716461583322103", "5019717010103742",
        "6331101999990016",
        "4012000033330026", "5424000000000015", "2222420000001113", "5454545454545454",
    }
)  # fmt: skip
"""Test numbers published by payment services."""
_ISSUERS = (
    ("4", (13, 16, 19)), ("51", (16,)), ("52", (16,)), ("53", (16,)), ("54", (16,)), ("55", (16,)),
    *((str(number), (16,)) for number in range(2221, 2721)), ("34", (15,)), ("37", (15,)),
    ("6011", (16, 19)), ("64", (16, 19)), ("65", (16, 19)), ("62", (16, 17, 18, 19)),
    *((str(number), (16, 19)) for number in range(3528, 3590)), ("36", (14, 16)), ("38", (14, 16)),
    *((str(number), (14, 16)) for number in range(300, 306)), ("5018", (16, 19)),
    ("5020", (16, 19)),
    ("5038", (16, 19)), ("6304", (16, 19)), ("6759", (16, 18, 19)),
    ("676", (16, 18, 19)), ("220", (16, 19)),
    ("50", (12, 13, 14, 15, 16, 19)), ("56", (12, 13, 14, 15, 16, 19)),
    ("60", (16,)), ("81", (16,)), ("9792", (16,)),
)  # fmt: skip
"""Prefixes of ISO/IEC 7812 by card scheme, with the lengths of their numbers."""
_ANY_ISSUER = re.compile(r"[3-6]|1800|2131|2[2-7]|9792|81")
"""First digits of card numbers by industry, for numbers next to a word for cards."""
_LENGTHS_OF_PREFIX = dict(_ISSUERS)
_LONGEST_PREFIX = 4
_LABEL = 32
"""Characters before a number that are searched for its label."""
_ID_LABEL = re.compile(
    r"(?:[a-z]I[Dd]|(?i:[_-]id|\bids?|uuid|hash|time(?:stamp)?|seed|nonce|version|offset|size))"
    r"[\"'\]]{0,2}\s{0,2}[:=(,]{1,2}\s{0,2}[\[({]?[\"'`]?$"
)
"""Names of numbers that are not cards."""
_BARE_LENGTHS = frozenset({15, 16})


class BankNumbers:
    """Finds IBANs and payment card numbers."""

    kinds: Mapping[str, Kind]

    def __init__(self) -> None:
        self.kinds = {
            "iban": Kind("iban", Category.PERSONAL, "International bank account number"),
            "payment-card": Kind("payment-card", Category.PERSONAL, "Payment card number"),
        }

    def find(self, searched: SearchedText) -> Iterator[Candidate]:
        """Yield numbers with a correct checksum."""
        text = searched.text
        for start in searched.numbers.letters_and_digits():
            if text[start : start + 2].upper() not in _IBAN_LENGTHS:
                continue
            match = _IBAN.match(text, start)
            candidate = None if match is None else _iban(text, match)
            if candidate is not None:
                yield candidate
        for match in searched.numbers.matches(_CARD, 12, 23):
            candidate = _card(text, match)
            if candidate is not None:
                yield candidate


def _iban(text: str, match: re.Match[str]) -> Candidate | None:
    from stdnum import iban

    length = _IBAN_LENGTHS[match[0][:2].upper()]
    number, end = _first_characters(text, match.start(), match.end(), length)
    if len(number) < length or text[end : end + 1].isalnum():
        return None
    if not iban.is_valid(number, check_country=False):
        return None
    placeholder = "documentation" if number in _example_ibans() else number_placeholder(number[4:])
    return Candidate("iban", match.start(), end, number, Grade.A, placeholder=placeholder)


@cache
def _example_ibans() -> frozenset[str]:
    """Example IBANs of the SWIFT registry and of documentation, for most countries."""
    text = files("codescan.private_data").joinpath("data/example_ibans.txt").read_text("ascii")
    return frozenset(text.split())


def _first_characters(text: str, start: int, end: int, count: int) -> tuple[str, int]:
    """The first letters and digits of a part of a text, and their end."""
    number, position = "", start
    while position < end and len(number) < count:
        if text[position].isalnum():
            number += text[position]
        position += 1
    return number.upper(), position


_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL SD FK", "19": "MK SI",
        "20": "AT BA EE KZ LT LU XK MN",
        "21": "CH CR HR LI LV", "22": "BG BH DE GB GE IE ME RS VA", "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "LY PT ST", "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM", "28": "AL AZ BY CY DO GT HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU YE", "31": "MT SC", "32": "LC", "33": "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""Lengths of IBANs in the SWIFT registry."""


def _card(text: str, match: re.Match[str]) -> Candidate | None:
    from stdnum import luhn

    digits = "".join(filter(str.isdecimal, match[0]))
    if not digits.isascii() or not _GROUPS.fullmatch(match[0]) or not luhn.is_valid(digits):
        return None
    has_context = _WORDS.near(text, match.start(), match.end())
    if not _has_issuer(digits) and not (
        _ANY_ISSUER.match(digits) and _WORDS.inside(before(text, match.start(), _LABEL))
    ):
        return None
    is_grouped = not match[0].isdecimal()
    if not has_context and not (is_grouped or len(digits) in _BARE_LENGTHS):
        return None
    grade = Grade.A if has_context or is_grouped else Grade.B
    if grade is Grade.B and (
        _is_among_numbers(text, match.start(), match.end())
        or _ID_LABEL.search(text, max(0, match.start() - _LABEL), match.start())
    ):
        grade = Grade.C
    placeholder = "documentation" if digits in _TEST_CARDS else number_placeholder(digits)
    if not placeholder and digits[4:].count("0") >= len(digits) - 6:
        placeholder = "repeated"
    return Candidate(
        "payment-card", match.start(), match.end(), digits, grade, placeholder=placeholder
    )


def _has_issuer(digits: str) -> bool:
    return any(
        len(digits) in _LENGTHS_OF_PREFIX.get(digits[:length], ())
        for length in range(1, _LONGEST_PREFIX + 1)
    )


_NUMBER = re.compile(r"\d{9,}")


def _is_among_numbers(text: str, start: int, end: int) -> bool:
    """Whether other long numbers are near, as in a table of other numbers."""
    return bool(
        _NUMBER.search(text, max(0, start - 80), start) or _NUMBER.search(text, end, end + 80)
    )
