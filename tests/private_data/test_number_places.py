# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The prefilters of `codescan private` leave out no place where a pattern matches."""

from __future__ import annotations

import random

import pytest

from codescan.private_data import bank_numbers, ip_addresses, national_numbers, phone_numbers
from codescan.private_data.number_places import NumberPlaces
from codescan.private_data.searched_text import FixedTexts, SearchedText

PIECES = (
    "+49 30 90", "1820", " ", "-", ".", "DE89", "3704 0044", "0532 0130 00", "GB29NWBK", "x", "\n",
    "4111 1111 1111", "1111", "10.0.0.1", "87.142.3.250", "2001:db8:", ":1", "tel ", "word " * 30,
    "٣٤", "é", "\U0001f600", "\ud800", "?", "\\n", "00", "7", "12", "RSSMRA85T10A562S", "x" * 120,
)  # fmt: skip


def drawn(seed: int) -> str:
    draws = random.Random(seed)
    return "".join(draws.choice(PIECES) for _ in range(draws.randint(0, 60)))


@pytest.mark.parametrize(
    ("pattern", "count", "span"),
    [
        (national_numbers._OF_DIGITS, 6, 11),
        (national_numbers._OF_LETTERS, 4, 6),
        (phone_numbers._INTERNATIONAL, 7, 26),
        (bank_numbers._CARD, 12, 23),
    ],
)
def test_no_match_is_left_out(pattern, count, span):
    for seed in range(120):
        text = drawn(seed)
        every = {match.span() for match in pattern.finditer(text)}
        assert every == {m.span() for m in NumberPlaces(text).matches(pattern, count, span)}, seed


def test_national_phones_of_seven_digits_are_not_left_out():
    for seed in range(120):
        text = drawn(seed)
        every = {
            match.span()
            for match in phone_numbers._NATIONAL.finditer(text)
            if sum(map(str.isdecimal, match["number"])) >= phone_numbers._LEAST
        }
        numbers = NumberPlaces(text).matches(phone_numbers._NATIONAL, 7, phone_numbers._SPAN)
        assert every <= {match.span() for match in numbers}, seed


def test_addresses_and_accounts_are_not_left_out():
    for seed in range(120):
        text = drawn(seed)
        places = NumberPlaces(text)
        every = {match.span() for match in ip_addresses._IPV4.finditer(text)}
        assert every == {match.span() for match in places.dotted(ip_addresses._IPV4)}, seed
        starts = {match.start() for match in ip_addresses._IPV6.finditer(text)}
        assert starts <= set(places.groups_of_four("23")), seed
        starts = {match.start() for match in bank_numbers._IBAN.finditer(text)}
        assert starts <= set(places.letters_and_digits()), seed


def test_fixed_texts_are_found_where_they_stand():
    fixed = FixedTexts(("a", "sk-", "key", "AKIA", "long fixed text", "zz"))
    for seed in range(100):
        draws = random.Random(seed)
        letters = "".join(draws.choices("abkyse-zAIK \u00e9\ud800", k=draws.choice((9, 700))))
        text = letters + draws.choice(("", *fixed.parts)) + letters[: draws.randint(0, 9)]
        places = [place for place, part in enumerate(fixed.parts) if part in text]
        assert SearchedText(text).held_of(fixed) == places, seed
