# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A line break anywhere in a sentence about rights does not change its license."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan._core import _native
from codescan.licenses.detect import file_claims
from codescan.licenses.rights_words import ANY_STATING, ANY_STRONG, ANY_TELLING
from codescan.licenses.short_statements import MAY_STATE, OWNING
from tests.licenses.test_detect import HEADERS
from tests.licenses.test_short_headers import TABLE

SENTENCES = {
    text: right for text, right in HEADERS.items() if len(text) < 300
} | {
    "All rights are reserved, no copying of this file is permitted without consent.": "NOASSERTION",
    "You may not use this code for commercial purposes or in production systems.": "NOASSERTION",
    "Anyone is allowed to use this file, but no AI training is permitted with it.": "NOASSERTION",
    "This file may be used by anyone for any purpose in any manner, but not for resale.":
        "NOASSERTION",
    "Nur zu privaten Zwecken, jede gewerbliche Nutzung dieser Datei ist untersagt.": "NOASSERTION",
    "Коммерческое использование этого файла запрещено без разрешения автора.": "NOASSERTION",
    "This code is from Stack Overflow, where its license is CC BY-SA 4.0.": "CC-BY-SA-4.0",
}  # fmt: skip
LAYOUTS = {
    "bare": ("", "\n", ""),
    "crlf": ("", "\r\n", ""),
    "indented": ("    ", "\r\n", ""),
    "no-break space": ("\N{NO-BREAK SPACE}", "\n", ""),
    "stars": (" * ", "\n", "/*\n"),
    "hash": ("# ", "\n", ""),
}


def laid_out(lines: list[str], layout: str) -> bytes:
    mark, newline, opening = LAYOUTS[layout]
    closing = " */\n" if opening else ""
    return f"{opening}{''.join(f'{mark}{line}{newline}' for line in lines)}{closing}".encode()


def claims_of(lines: list[str], layout: str) -> list[str]:
    return [claim.expression for claim in file_claims(laid_out(lines, layout))]


def test_every_wrapping_of_every_sentence():
    wrong = set()
    for text, right in SENTENCES.items():
        words = " ".join(text.split())
        wrapped = {tuple(textwrap.wrap(words, width)) for width in range(25, 101)}
        wrong |= {
            (lines, layout)
            for number, lines in enumerate(sorted(wrapped))
            for layout in [*LAYOUTS][number % 2 :: 2]
            if claims_of(list(lines), layout) != [right]
        }
    assert not wrong


FIELDS = [
    (text, group["right"])
    for group in TABLE["headers"]
    for text in group["texts"]
    if re.match(r"[Ll]icen[sc]e: [^\n]* [^\n]*$", text)
]


@pytest.mark.parametrize(("text", "right"), FIELDS)
def test_value_of_a_field_on_two_lines(text, right):
    """A value continues behind a comma or a joining word, and with one of these."""
    field, value = text.split(": ", 1)
    for place in re.finditer(
        r"(?<=,) |(?i:(?<= and)|(?<= or)|(?<= with)) | (?=and |or |with )", value
    ):
        first, second = value[: place.start()], value[place.end() :]
        assert claims_of([f"{field}: {first}", second], "hash") == [right], (first, second)


SPACES = ["\n", "\r\n", "\n\n", "\t", "  ", "\N{NO-BREAK SPACE}"] + [
    f"\n{mark} " for mark in (" *", "#", "//", "dnl", "C", ";;", "    ", "--", "REM")
]
RIGHTS = [b"public domain", b"all rights res", b"in any manner", b"no ai ", b" nur ", b"may not"]


@given(
    st.sampled_from(RIGHTS),
    st.sampled_from(SPACES),
    st.binary(max_size=70),
)
def test_words_are_found_across_line_breaks(word, space, before):
    inner = word[1:-1].replace(b" ", space.encode())
    text = before + word[:1] + inner + word[-1:] + b"."
    words = _native.Words(RIGHTS, is_wrapped=True)
    assert words.any_in(text)
    assert len(before) in words.places_in(text)
    assert RIGHTS.index(word) in words.present_in(text)


@pytest.mark.parametrize(
    "text",
    [b"publicdomain", b"public* domain", b"public #domain", b"public\n x domain", b"public\n"],
)
def test_words_apart_are_other_words(text):
    words = _native.Words([b"public domain", b"no ai "], is_wrapped=True)
    assert not words.any_in(text)
    assert words.places_in(text) == words.present_in(text) == []


def test_all_lists_of_raw_text_are_found_across_line_breaks():
    for words in (ANY_STATING, ANY_TELLING, ANY_STRONG, MAY_STATE, OWNING):
        for text in (b"all rights\n# reserved", b"public\n * domain", b"condition\n// that"):
            one_line = text.replace(b"\n# ", b" ").replace(b"\n * ", b" ").replace(b"\n// ", b" ")
            assert words.any_in(text) == words.any_in(one_line)
