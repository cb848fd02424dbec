# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Secrets are removed in every form in which they are written; other text stays as it is."""

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.text.redaction import REDACTED, Redactor, secrets_of_url, without_url_secrets

SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@given(SECRETS, st.text(max_size=20))
def test_a_secret_is_found_in_every_form(secret, around):
    redactor = Redactor([secret])
    forms = [
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    ]
    for form in forms:
        if form not in REDACTED:  # Hypothesis draws constants of the code, this one too.
            assert form not in redactor.text(f"{around} {form} {around}")


ESCAPES = {
    "percent": lambda c: f"%{ord(c):02X}",
    "percent-twice": lambda c: f"%25{ord(c):02x}",
    "json": lambda c: f"\\u{ord(c):04x}",
    "json-in-json": lambda c: f"\\\\u{ord(c):04X}",
    "python": lambda c: f"\\x{ord(c):02x}",
    "octal": lambda c: f"\\{ord(c):03o}",
    "entity": lambda c: f"&#{ord(c)};",
    "hex-entity": lambda c: f"&#x{ord(c):X};",
    "javascript": lambda c: f"\\u{{{ord(c):x}}}",
    "spaced": lambda c: f"{c} ",
    "invisible": lambda c: f"{c}\u200b",
    "plain": lambda c: c,
}


KEYS = st.text(st.sampled_from("abcXYZ0123456789-_./+="), min_size=8, max_size=40)


@given(KEYS, st.lists(st.sampled_from(sorted(ESCAPES)), min_size=1, max_size=4))
def test_a_secret_is_found_however_its_characters_are_escaped(secret, kinds):
    shown = "".join(
        ESCAPES[kinds[place % len(kinds)]](character) for place, character in enumerate(secret)
    )
    redacted = Redactor([secret]).text(f"before;{shown};after\n")
    assert redacted.startswith(f"before;{REDACTED}")
    assert redacted.endswith("after\n")
    assert len(redacted) < len(f"before;{REDACTED};after\n") + 8


def test_a_secret_is_found_wherever_it_stands_in_a_large_text():
    secret, line = "sk-abcdefghijklmnop", "x = 1  # &#65; %41\n"
    for before in (13_000, 13_700, 13_797, 13_798, 30_000):
        text = f"{line * before}{secret}{line}"
        assert Redactor([secret]).text(text) == f"{line * before}{REDACTED}{line}"


LONG = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=24, max_size=60)


@given(LONG, st.integers(0, 60), st.integers(12, 60), st.text("xy \n", max_size=9))
def test_a_part_of_a_long_secret_is_found(secret, start, size, around):
    part = secret[start % (len(secret) - 12) :][:size]
    for shown in (part, part.upper(), part.lower()):
        assert shown not in Redactor([secret]).text(f"{around}{shown}{around}")


@given(LONG, st.text("xy:", max_size=9))
def test_a_secret_is_found_inside_other_encodings(secret, before):
    redactor = Redactor([secret])
    encoded = base64.b64encode(f"{before}{secret}{before}".encode()).decode()
    shown = redactor.text(encoded)
    for offset in range(3):
        inner = base64.b64encode(b"x" * offset + secret.encode()).decode()[4:-4]
        assert inner not in shown
    assert secret.encode().hex() not in redactor.text(f"0x{secret.encode().hex()}")
    assert html.escape(secret) not in redactor.text(html.escape(secret))


def test_a_redactor_takes_time_that_grows_with_the_text():
    secret = "abcdef" * 12
    text = "abcdef-" * 2_000
    assert len(Redactor([secret]).text(text)) == len(text)
    assert "abcdef" * 2 not in Redactor([secret]).text("abcdef" * 5_000)


@given(st.text(max_size=60))
def test_text_without_a_secret_stays(text):
    assert Redactor(["a-secret-of-mine-123"]).text(text) == text


@pytest.mark.parametrize("key", ["", "x", "none", "EMPTY", "dummy"])
def test_placeholders_are_no_secrets(key):
    text = "none of it is EMPTY, and dummy x"
    assert Redactor([key]).text(text) == text


@pytest.mark.parametrize(
    ("text", "remaining", "gone"),
    [
        ("--base-url https://u:p4ss@host/v1", "host/v1", "p4ss"),
        ("https://token@host", "host", "token@"),
        ("x https://h/v1?api-version=1&api_key=abc&b=2 y", "api-version=1", "abc"),
        ("https://h/?sig=abc#f", "#f", "abc"),
        ("https://h/?X-Amz-Signature=abc&X-Amz-Date=1", "X-Amz-Date=1", "=abc"),
        ("mail a@b.c and http://h/p@q", "a@b.c and http://h/p@q", "nothing here"),
    ],
)
def test_secrets_of_addresses_are_removed(text, remaining, gone):
    shown = without_url_secrets(text)
    assert remaining in shown
    assert gone not in shown
    assert (REDACTED in shown) == (gone != "nothing here")


def test_secrets_of_an_address_are_known():
    secrets = secrets_of_url("https://u:p%40ss@h/v1?api_key=k1&api-version=2")
    assert secrets == {"p%40ss", "p@ss", "k1"}
    assert secrets_of_url("http://[") == set()
