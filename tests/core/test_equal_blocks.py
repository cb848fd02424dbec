# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native longest common subsequence is that of rapidfuzz; k-grams are found by rolling sums."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

from codescan._core import _native

WORDS = st.lists(st.sampled_from([f"w{number}" for number in range(12)]), max_size=220)


def lexed(words):
    return _native.lex(" ".join(words).encode(), _native.LEXERS["python"])


@settings(max_examples=300, deadline=None)
@given(WORDS, WORDS, st.lists(st.integers(0, 219), max_size=5), st.booleans(), st.integers(1, 4))
def test_blocks_are_those_of_the_reference(first, second, edits, is_edited, least):
    if is_edited:
        second = [word for at, word in enumerate(first) if at not in edits]
    query, content = lexed(first), lexed(second)
    reference = LCSseq.editops(query.hashes().tolist(), content.hashes().tolist())
    blocks = [tuple(block) for block in reference.as_matching_blocks() if block[2] >= least]
    whole = (0, len(query)), (0, len(content))
    assert _native.equal_blocks(query, whole[0], content, whole[1], least) == blocks


@given(WORDS, st.integers(0, 220), st.integers(0, 220))
def test_blocks_of_parts_have_the_places_of_the_whole(words, start, end):
    tokens = lexed(words)
    start, end = sorted((min(start, len(tokens)), min(end, len(tokens))))
    blocks = _native.equal_blocks(tokens, (start, end), tokens, (start, end), 1)
    assert blocks == ([(start, start, end - start)] if end > start else [])


def test_parts_beyond_a_text_are_refused():
    tokens = lexed(["a", "b"])
    for part in ((0, 3), (2, 1)):
        with pytest.raises(IndexError):
            _native.equal_blocks(tokens, part, tokens, (0, 1), 1)


@given(WORDS, st.integers(1, 15))
def test_each_gram_of_a_text_is_found_where_it_is(words, gram):
    tokens = lexed(words)
    own = tokens.hashes().tolist()
    hashes = [gram_hash(own[at : at + gram]) for at in range(len(own) - gram + 1)]
    assert _native.gram_hashes(tokens, gram).tolist() == hashes
    ordered = sorted({*hashes})
    positions = _native.GramSet(array("I", ordered), gram).find(tokens).tolist()
    assert [at for at, _ in positions] == list(range(len(hashes)))
    assert [ordered[place] for _, place in positions] == hashes


def gram_hash(hashes):
    total = 0
    for each in hashes:
        total = (total * 0x9E3779B97F4A7C15 + each) % 2**64
    total ^= total >> 29
    return (total * 0x9E3779B97F4A7C15) % 2**64 >> 32
