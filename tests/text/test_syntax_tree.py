# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Trees are those of the whole text, and nothing of a text stays in memory."""

from __future__ import annotations

import sys

import pytest
from tree_sitter import Parser

from codescan.text.syntax_tree import language_of, parse


@pytest.mark.parametrize("lines", [0, 1, 300, 400, 5_000])
def test_the_tree_is_that_of_the_whole_text(lines):
    content = "".join(f"def f{n}(a):\n    return a + {n}\n" for n in range(lines)).encode()
    tree = parse(content, "python")
    assert tree is not None
    assert str(tree.root_node) == str(Parser(language_of("python")).parse(content).root_node)


def test_no_text_is_kept_in_memory():
    content = bytes(bytearray(b"def f(a):\n    return a\n"))
    before = sys.getrefcount(content)
    for _ in range(50):
        parse(content, "python")
    assert sys.getrefcount(content) == before
