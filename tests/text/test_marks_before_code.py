# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Marks in front of lines are taken off; code that begins with the same signs keeps them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native
from codescan.text.languages import LANGUAGES
from codescan.text.views import View, views_of

SIGNS = [") ->", ") {", ",", "]", "}", "->", "-1", "|", "||", "+", "+=", "-", "*", "**", ">", ">="]
SIGNS += [">>", "#", ":", "::", ".call", "..", "1, 2", "=>", "&&", "?", "!", "@", "$", "%", "^"]
SIGNS += ["~", "==", "[", "{", "<", "<=", "<<", "\\", "`", ";", '"', "'", ""]
FORMATS = {
    "cat -n": lambda number, line: f"{number:6d}\t{line}",
    "nl": lambda number, line: f"{number:4d}  {line}",
    "one space": lambda number, line: f"{number} {line}",
    "colon": lambda number, line: f"{number}: {line}",
    "grep -n": lambda number, line: f"{number}:{line}",
    "grep -n, lines around": lambda number, line: f"{number}{':-'[number % 3 > 0]}{line}",
    "grep -Hn": lambda number, line: f"src/some-file.py:{number}:{line}",
    "grep -Hn, lines around": lambda number, line: f"src/file.py-{number}-{line}",
    "bar": lambda number, line: f"{number:3d} | {line}",
    "bar at once": lambda number, line: f"{number:3d}| {line}",
    "drawn bar": lambda number, line: f"{number:4d} │ {line}",
    "arrow": lambda number, line: f"{number:6d}→{line}",
    "dot": lambda number, line: f"{number:3d}. {line}",
    "parenthesis": lambda number, line: f"{number:3d}) {line}",
    "brackets": lambda number, line: f"[{number:03d}] {line}",
    "editor": lambda number, line: f"L{number}: {line}",
    "pdb": lambda number, line: f"{number:3d}  {'->' if number == 4 else '  '}\t{line}",
    "blame": lambda number, line: (
        f"3a4bc1de (A. Name 2020-05-01 10:00:00 +0100 {number:3d}) {line}"
    ),
    "quoted": lambda _number, line: f"> {line}",
    "quoted twice": lambda _number, line: f">> {line}",
    "box": lambda _number, line: f"│ {line}",
    "bars": lambda _number, line: f"| {line}",
    "log": lambda number, line: f"2026-01-02 10:00:{number % 60:02d},123 INFO {line}",
    "log of a job": lambda number, line: f"2026-01-02T10:00:{number % 60:02d}.1234567Z {line}",
    "log in brackets": lambda number, line: f"[10:00:{number % 60:02d}] [ERROR] {line}",
    "log of a cluster": lambda _number, line: f"2026-01-02T10:00:00.123456789Z stdout F {line}",
    "log of a runner": lambda _number, line: f"2026-01-02T10:00:00.123456Z 00O {line}",
    "log with a name": lambda number, line: (
        f"2026-01-02 10:00:{number % 60:02d},123 {('INFO', 'ERROR')[number % 2]:8} app.main: {line}"
    ),
    "syslog": lambda number, line: f"Nov  3 10:00:{number % 60:02d} host app[{number}]: {line}",
    "container": lambda _number, line: f"web-1  | {line}",
    "chat": lambda number, line: f"[10:{number % 60:02d}] <jane> {line}",
    "added": lambda _number, line: f"+{line}",
}

UNKNOWN_ALONE = ("quoted", "box", "bars", "log", "syslog", "container", "chat")
"""A program in a known language is none of these."""


def tokens_of(content: bytes) -> list[int]:
    lexer = _native.LEXERS[LANGUAGES["javascript"].lexer]
    return _native.lex(content, lexer).hashes().tolist()


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25)
@given(
    signs=st.lists(st.sampled_from(SIGNS), min_size=1, max_size=3),
    first=st.sampled_from([1, 8, 97, 1204]),
    is_known=st.booleans(),
)
def test_code_keeps_the_signs_that_it_begins_with(name, signs, first, is_known):
    if name.startswith(UNKNOWN_ALONE) and is_known:
        return
    lines = [f"value_{number} = compute(alpha, {number})" for number in range(7)]
    for sign in signs:
        lines.insert(3, f"value = {sign}" if sign in {'"', "'", "`", "\\"} else f"{sign} value")
        lines.insert(3, f"other = compute({len(lines)})")
    listing = "\n".join(FORMATS[name](first + at, line) for at, line in enumerate(lines))
    expected = tokens_of("\n".join(lines).encode())
    views = [
        view
        for view in views_of(f"{listing}\n".encode(), "javascript" if is_known else None)
        if isinstance(view, View)
    ]
    assert any(holds(tokens_of(view.content), expected) for view in views)


def holds(tokens: list[int], expected: list[int]) -> bool:
    ends = range(len(expected), len(tokens) + 1)
    return any(tokens[end - len(expected) : end] == expected for end in ends)


@settings(max_examples=50)
@given(at=st.integers(0, 120), name=st.sampled_from([None, "html", "markdown", "xml"]))
def test_a_text_that_ends_within_a_mark_is_read_whole(at, name):
    page = (
        "<p>One: *</p>\n<p class='a'>Two &amp; three</p>\n<!-- four -->\n<pre>five</pre>\n<br" * 3
    )
    views = list(views_of(page[: len(page) - at].encode(), name))
    assert all(isinstance(view, View) for view in views)


@pytest.mark.parametrize("marks", ["| | | | | | | | ", "> > > > > > > > ", ">>>>>>>>>> ", "│" * 9])
def test_any_number_of_marks_before_all_lines_is_taken_off(marks):
    lines = [f"value_{number} = compute(alpha, {number})" for number in range(5)]
    views = list(views_of("\n".join(marks + line for line in lines).encode()))
    assert all(isinstance(view, View) for view in views)
    expected = tokens_of("\n".join(lines).encode())
    assert any(holds(tokens_of(view.content), expected) for view in views)
