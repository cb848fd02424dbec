# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Side by side, both texts are still whole, and only what differs is marked."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.text.display import align

WORDS = st.sampled_from(["x", "foo", "bar", "=", " ", "  ", "(", ")", "é", "\n", "\r\n", "\r", "1"])
TEXTS = st.lists(WORDS, max_size=60).map("".join)


def lines_of(text):
    lines = re.split(r"\r?\n", text)
    return lines if lines[-1] else lines[:-1]


@given(TEXTS, TEXTS)
def test_every_line_of_both_texts_stands_once_and_in_order(first, second):
    rows = align(first, second)
    snippet_lines = [
        (r.snippet_number, r.snippet_text) for r in rows if r.snippet_number is not None
    ]
    right = [(r.origin_number, r.origin_text) for r in rows if r.origin_number is not None]
    assert snippet_lines == list(enumerate(lines_of(first), start=1))
    assert right == list(enumerate(lines_of(second), start=1))
    assert all(r.snippet_number or r.origin_number for r in rows)


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_equal(first, second):
    for row in align(first, second):
        marked = []
        for text, marks in (
            (row.snippet_text, row.snippet_marks),
            (row.origin_text, row.origin_marks),
        ):
            edges = [0, *(edge for mark in marks for edge in mark), len(text)]
            assert edges == sorted(edges)
            unmarked = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
            marked.append("".join(unmarked.split()))
        assert marked[0] == marked[1]


@given(TEXTS)
def test_equal_texts_have_no_marks(text):
    for row in align(text, text):
        assert row.snippet_number == row.origin_number
        assert (row.snippet_marks, row.origin_marks) == ((), ())


def test_layout_does_not_part_lines():
    rows = align("if (a) {\n\treturn b+1;\n}", "if (a) {\r\n    return b + 1;\r\n}\r\n")
    assert [(r.snippet_number, r.origin_number) for r in rows] == [(1, 1), (2, 2), (3, 3)]
    assert not any(r.snippet_marks or r.origin_marks for r in rows)


def test_renamed_words_are_marked_in_their_line():
    (_, row, _) = align("f(a):\n    x = a + 1\n    return", "f(a):\n    y = a + 1\n    return")
    assert (row.snippet_text, row.origin_text) == ("    x = a + 1", "    y = a + 1")
    assert row.snippet_marks == row.origin_marks == ((4, 5),)


def test_an_added_line_does_not_shift_the_rest():
    rows = align("one two\nthree four\nfive six", "one two\nnew words here\nthree 4\nfive six")
    assert [(r.snippet_number, r.origin_number) for r in rows] == [
        *((1, 1), (None, 2), (2, 3), (3, 4)),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a b " * 50_000, "b a c " * 50_000),
        ("\n".join(map(str, range(30_000))), "\n".join(map(str, range(30_000, 0, -1)))),
        ("\n".join("ab" * 5_000 + str(i) for i in range(50)), "\n".join(["ba" * 5_000] * 50)),
        ("x" * 1_000_000, "x" * 999_999 + "y"),
    ],
    ids=["one line", "many lines", "long lines", "last character"],
)
def test_long_texts_take_bounded_time(first, second):
    began = time.process_time()
    assert align(first, second)
    assert time.process_time() - began < 5
