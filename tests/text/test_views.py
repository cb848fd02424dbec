# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Code is found in every format that wraps it, and every offset leads back to the outer text."""

import base64
import json
import re
import sys
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan.records import Skipped, Span
from codescan.text.languages import LANGUAGES
from codescan.text.views import View, views_of

sys.path.insert(0, str(Path(__file__).parents[1]))

from exported_texts import ENCODINGS, EXPORTS
from view_marks import check_marks
from wrapped_texts import CODE, patch
from wrapped_texts import WRAPPINGS as WRAPPED

MARKS = [
    "```", "~~~", "````", "python", "text", "\n", "\r\n", "\r", "\u2028", " ", "    ", "> ", "- ",
    "1. ", "2: ", "3 | ", '"', "'", "\\n", "\\", "\\u00e9", "{", "}", "[", "]", ":", ",", "<pre>",
    "</pre>", "<", "&lt;", "&", "@@ -1 +1 @@", "+", "-", ">>> ", "... ", "$ ", "|\n", "x = 1;",
    "def f(a):", "\u00a0", "\u200b", "\ufeff", "é", "中", "\x1b[1m", "\0", '{"a":"', "key: |\n",
    "%0A", "%2", "\\x0a", "\\012", "ZGVmIGYoYSk6CiAgICByZXR1cm4gYSArIDEKZGVmIGcoYSk6CiAgICBwYXNz",
    "=", "long_name_of_a_keyword_argument=", "long_name_of_a_keyword_argument,",
    "6465662066286129", " 12:   7:", "3a4bc1de 4) ", "00000000  64 65 66 20  |def |\n",
    "$\n", "^M\n",
    "<br>\n", "echo '", "' >> a\n", "<td>", "Line #  Line Contents\n=====\n", "jane 12: ",
]  # fmt: skip
WRAPPINGS = WRAPPED | EXPORTS | ENCODINGS
ENCODED = ("base64", "data URL", "hex")
TEXTS = st.lists(st.sampled_from(MARKS), max_size=80).map("".join)


def words(text):
    return re.findall(rb"\w+|[^\w\s]", text)


def holds(content, code):
    needle, hay = words(code), words(content)
    first = needle[0]
    return any(
        hay[at] == first and hay[at : at + len(needle)] == needle
        for at in range(len(hay) - len(needle) + 1)
    )


def split(text, language=None):
    views = list(views_of(text.encode() if isinstance(text, str) else text, language))
    return [v for v in views if isinstance(v, View)], [v for v in views if isinstance(v, Skipped)]


@pytest.mark.parametrize("name", WRAPPINGS)
@pytest.mark.parametrize("language", [None, "markdown", "prose"])
def test_code_is_found_in_every_wrapping(name, language):
    views, skipped = split(WRAPPINGS[name](CODE), language)
    assert not skipped
    python = [v for v in views if LANGUAGES[v.language].lexer == "python"]
    assert any(holds(view.content, CODE.encode()) for view in python)


@pytest.mark.parametrize("name", WRAPPINGS)
def test_the_outer_span_of_code_is_where_it_stands(name):
    """The first and the last name of the code, found in the view, stand at that place outside."""
    if (
        name in {"full width", "streamed", "server-sent events"}
        or name.startswith(ENCODED)
        or name in ENCODINGS
    ):
        pytest.skip("no word stands there as it is")
    text = WRAPPINGS[name](CODE).encode()
    for view in split(text)[0]:
        for word in (b"ordered", b"append", b"share"):
            at = view.content.find(word)
            if at >= 0:
                outer = view.outer_span(Span(at, at + len(word)))
                assert text[outer.start : outer.end] == word


@given(TEXTS, st.sampled_from([None, "markdown", "python", "json", "yaml", "html", "diff", "csv"]))
def test_any_text_is_split_and_every_offset_is_inside(text, language):
    data = text.encode()
    for view in split(data, language)[0]:
        assert view.language in LANGUAGES
        last = 0
        for at in range(0, len(view.content), 7):
            span = Span(at, min(at + 5, len(view.content)))
            outer = view.outer_span(span)
            assert 0 <= outer.start <= outer.end <= len(data)
            label = view.label_of(span)
            region = view.region_of(span)
            assert (region is None) == (label == ())
            assert region is None or 1 <= region.start_line <= region.end_line
            last = outer.end
        assert last <= len(data)


@given(TEXTS, st.integers(0, 400), st.integers(1, 40))
def test_bytes_that_were_not_decoded_are_those_of_the_outer_text(text, start, length):
    data = text.encode()
    for view in split(data)[0]:
        span = Span(min(start, len(view.content)), min(start + length, len(view.content)))
        mapped = view.text
        pieces = mapped.map.pieces
        ends = [start for start, _, _ in pieces[1:]] + [len(view.content)]
        for (start_of, outer_start, outer_end), end in zip(pieces, ends, strict=True):
            if end - start_of != outer_end - outer_start or start_of != outer_start or start_of:
                continue  # decoded, or not that part of the text which surely is as it was
            for at in range(max(span.start, start_of), min(span.end, end)):
                outer = view.outer_span(Span(at, at + 1))
                assert data[outer.start : outer.end] == view.content[at : at + 1]


def test_the_location_names_the_inner_text_and_its_lines():
    text = WRAPPINGS["notebook"](CODE)
    (view,) = [v for v in split(text)[0] if v.language == "python"]
    at = view.content.index(b"merged.append")
    span = Span(at, at + 6)
    assert view.label_of(span) == ("cell 2",)
    assert view.region_of(span).start_line == 10
    outer = view.outer_span(span)
    line = text.encode().count(b"\n", 0, outer.start) + 1
    assert b"merged.append" in text.encode().split(b"\n")[line - 1]


def test_a_path_leads_through_nested_texts():
    text = WRAPPINGS["chat log"](CODE)
    views = [v for v in split(text)[0] if v.language == "python"]
    at = views[-1].content.index(b"ordered")
    assert views[-1].label_of(Span(at, at + 1)) == ("$.choices[0].message.content", "fence 1")


def test_a_passage_over_two_fences_is_one_text():
    lines = CODE.splitlines(keepends=True)
    text = f"```py\n{''.join(lines[:7])}```\nand\n```py\n{''.join(lines[7:])}```\n"
    assert any(holds(v.content, CODE.encode()) for v in split(text)[0])
    (view,) = [v for v in split(text)[0] if v.language == "python"]
    assert view.label_of(Span(0, len(view.content) - 1)) == ("fence 1 - fence 2",)


def test_both_sides_of_a_patch_are_read():
    removed = "".join(f"-old_{n} = removed_call({n})\n" for n in range(9))
    views = split(patch(CODE, removed))[0]
    assert any(b"old_3" in v.content and b"-old" not in v.content for v in views)
    assert any(holds(v.content, CODE.encode()) for v in views)


def test_code_in_a_known_language_is_read_as_it_is():
    views, _ = split(CODE, "python")
    assert [(v.language, v.content) for v in views] == [("python", CODE.encode())]


@given(TEXTS)
def test_no_mark_is_missed_in_any_text(text):
    check_marks(text.encode())


@pytest.mark.parametrize("name", WRAPPINGS)
def test_no_mark_of_a_wrapping_is_missed(name):
    check_marks(WRAPPINGS[name](CODE).encode())


BEGINS = [
    "{n}: ", " {n} | ", "a/b.py:{n}:", ">>> ", "$ ", "PS C:> ", "me@host:~$ ", "In [{n}]: ", "+",
    "  + ", "{n}\t", "irb> ", "{n}", "[{n}] ",
    "abcdef01 (me 2020-01-01 {n}) ", "^0abcdef1 (me {n}) ",
]  # fmt: skip


@pytest.mark.parametrize("begin", BEGINS)
@pytest.mark.parametrize("count", range(1, 9))
def test_no_mark_of_a_few_lines_is_missed(begin, count):
    lines = CODE.splitlines()
    for first in (0, 3):
        marked = [begin.format(n=n) + line for n, line in enumerate(lines[first : first + count])]
        for text in (marked, lines[:first] + marked, marked + lines[first:]):
            check_marks("\n".join(text).encode())


NESTED = {
    "JSON arrays": "[" * 10_000 + json.dumps(CODE),
    "JSON objects": '{"a":' * 10_000 + json.dumps(CODE),
    "quotes": "> " * 10_000 + "x\n" + "> " * 10_000 + "y = f(1);\n",
    "fences": "".join("`" * n + "text\n" for n in range(2_003, 3, -1)) + CODE,
    "tagged fences": "```python\nx = 1\n" * 10_000,
    "lists": "- " * 10_000 + "```\nx\n```\n",
    "elements": "<pre>" * 10_000,
    "entities": "&amp;" * 10_000 + "lt;",
    "patches": "@@ -1 +1 @@\n" * 10_000,
    "escapes": "\\" * 50_000 + "n",
    "numbers": "".join(f"{n}: " for n in range(10_000)),
    "quotes of YAML": "a: '" * 10_000,
    "commas": ',"' * 20_000,
    "open strings": '{"a": "' + "x\\" * 50_000,
    "comments": "<html><!--" * 10_000,
    "blanks beside marked ends": "a |\n" * 5 + " " * 200_000 + "\n" + "a |\n" * 5,
    "blanks in a blame": ("3a4bc1de " + " " * 190 + "x\n") * 2_000,
    "heads of profiles": "Line #  xxxx Line Contents\n====\n" * 20_000,
    "a picture in base64": "".join(f"{'9JUIXMBQ' * 9}{n:04}\n" for n in range(9_000)),
    "a dump that is none": ("00000000: " + "6465 " * 16 + "x" * 100 + "\n") * 200,
    "escapes of a URL": "%0A%41" * 20_000,
    "heads of a blame": ("ab12" * 10 + " 1 2 3\nauthor x\n") * 5_000,
    "cells": "<td>" * 50_000,
    "escaped quotation marks": ']\\"' * 60_000,
    "escaped marks of two kinds": "\\\"\\'" * 50_000,
    "lists with an open string": '"a", "b", "c\\", ' * 10_000,
    "fences that close nothing": "<<EOF\n```" * 20_000,
    "other fences that close nothing": "=\n~~~~ \n```" * 15_000,
    "values of a table": "a\\nb\\nc\t" * 30_000,
    "lists of bytes": "0x20, " * 40_000,
    "lists of bytes that are none": "99999, 1, " * 30_000,
    "pairs of digits": "ab:" * 80_000,
    "packed bytes": base64.b64encode(zlib.compress(b" x" * 40_000_000)).decode(),
    "many packed bytes": (base64.b64encode(zlib.compress(b" x" * 90_000)).decode() + "\n\n") * 900,
    "commands of LaTeX": "\\PY{n}{" * 40_000,
    "tokens": "Ġ▁" * 50_000,
    "callouts": "a <1>\n" * 40_000,
    "doubled quotation marks": "''a" * 60_000,
    "gaps": '"' + "\\\n\\" * 60_000,
    "echoes": "echo a" * 20_000 + "\n" + "echo > a\n" * 20_000,
    "blanks after echoes": ("echo a" + " " * 40_000 + "x\n") * 5,
    "signs after echoes": ("echo " + "a>" * 40_000 + "\n") * 3,
    "blanks before callouts": ("a <1>\n" + " " * 60_000 + "x\n") * 3,
    "a folded value": "BEGIN:V" + "a\\n\n " * 40_000,
}


@pytest.mark.parametrize("name", NESTED)
def test_hostile_nesting_is_bounded(name):
    start = time.process_time()
    data = NESTED[name].encode()
    total = 0
    for view in views_of(data):
        total += len(view.content) if isinstance(view, View) else 0
    assert time.process_time() - start < 3
    assert total < 64 * len(data) + (8 << 20)


def test_what_a_bound_leaves_unread_is_named():
    text = CODE
    for _ in range(12):
        text = json.dumps({"text": text, "n": 1})
        if len(text) > 1_000_000:
            break
    _, skipped = split(text)
    assert [skip.reason for skip in skipped] == ["nested-too-deep"]


@pytest.mark.parametrize("rows", [3, 20])
def test_a_piece_of_a_page_is_also_read_with_its_elements(rows):
    piece = "".join(
        f'<tr class="row"><td id="c{n}">{n}</td><td>cell</td></tr>\n' for n in range(rows)
    )
    views = [view for view in views_of(piece.encode()) if isinstance(view, View)]
    pages = [view for view in views if view.language == "html"]
    assert [view.content for view in pages] == [piece.encode()]
