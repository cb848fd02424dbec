# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The selection's guarantee against brute force, and the hashes that the format fixes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native

PYTHON = _native.LEXERS["python"]
PROFILES = sorted(_native.PROFILES)
IDENTIFIER = 0


def text_of(symbols):
    return " ".join(symbols).encode()


def renamed_code(tokens, start, end):
    """The renamed form by its definition: distances to previous uses inside [start, end)."""
    hashes, kinds = tokens.hashes().tolist(), tokens.kinds().tolist()
    seen, code = {}, []
    for i in range(start, end):
        if kinds[i] != IDENTIFIER:
            code.append(("token", hashes[i]))
        else:
            code.append(("use", i - seen[hashes[i]] if hashes[i] in seen else 0))
            seen[hashes[i]] = i
    return tuple(code)


def maximal_exact_runs(a, b, least):
    """Every maximal diagonal run of equal elements, by looking at all of them."""
    for shift in range(-len(a) + 1, len(b)):
        length = 0
        for i in range(max(0, -shift), min(len(a), len(b) - shift) + 1):
            same = i < len(a) and i + shift < len(b) and a[i] == b[i + shift]
            if same:
                length += 1
                continue
            if length >= least:
                yield i - length, i - length + shift, length
            length = 0


def is_periodic(symbols, limit):
    return any(
        all(x == y for x, y in zip(symbols, symbols[period:], strict=False))
        for period in range(1, limit + 1)
    )


def is_periodic_up_to_renaming(tokens, start, end, limit):
    return any(
        renamed_code(tokens, start, end - period) == renamed_code(tokens, start + period, end)
        for period in range(1, limit + 1)
    )


# Few names and marks: repetitive sequences are the hard case of every selection.
symbols = st.sampled_from(["a", "b", "c", "x1", "(", ")", "=", "7", "if", "+"])
pieces = st.lists(symbols, min_size=1, max_size=60)


@st.composite
def texts_with_a_shared_piece(draw):
    shared = draw(st.lists(symbols, min_size=35, max_size=90))
    if draw(st.booleans()):
        unit = draw(st.lists(symbols, min_size=1, max_size=20))
        shared = shared[:20] + unit * draw(st.integers(2, 12)) + shared[20:]
    prefixed = draw(pieces) + shared + draw(pieces)
    right = draw(pieces) + shared + draw(pieces)
    return prefixed, right


@settings(max_examples=150, deadline=None)
@given(texts_with_a_shared_piece(), st.sampled_from(PROFILES))
def test_every_shared_run_of_t_tokens_holds_a_common_fingerprint(texts, profile):
    first, right = (_native.lex(text_of(t), PYTHON) for t in texts)
    k, w, _r = _native.PROFILES[profile][0]
    t = w + k - 1
    by_key = {}
    for key, token in right.fingerprints(0, profile).keys().tolist():
        by_key.setdefault(key, set()).add(token)
    selected = first.fingerprints(0, profile).keys().tolist()
    a, b = first.hashes().tolist(), right.hashes().tolist()
    for i, j, length in maximal_exact_runs(a, b, t):
        if is_periodic(a[i : i + length], w):
            continue  # equal stretches elsewhere; see thin_periodic
        assert any(
            i <= token <= i + length - k and token - i + j in by_key.get(key, ())
            for key, token in selected
        ), (i, j, length)


@settings(max_examples=60, deadline=None)
@given(texts_with_a_shared_piece(), st.sampled_from(PROFILES), st.randoms(use_true_random=False))
def test_every_renamed_run_of_t_tokens_holds_a_common_fingerprint(texts, profile, rng):
    names = ["a", "b", "c", "x1"]
    fresh = ["left_hand", "q", "total", "zz9"]
    rng.shuffle(fresh)
    renaming = dict(zip(names, fresh, strict=True))
    first = _native.lex(text_of(texts[0]), PYTHON)
    right = _native.lex(text_of([renaming.get(s, s) for s in texts[1]]), PYTHON)
    k, w, _r = _native.PROFILES[profile][1]
    t = w + k - 1
    by_key = {}
    for key, token in right.fingerprints(1, profile).keys().tolist():
        by_key.setdefault(key, set()).add(token)
    selected = first.fingerprints(1, profile).keys().tolist()
    windows = {}
    for j in range(len(right) - t + 1):
        windows.setdefault(renamed_code(right, j, j + t), []).append(j)
    for i in range(len(first) - t + 1):
        partners = windows.get(renamed_code(first, i, i + t), ())
        if not partners or is_periodic_up_to_renaming(first, i, i + t, w):
            continue
        for j in partners:
            assert any(
                i <= token <= i + t - k and token - i + j in by_key.get(key, ())
                for key, token in selected
            ), (i, j)


def test_keys_depend_on_their_own_tokens_only():
    rng = random.Random(5)
    words = [rng.choice("abcdefgh") + str(rng.randrange(40)) for _ in range(400)]
    whole = dict(reversed(pair) for pair in _fingerprints(words))
    shifted = dict(reversed(pair) for pair in _fingerprints(["other"] * 50 + words))
    common = [token for token in whole if token + 50 in shifted]
    assert len(common) > 0.9 * len(whole)
    assert all(whole[token] == shifted[token + 50] for token in common)


def _fingerprints(words):
    return _native.lex(text_of(words), PYTHON).fingerprints(0, "default").keys().tolist()


def test_few_fingerprints_are_selected():
    rng = random.Random(7)
    words = [f"w{rng.randrange(10**6)}" for _ in range(50_000)]
    tokens = _native.lex(text_of(words), PYTHON)
    _k, w, _r = _native.PROFILES["default"][0]
    density = len(tokens.fingerprints(0, "default")) / len(tokens)
    assert 1 / w <= density < 2 / (w + 1)  # better than winnowing, never below the bound


def test_a_constant_table_keeps_only_its_ends():
    tokens = _native.lex(b"0, " * 10_000, PYTHON)
    assert len(tokens.fingerprints(0, "default")) < 100


def test_texts_shorter_than_the_guarantee_have_no_fingerprint():
    k, w, _r = _native.PROFILES["default"][0]
    words = [f"w{i}" for i in range(w + k - 1)]
    assert len(_fingerprints(words)) == 1
    assert len(_fingerprints(words[:-1])) == 0


# Known answers: a change here is a change of the index format.
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (0, [[851042969115, 6], [220561705644, 16], [851042969115, 25], [220561705644, 35]]),
        (1, [[359906899220, 10], [938848814822, 17], [359906899220, 29]]),
    ],
)
def test_keys_are_those_of_the_format(form, expected):
    source = b"def area(width, height):\n    return width * height + offset[3] - 'x'\n" * 3
    tokens = _native.lex(source, PYTHON)
    assert tokens.fingerprints(form, "default").keys().tolist() == expected
