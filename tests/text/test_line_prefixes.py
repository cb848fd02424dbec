# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""What stands before each line of a text, whoever put it there, does not hide a copy."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codescan._core import _native
from codescan.text.views import View, views_of
from codescan.text.views.mark import Mark

CODE = [
    "def weight(levels, depth):",
    "    total = 0",
    "    for level in levels:",
    "        total += level.count * depth",
    "",
    "    if total > depth:",
    '        raise ValueError("too heavy")',
    "    return total / depth",
]

WORDS = st.sampled_from(["web", "app", "worker", "main", "root", "com", "node", "build"])
NUMBERS = st.sampled_from(["{n}", "{n:03d}", "12", "10:00:{n:02d}", "2026-01-02"])
SIGNS = st.sampled_from(["-", ".", "/", "[", "]", "(", ")", "@", "#", "=", ",", "|", ":", "<"])
ENDS = st.sampled_from([":", "|", "]", ">", ")", "-", "#", "%", ";", "│", "»"])


@settings(max_examples=150)
@given(
    begin=st.lists(st.one_of(WORDS, NUMBERS, SIGNS), min_size=1, max_size=6),
    joint=st.sampled_from(["", " "]),
    end=ENDS,
    word=WORDS,
    blank=st.booleans(),
)
@example(begin=["2026-01-02", "{n}"], joint=" ", end=":", word="app", blank=True)
def test_a_prefix_of_words_numbers_and_signs_is_taken_off(begin, joint, end, word, blank):
    prefix = joint.join([*begin, word]) + end
    lines = [f"{prefix.format(n=n)} {line}" for n, line in enumerate(CODE, 1)]
    if blank:
        lines = [line.rstrip() for line in lines]
    texts = [
        view.content.decode()
        for view in views_of("\n".join(lines).encode())
        if isinstance(view, View)
    ]
    bare = [" ".join(line.split()) for line in CODE if line]
    assert any(
        [" ".join(line.split()) for line in text.splitlines() if line.strip()] == bare
        for text in texts
    )


@pytest.mark.parametrize("level", ["INFO", "warning", "Critical"])
def test_levels_of_one_log_differ(level):
    lines = [f"{(level, 'DEBUG')[n % 2]}:root:{line}" for n, line in enumerate(CODE)]
    content = "\n".join(lines).encode()
    (run,) = _native.prefixed_runs(content)
    assert [content[text:end].split() for _start, text, end in run] == [
        line.encode().split() for line in CODE
    ]


def test_another_prefix_begins_another_run():
    first = [f"web-1  | {line}" for line in CODE]
    second = [f"worker-1  | {line}" for line in CODE]
    content = "\n".join([*first, *second]).encode()
    runs = _native.prefixed_runs(content)
    assert [len(run) for run in runs] == [len(CODE)] * 2


@pytest.mark.parametrize(
    "line",
    [
        "- item {n} of a list",
        "* item",
        "// comment {n}",
        "# comment",
        "    self.total_{n} = {n}",
        "        }}",
        "        ]",
        "import os.path{n}",
        "plain words and more of them",
        "    x = {n}",
        "\tindented",
        "",
    ],
)
def test_lists_comments_and_code_have_no_prefix(line):
    content = "\n".join(line.format(n="abcdefgh"[n] * (n + 1)) for n in range(8)).encode()
    assert _native.prefixed_runs(content) == []


@settings(max_examples=200)
@given(st.text("a1 :|]\t\n-é", max_size=120))
def test_runs_are_ranges_of_the_text_in_order_and_have_their_mark(text):
    content = text.encode()
    runs = _native.prefixed_runs(content)
    at = 0
    for run in runs:
        assert len(run) >= 4
        for start, inner, end in run:
            assert at <= start < inner <= end <= len(content)
            assert start == 0 or content[start - 1 : start] == b"\n"
            content[start:inner].decode()  # no character is cut
            at = end
    assert not runs or _native.text_marks(content) & Mark.ALIKE_LINES


def test_columns_are_taken_off_once():
    content = "\n".join("".join(f"{n}\t" for n in range(40)) for _ in range(50)).encode()
    views = list(views_of(content))
    assert all(isinstance(view, View) for view in views)
