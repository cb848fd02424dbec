# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Hidden characters become visible, plain text stays as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.reports.escaping import clip, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain größe 格子", "plain größe 格子"),
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\x7f", "a␀b␡"),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("\ud800", "⟨U+D800⟩"),
        ("a\tb\r\n", "a␉b␍␊"),
    ],
)
def test_hidden_characters_are_named(text, shown):
    assert visible(text) == shown


def test_asked_for_characters_are_kept():
    assert visible("a\tb\n\r", keep="\n\t") == "a\tb\n␍"


@given(st.text(st.characters()))
def test_nothing_that_moves_hides_or_breaks_is_left(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(c) for c in shown} & {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip
    assert visible(shown) == shown


@given(st.text(), st.integers(1, 20))
def test_a_clipped_text_is_within_its_limit_and_says_so(text, limit):
    short = clip(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")
