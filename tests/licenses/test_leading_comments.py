# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The native scan of leading comments finds what these regular expressions define."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native
from codescan.licenses import copyrights, notice_reading, spdx_list, text_normalization
from codescan.licenses.detect import file_claims
from codescan.licenses.notice_words import may_name_license
from codescan.licenses.rights_words import ANY_CLAUSE, ANY_STATING

_LINES = (
    rb"[ \t\x0b\x0c]*(?:\r\n|\n|\r)"
    rb"|[ \t]*(?:#|//|--|;|%|!(?!\[)|dnl[ \t\r\n]|@?rem[ \t\r\n])[^\r\n]*(?:\r\n|\n|\r|\Z)"
    rb"|[ \t]*<\?(?:php|xml)?[^\r\n>]{0,200}(?:\?>)?[ \t]*(?:\r\n|\n|\r|(?=/\*))"
    rb"|[ \t]*(?:[\"'])use strict[\"'];?[ \t]*(?:\r\n|\n|\r)"
    rb"|[ \t]*(?:package[ \t]+[\w.]+|from __future__ import[^\r\n]*)[ \t]*;?[ \t]*(?:\r\n|\n|\r)"
    rb"|[ \t]*<!doctype[^\r\n>]{0,200}>[ \t]*"
)
_BLOCKS = (
    rb"[ \t]*/\*(?:[^*]++|\*(?!/))*+\*/[ \t;]*"
    rb"|[ \t]*<!--(?:[^-]++|-(?!->))*+-->[ \t]*"
    rb"|[ \t]*[rRuUbB]?\"\"\"(?:[^\"\\]++|\\.|\"(?!\"\"))*+\"\"\""
    rb"|[ \t]*[rRuUbB]?'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    rb"|[ \t]*\(\*(?:[^*]++|\*(?!\)))*+\*\)[ \t]*"
    rb"|[ \t]*\{-(?:[^-]++|-(?!\}))*+-\}[ \t]*"
)
_BOM = rb"\xef\xbb\xbf"
# Each alternative begins with other characters than the others, so that their order does not
# matter, and what one has matched is never matched again.
_HEAD = re.compile(
    rb"(?:" + _BOM + rb")?(?:" + _LINES + rb"|" + _BLOCKS + rb")", re.IGNORECASE | re.DOTALL
)
# A block comment, or all that stands before the next one.
_PIECE = re.compile(
    rb"(?P<block>" + _BLOCKS + rb")|(?:(?:" + _BOM + rb")?(?:" + _LINES + rb")|" + _BOM
    + rb"(?:" + _BLOCKS + rb"))++",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_MARKS = re.compile(
    rb"^[ \t]*(?:/\*[*!]?|\*/|\*|//[/!]?|#+!?|--+|;+|%+|<!--|-->|\(\*|\*\)|!+|'(?!')|\"{3}|'{3}"
    rb"|(?i:dnl|@?rem)(?=[ \t\r\n])|[Cc](?=[ \t]{2,})|\.\\\"|\{-|-\}|\{#|#\})+[ \t]?",
    re.MULTILINE,
)
LIMIT = 96 * 1024


def end_by_pattern(content):
    at = 0
    while at < LIMIT and (match := _HEAD.match(content, at)) is not None:
        at = match.end()
    return at


def pieces_by_pattern(head):
    pieces = []
    start = at = 0
    while at < len(head) and (match := _PIECE.match(head, at)) is not None:
        if match["block"] is not None:
            pieces += [head[start:at], match.group()]
            start = match.end()
        at = match.end()
    return [piece for piece in (*pieces, head[start:]) if piece and not piece.isspace()]


def unmarked_by_pattern(block):
    return _MARKS.sub(b"", block.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


PARTS = [
    b"/*", b"*/", b"<!--", b"-->", b'"""', b"'''", b"\n", b"\r", b"\r\n", b" ", b"\t", b"#",
    b"//", b"--", b";", b"%", b"!", b"![", b"dnl ", b"dnl\n", b"@rem\n", b"Rem x", b"(*", b"*)",
    b"{-", b"-}", b"{#", b"#}", b"?>", b"<?php", b"<?xml", b"<?", b"c  word", b"C a", b'.\\"',
    b'"use strict"', b"'use strict';", b"package a.b", b"package  ;", b"from __future__ import x",
    b"\\", b"<!doctype html>", b"<!doctype", b">", b"\xef\xbb\xbf", b"abc", b"*", b'"', b"'",
    b'r"""', b"-", b"x = 1", b"///", b"/*!", b"\x0c", b"\xe9", b"\x00",
]  # fmt: skip
HEADS = st.lists(st.sampled_from(PARTS), max_size=24).map(b"".join)


@settings(max_examples=300)
@given(HEADS)
def test_leading_comments_end_where_the_pattern_ends(text):
    end = _native.leading_end(text)
    assert end == end_by_pattern(text)
    assert _native.leading_pieces(text[:end], ANY_STATING, ANY_CLAUSE) == pieces_by_pattern(
        text[:end]
    )


@settings(max_examples=300)
@given(HEADS)
def test_comment_marks_are_those_of_the_pattern(text):
    assert _native.unmarked(text) == unmarked_by_pattern(text)


def test_a_long_head_ends_with_the_comment_that_reaches_the_limit():
    line = b"# " + b"x" * 1000 + b"\n"
    end = _native.leading_end(line * 200)
    assert end % len(line) == 0
    assert 0 <= end - LIMIT < len(line)


@pytest.mark.parametrize("opening", [b"/*", b"<!--", b'"""', b"<?" + b"\t" * 300, b"\\", b"# \r"])
def test_hostile_heads_take_linear_time(opening):
    assert _native.leading_end(opening * 400_000) <= 128 * 1024


HEADER = b"// Licensed under the MIT License.\n"


@pytest.mark.parametrize(
    "code",
    [b"#ifndef A_H\n#define A_H\n", b"#include <list>\n", b"#pragma once\n", b"#if defined(A)\n"],
)
def test_preprocessor_lines_are_no_part_of_a_notice(code):
    (claim,) = file_claims(HEADER + code + b"// words of the library\n")
    assert claim.expression == "MIT"
    assert claim.evidence == "Licensed under the MIT License."


@pytest.mark.parametrize(
    "line",
    [
        b"#if you use this software for commercial purposes, pay a fee\n",
        b"#include this notice, and never use it for military purposes\n",
        b"#error: this may not be used for commercial purposes\n",
    ],
)
def test_words_about_rights_behind_a_mark_are_read_whatever_they_begin_with(line):
    (claim,) = file_claims(b"# Licensed under the MIT License.\n" + line)
    assert claim.expression == "NOASSERTION"


LINES = st.lists(
    st.sampled_from([
        b"// Copyright (C) 2019 Jane Doe\n", b"# (c) 2001, 2002 Acme Inc. and\n", b"#  Foo Ltd\n",
        b" * individual contributors\n", b" */\n", b"\n", b"#ifndef A_H\r\n", b"#include <a>\n",
        b"int a;\n", b"(b) You must\n", b"(c) You must\n", b" * Jane Doe <jane@a.org>\n",
        b"copyright\n", b"\xa9 2004 Andr\xe9\n", b" * and others\r", b"# 2011 John Smith\n",
        b"// Authors\n", b"x\n",
    ]),
    max_size=9,
).map(b"".join)  # fmt: skip


@settings(max_examples=600)
@given(LINES)
def test_the_lines_around_copyright_signs_have_all_statements(text):
    lines = _native.statement_lines(text, copyrights.MARKS)
    assert lines in text
    if b"(b)" not in text:
        whole = copyrights._statements.__wrapped__(text)
        assert copyrights._statements.__wrapped__(lines) == whole


PARAGRAPHS = st.lists(
    st.sampled_from([
        "Licensed under the MIT License.", "This module sorts lists.", "Do not copy.", "zlib",
        "Not for military use.", "A parser of dates", "MIT or Apache-2.0, at your option",
        "License:", "Artistic", "Copyright 2019 Jane Doe", "Restrictions apply.", "* bullet",
    ]),
    max_size=6,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(PARAGRAPHS)
def test_paragraphs_about_nothing_change_no_claim(paragraphs):
    def claimed(parts):
        text = "\n#\n".join("# " + part for part in parts) + "\n\nx = 1\n"
        return [claim.expression for claim in file_claims(text.encode())]

    aside = "A parser of dates and times"
    assert claimed(paragraphs) == claimed([aside, *paragraphs, aside, aside])


COPYRIGHT_LINES = st.lists(
    st.sampled_from([
        "Copyright", "(c)", "(C)", "\u00a9", "2019", "2001-2004", "by", "Jane Doe", "<jane@a.org>",
        "<year>", "[yyyy]", "All rights reserved.", "All rights reserved", "Licensed under the MIT",
        "you may not", "use of", " * ", "#", "SPDX-License-Identifier:", "spdx-:", "MIT", ",", "-",
        "Portions", "this file", "Inc.", "copyright", "{", "and others",
    ]),
    max_size=8,
).map(" ".join)  # fmt: skip


@settings(max_examples=300)
@given(COPYRIGHT_LINES)
def test_lines_that_are_left_out_are_notices_as_a_whole(text):
    line = text.encode()
    if _native.is_copyright_line(line, text_normalization.NOTICE_ENDINGS):
        assert text_normalization.without_notices(line) == b""
        assert b"<year>" not in line
        assert b"[yyyy]" not in line


@pytest.mark.parametrize(
    "line",
    [
        "Copyright (c) 2019 Jane Doe <jane@a.org>", "(c) 2001-2004 Foo, Inc.",
        " * Copyright 2020 by Foo. All rights reserved.", "All rights reserved.",
        "# SPDX-License-Identifier: MIT", "\u00a9 2020 Foo",
    ],
)  # fmt: skip
def test_plain_copyright_lines_are_left_out(line):
    assert _native.is_copyright_line(line.encode(), text_normalization.NOTICE_ENDINGS)


SENTENCES = st.lists(
    st.sampled_from([
        "This sorts numbers.", "Not for commercial use.", "The distribution is normal.",
        "Choose one of two.", "foo-1.2 is older.", "See https://stackoverflow.com/a/12", "a domain",
        "Licensed under the MIT license.", "Released under the GPL.", "cc by 4.0", "Under test.",
        "You may not train models on this file.", "Public domain", "General purpose", "preserve",
    ]),
    max_size=5,
).map("\n".join)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(SENTENCES)
def test_comments_that_are_read_for_restrictions_only_name_no_license(text):
    words = text_normalization.normal(text.encode())
    if may_name_license(text, words):
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notice_reading, "may_name_license", lambda *_: True)
        full = notice_reading._read_words.__wrapped__(text.encode(), words, False, False)
    quick = notice_reading._read_words.__wrapped__(text.encode(), words, False, False)
    assert quick == full


@pytest.mark.parametrize(
    "license_id",
    [
        "DocBook-DTD",
        "Adobe-Utopia",
        "DocBook-Schema",
        "XSkat",
        "Soundex",
        "IJG",
        "0BSD",
        "Beerware",
    ],
)
@pytest.mark.parametrize("mark", ["# ", "// "])
def test_paragraphs_of_license_texts_stay_whatever_their_words(license_id, mark):
    text = spdx_list.license_text(license_id)
    header = "".join(f"{mark}{line}".rstrip() + "\n" for line in text.splitlines())
    (claim,) = file_claims(f"{header}\nx = call(1, 2)\n".encode())
    assert claim.expression == license_id
