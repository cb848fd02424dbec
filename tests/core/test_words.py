# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native search says what the interpreter's says, at every place and length."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codescan._core import _native

# Bytes that differ in the case bit only, letters or not.
BYTES = st.sampled_from(b"aAbBz@`[{(\x08\xc2\xe2 ").map(lambda c: bytes([c]))
WORDS = st.lists(st.lists(BYTES, min_size=1, max_size=4).map(b"".join), min_size=1, max_size=3)
# More than are sought in blocks, with many that share their first bytes.
MANY_WORDS = st.lists(
    st.lists(BYTES, min_size=3, max_size=6).map(b"".join), min_size=13, max_size=40
)
TEXTS = st.tuples(st.integers(0, 140), st.lists(BYTES, max_size=12).map(b"".join)).map(
    lambda parts: b"." * parts[0] + parts[1]
)


@given(WORDS | MANY_WORDS, TEXTS, st.one_of(st.none(), st.integers(0, 150)))
@example([b"(c)"], b"." * 64 + b"(C)", None)
@settings(max_examples=60)
def test_one_of_the_words_is_there(words, text, end):
    is_present = _native.Words(words).any_in(*((text,) if end is None else (text, end)))
    assert is_present == any(word.lower() in text[:end].lower() for word in words)


@given(WORDS | MANY_WORDS, TEXTS, st.one_of(st.none(), st.integers(0, 150)))
@example([b"(c)", b"c)"], b"." * 62 + b"(C)(c)", None)
@settings(max_examples=60)
def test_places_of_words(words, text, end):
    places = _native.Words(words).places_in(*((text,) if end is None else (text, end)))
    lower = text[:end].lower()
    assert places == [
        at for at in range(len(lower)) if any(lower.startswith(word.lower(), at) for word in words)
    ]


@given(MANY_WORDS, st.lists(BYTES, max_size=60).map(b"".join))
@settings(max_examples=200)
def test_many_words_are_found_where_few_are(words, text):
    expected_places = {at for word in words for at in _native.Words([word]).places_in(text)}
    assert _native.Words(words).places_in(text) == sorted(expected_places)
    assert _native.Words(words).any_in(text) == bool(expected_places)


@given(WORDS | MANY_WORDS, WORDS | MANY_WORDS, TEXTS)
@settings(max_examples=60)
def test_joined_words_are_those_of_both(first, second, text):
    joined = _native.Words(first).joined(_native.Words(second))
    places = {at for words in (first, second) for at in _native.Words(words).places_in(text)}
    assert joined.places_in(text) == sorted(places)


@given(WORDS | MANY_WORDS, TEXTS)
@example([b"/*", b"--[["], b"a /* --[")
@settings(max_examples=60)
def test_which_words_are_there(words, text):
    present = [place for place, word in enumerate(words) if word.lower() in text.lower()]
    assert _native.Words(words).present_in(text) == present


def test_no_word_is_everywhere():
    with pytest.raises(ValueError, match="empty"):
        _native.Words([b"a", b""])


@given(MANY_WORDS, st.integers(0, 200), st.integers(0, 60), st.data())
@settings(max_examples=60)
def test_many_words_are_found_at_any_place_of_a_long_text(words, before, behind, data):
    word = data.draw(st.sampled_from(words))
    text = b"~" * before + word.swapcase() + b"~" * behind
    lower = text.lower()
    assert _native.Words(words).places_in(text) == [
        at for at in range(len(lower)) if any(lower.startswith(each.lower(), at) for each in words)
    ]
