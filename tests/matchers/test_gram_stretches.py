# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native search for stretches and names gives what plain Python gives."""

import re
from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan._core import _native

GRAM, GAP, LEAST, SHARE = 3, 7, 6, 0.5
STRIDES = [1, 2, 4]
WORDS = [f"w{n}" for n in range(12)]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=60)
NAME = re.compile(rb"""["'`][@#]?[\w$][\w$./-]{0,60}["'`]""")


def lexed(text):
    return _native.lex(text, _native.LEXERS["python"])


def stretch(rows, owners):
    """(start, end, owner) of some k-grams, if they are a stretch; as in the native core."""
    if not rows:
        return []
    start, end = rows[0][0], rows[-1][0] + GRAM
    held = [owners[place] for _token, place in rows]
    most, count = Counter(held).most_common(1)[0]
    share = sum(STRIDES[owner] for owner in held) / (end - start - GRAM + 1)
    return [(start, end, most)] if end - start >= LEAST and count > 1 and share >= SHARE else []


@given(TEXTS, TEXTS, st.randoms(use_true_random=False))
def test_stretches(known, words, rng):
    source = lexed(" ".join(known).encode())
    hashes = sorted(set(_native.gram_hashes(source, GRAM).tolist()))
    sampled = [gram for gram in hashes if rng.random() < 0.7]
    owners = bytes(rng.choice([0, 0, 1, 2]) for _ in sampled)
    grams = _native.GramSet(array("I", sampled), GRAM)
    tokens = lexed(" ".join([*words, *known, *words]).encode())
    expected, rows = [], []
    for token, place in grams.find(tokens).tolist():
        if rows and token - rows[-1][0] > GAP + 4 * (STRIDES[owners[place]] - 1):
            expected += stretch(rows, owners)
            rows = []
        rows.append((token, place))
    expected += stretch(rows, owners)
    assert grams.stretches(tokens, owners, STRIDES, GAP, LEAST, SHARE) == expected


def test_an_owner_without_a_stride_is_refused():
    tokens = lexed(b"a b c d e f g")
    hashes = sorted(_native.gram_hashes(tokens, GRAM).tolist())
    grams = _native.GramSet(array("I", hashes), GRAM)
    with pytest.raises(ValueError, match="owner"):
        grams.stretches(tokens, b"", [1], GAP, LEAST, SHARE)
    with pytest.raises(IndexError):
        grams.stretches(tokens, b"\x05" * len(hashes), [1], GAP, LEAST, SHARE)


PIECES = st.sampled_from(
    [
        '"',
        "'",
        "`",
        "@",
        "#",
        "a",
        "Z9",
        "_",
        "$",
        ".",
        "/",
        "-",
        " ",
        "é",
        "x" * 60,
        "\\",
        "\n",
        "1",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_names(text):
    content = text.encode()
    tokens = lexed(content)
    expected = [
        kind == 0 or (kind == 3 and NAME.fullmatch(content, start, end) is not None)
        for kind, (start, end) in zip(tokens.kinds().tolist(), tokens.spans().tolist(), strict=True)
    ]
    assert list(tokens.names(content)) == expected


@pytest.mark.parametrize("length", [0, 1, 59, 60, 61, 62])
@pytest.mark.parametrize("mark", ["", "@", "#", ".", "@@"])
@pytest.mark.parametrize("last", ["", ".", "-", "/", "é", " ", "$"])
def test_names_in_quotes(length, mark, last):
    content = f'"{mark}{"n" * length}{last}"'.encode()
    tokens = lexed(content)
    names = tokens.names(content)
    if tokens.kinds().tolist() == [3]:
        assert bool(names[0]) is (NAME.fullmatch(content) is not None)
