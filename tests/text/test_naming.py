# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Passages are named after the functions that they are made of."""

import pytest

from codescan.records import Span
from codescan.text.naming import definitions_in

TEXT = b"""import os

class Heap:
    \"\"\"A heap.\"\"\"

    def sift(self, at):
        while at:
            parent = (at - 1) // 2
            self.swap(at, parent)
            at = parent

    def swap(self, a, b):
        self.items[a], self.items[b] = self.items[b], self.items[a]

def heapify(items):
    heap = Heap()
    for item in items:
        heap.push(item)
    return heap
"""


def span(first: bytes, last: bytes) -> Span:
    return Span(TEXT.index(first), TEXT.index(last) + len(last))


@pytest.mark.parametrize(
    ("passage", "names"),
    [
        (span(b"while at", b"at = parent\n"), ("Heap.sift",)),
        (span(b"def sift", b"self.items[a]\n"), ("Heap.sift", "Heap.swap")),
        (span(b"import os", b"return heap\n"), ("Heap.sift", "Heap.swap", "heapify")),
        (span(b'"""A heap."""', b'"""A heap."""'), ("Heap",)),
        (span(b"import os", b"import os"), ()),
        # A few tokens of the function before do not make it a part of the passage.
        (span(b"self.items[b], self.items[a]", b"return heap\n"), ("heapify",)),
    ],
)
def test_a_passage_is_named_after_what_it_is_made_of(passage, names):
    assert definitions_in(TEXT, "python", passage) == names


def test_the_names_of_a_long_passage_are_few():
    text = b"".join(b"def f%d(a):\n    return a + %d\n\n" % (n, n) for n in range(3000))
    assert definitions_in(text, "python", Span(0, len(text))) == ("f0", "f1", "f2", "f3", "f4")


def test_a_language_without_a_grammar_has_no_names():
    assert definitions_in(TEXT, "prose", Span(0, len(TEXT))) == ()
    assert definitions_in(TEXT, "", Span(0, len(TEXT))) == ()
