# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that look like private values and are none, each beside a value of the same kind."""

from __future__ import annotations

import pytest

from codescan.private_data.file_places import weighed
from codescan.private_data.finder import Finder
from codescan.private_data.search import COUNTED

FINDER = Finder()
LOOKALIKES = (
    'EMAIL_ADDRESS = ObjectIdentifier("2.5.4.46")',
    '{ "2.5.4.10", "organization" },\n  { "2.5.4.72", "role address" },',
    '{ "streetAddress", "2.5.29.31" }',
    "'-forward-unknown-to-host-compiler', # 4.2.5.1",
    "Before: Trying 2606:4700:4700::1111:443...",
    "EPRT |1|132.235.1.2|6275|",
    "Copyright (C) 2009-2022 phone systems",
    "Copyright: 2006 - 2012, call for help",
    "# ring\n00CC; 0069 0307 0300; 00CC; 00CC; # call",
    "by Marco via tin-dev.\n\n20040221\n\t+ some changes",
    "call X = ((U-12)*64/255)-23.",
    'DOTENV_KEY="dotenv://:key_1234@dotenv.org/vault/.env.vault"',
)
VALUES = (
    "ping host 87.142.3.250 failed",
    "logged in from ip 2.16.87.9",
    "Trying 2a02:8109:9a3f:1c00:aa61:7f53:22d4:9e0b ...",
    "call me (030) 2345 6719 or mobile 0171 2345 671",
    "phone 030/23456719",
    "DATABASE=postgres://svc:key_7fQz93LmXw@db.zentral-werk.de/prod",
)


def counted(text: str, path: str = "") -> list[str]:
    found = weighed(FINDER.find(text), path)
    return [each.kind for each in found if each.grade in COUNTED and not each.placeholder]


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_a_value_does_not_count(text):
    assert counted(text) == []


@pytest.mark.parametrize("text", VALUES)
def test_values_beside_the_same_words_count(text):
    assert counted(text)


def test_account_numbers_of_a_test_suite_are_weak_unless_a_name_stands_beside_them():
    text = 'number = "GB53LOYD00952296262556"\ncard = "4916108926268679"\n'
    assert sorted(counted(text)) == ["iban", "payment-card"]
    assert counted(text, "pkg/tests/test_bank.py") == []
    named = f"beneficiary: Ottilie Brandmeier\n{text}"
    assert "iban" in counted(named, "pkg/tests/test_bank.py")
