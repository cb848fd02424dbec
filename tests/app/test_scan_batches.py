# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Batches of snippets that nodes match: in order, few at a time, and against one index."""

from __future__ import annotations

import pytest
from memory_corpus import ListSource, program

from codescan.app.scan_batches import scanned
from codescan.errors import IndexFormatError
from codescan.index import Index, build
from codescan.matchers.matching import Matching
from codescan.records import Finding, Skipped, Snippet


class Nodes:
    """Calls functions as a cluster does: some at a time, and the last one ends first."""

    def __init__(self, ahead, before_call=lambda: None):
        self.ahead, self.before_call = ahead, before_call
        self.most_taken = 0

    def map(self, function, arguments):
        calls = enumerate(arguments)
        waiting = []
        while True:
            while len(waiting) < self.ahead and (call := next(calls, None)) is not None:
                waiting.append(call)
            if not waiting:
                return
            self.most_taken = max(self.most_taken, len(waiting))
            number, call = waiting.pop()
            self.before_call()
            yield number, function(*call)


@pytest.fixture
def folder(tmp_path, make_document):
    documents = [make_document(program(i), f"m{i}.py", f"package{i}") for i in range(5)]
    build([ListSource(documents)], tmp_path / "i", name="t", recipe={}, workers=1)
    return tmp_path / "i"


def batches_of(count):
    for number in range(count):
        yield [
            Snippet(f"{number}a", program(number % 5).encode(), "python"),
            Skipped(f"{number}b", "read", "binary"),
            Snippet(f"{number}c", program(100 + number).encode(), "python"),
        ]


def test_nodes_give_what_this_process_gives_in_the_same_order(folder):
    with Index.open(folder) as index:
        matching = Matching.of(index)
        local = list(scanned(batches_of(9), matching, 31))
        nodes = Nodes(ahead=4)
        on_nodes = list(scanned(batches_of(9), matching, 31, cluster=nodes))
    assert on_nodes == local
    assert nodes.most_taken == 4
    assert sum(isinstance(item, Finding) for _batch, items in local for item in items) >= 9


def test_an_index_that_is_replaced_meanwhile_is_refused(folder, make_document):
    def replace():
        source = ListSource([make_document(program(7), "m7.py", "package7")])
        build([source], folder, name="t", recipe={}, workers=1)

    with Index.open(folder) as index:
        answers = scanned(
            batches_of(3), Matching.of(index), 31, cluster=Nodes(ahead=2, before_call=replace)
        )
        with pytest.raises(IndexFormatError, match="replaced"):
            list(answers)
