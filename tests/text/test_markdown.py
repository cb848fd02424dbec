# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""An offset in a view of an answer is an offset in the answer."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.text.markdown import views

MARKS = ["```", "~~~", "````", "\n", "\r\n", "\r", " ", "    ", "> ", "- ", "1. ", "\t", "`"]
TEXT = ["py", "python", "x", "é", "中", "\0", "<details>", "\u2028", "\ud800", "def f():", ""]
PIECES = st.sampled_from(MARKS + TEXT)
ANSWERS = st.lists(PIECES, max_size=60).map("".join)


def shown(answer):
    return {view.language: view.content.split() for view in views(answer)}


@given(ANSWERS)
def test_views_are_exact_in_bytes_and_lines(answer):
    data = answer.encode("utf-8", "replace")
    found = views(answer)
    assert found
    assert len({view.language for view in found}) == len(found)
    for view in found:
        assert len(view.content) == len(data)
        assert all(
            kept == own or (kept == 0x20 and own not in b"\r\n")
            for kept, own in zip(view.content, data, strict=True)
        )


@given(ANSWERS)
def test_no_byte_is_in_two_views(answer):
    found = views(answer)
    for at in range(len(found[0].content)):
        assert sum(view.content[at : at + 1].strip() != b"" for view in found) <= 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_code_and_prose_are_parted(fence, end):
    answer = end.join(["Voilà:", f"{fence}py title=x", "x = 'é'", fence, "Fin."])
    assert shown(answer) == {
        "python": [b"x", b"=", "'é'".encode()],
        "prose": ["Voilà:".encode(), b"Fin."],
    }


def test_text_without_fences_is_of_unknown_language():
    assert shown("def f():\n    pass\n") == {None: [b"def", b"f():", b"pass"]}


def test_a_fence_that_is_never_closed_runs_to_the_end():
    assert shown("Here:\n```rust\nfn f() {") == {"rust": [b"fn", b"f()", b"{"], "prose": [b"Here:"]}


def test_fences_in_lists_and_quotes_lose_the_marks_of_their_container():
    answer = "1. a\n   - b\n\n     ```js\n     let x\n     ```\n> ~~~c\n> int x;\n> ~~~\n"
    assert shown(answer) == {
        "javascript": [b"let", b"x"],
        "c": [b"int", b"x;"],
        "prose": [b"1.", b"a", b"-", b"b"],
    }


@pytest.mark.parametrize("indent", [0, 3, 4, 8])
def test_fences_may_be_indented(indent):
    pad = " " * indent
    assert shown(f"a\n\n{pad}```go\n{pad}x\n{pad}```\n") == {"go": [b"x"], "prose": [b"a"]}


def test_a_fence_inside_html_is_one():
    assert shown("<details>\n```py\nx\n```\n</details>")["python"] == [b"x"]


def test_blocks_of_one_language_share_a_view():
    answer = "```py\na\n```\n```c\nb\n```\n```python\nc\n```"
    assert [view.language for view in views(answer)] == ["python", "c"]
    assert shown(answer)["python"] == [b"a", b"c"]


def test_a_completion_that_begins_inside_a_block_of_its_prompt():
    answer = "  return x\n```\nAnd now\n```python\ndef f():\n```\nend\n"
    assert shown(answer) == {
        None: [b"return", b"x"],
        "python": [b"def", b"f():"],
        "prose": [b"And", b"now", b"end"],
    }


def test_a_longer_fence_may_hold_a_shorter_one():
    assert shown("````\n```py\nx\n```\n````") == {None: [b"```py", b"x", b"```"]}


def test_blocks_of_plain_text_are_prose():
    assert shown("a\n```text\nb\n```\nc") == {"prose": [b"a", b"b", b"c"]}


@pytest.mark.parametrize(
    "hostile",
    [
        "```\n```py\n" * 20_000,
        ">" * 100_000 + "```",
        "- " * 50_000 + "\n```",
        "`" * 200_000,
        "".join(" " * i + "- a\n" for i in range(400)) + "```",
    ],
    ids=["fences", "quotes", "lists", "ticks", "nested"],
)
def test_hostile_answers_take_linear_time(hostile):
    began = time.process_time()
    views(hostile)
    assert time.process_time() - began < 5
