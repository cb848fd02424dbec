# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""A lazy pattern finds what the pattern finds, and is compiled once, when it is first used."""

from __future__ import annotations

import re

import pytest

from codescan.text import lazy_patterns
from codescan.text.lazy_patterns import lazy_pattern


@pytest.mark.parametrize(("text", "other"), [("aXb", "x"), (b"aXb", b"x")])
def test_it_finds_what_the_pattern_finds(text, other):
    lazy, pattern = lazy_pattern(other, re.IGNORECASE), re.compile(other, re.IGNORECASE)
    assert lazy.sub(other * 2, text) == pattern.sub(other * 2, text)
    assert lazy.search(text, 1).span() == pattern.search(text, 1).span()
    assert lazy.match(text) is None
    assert lazy.split(text) == pattern.split(text)
    assert [m.span() for m in lazy.finditer(text)] == [m.span() for m in pattern.finditer(text)]
    assert lazy.pattern == other


def test_it_is_compiled_once_and_late(monkeypatch):
    compiled = []

    class Re:
        @staticmethod
        def compile(expression, flags):
            compiled.append(expression)
            return re.compile(expression, flags)

    monkeypatch.setattr(lazy_patterns, "re", Re)
    lazy = lazy_pattern("a+")
    assert not compiled
    assert lazy.fullmatch("aa")
    assert lazy.search("ba")
    assert compiled == ["a+"]


def test_faults_show_at_the_first_use():
    lazy = lazy_pattern("(")
    with pytest.raises(re.error):
        lazy.search("")
    with pytest.raises(AttributeError):
        lazy.no_such_attribute  # noqa: B018
