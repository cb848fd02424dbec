# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Languages by name, first bytes and fence tag; the table is free of contradictions."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codescan._core import _native
from codescan.text.grammars import QUERIES
from codescan.text.languages import LANGUAGES, by_tag, detect, kind


@pytest.mark.parametrize("cells", ["extensions", "filenames", "aliases"])
def test_no_two_rows_claim_the_same(cells):
    count = Counter(cell for spec in LANGUAGES.values() for cell in getattr(spec, cells))
    assert [cell for cell, rows in count.items() if rows > 1] == []
    assert all(cell == cell.lower() for cell in count)


def test_rows_name_what_exists():
    assert {spec.lexer for spec in LANGUAGES.values()} == set(_native.LEXERS)
    assert {spec.grammar for spec in LANGUAGES.values()} - {None} == set(QUERIES)
    assert all(ext.startswith(".") for spec in LANGUAGES.values() for ext in spec.extensions)


def test_every_extension_alias_and_name_leads_to_its_row():
    for name, spec in LANGUAGES.items():
        assert {by_tag(tag) for tag in (name, *spec.aliases)} == {name}
        assert {detect(f"a/b{ext}") for ext in spec.extensions} <= {name}
        assert {detect(f"a/{file}") for file in spec.filenames} <= {name}


@pytest.mark.parametrize(
    ("path", "head", "language"),
    [
        ("a/b.PY", b"", "python"),
        ("a.h", b"#ifndef A\nint f(void); /* the class of f */\n", "c"),
        ("a.h", b'#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void);\n', "c"),
        ("a.h", b"/* the virtual address,\n   using explicit or\n   class of */ int a;", "c"),
        ("a.h", b"// x\nnamespace a {\n", "cpp"),
        ("a.h", b"#import <a.h>\n@interface A\n", "objective-c"),
        ("a.C", b"", "cpp"),
        ("a.m", b"@implementation A\n", "objective-c"),
        ("a.m", b"function y = f(x)\n% doc\n", "matlab"),
        ("a.pl", b"use strict;\n", "perl"),
        ("a.pl", b":- module(a, []).\n", "prolog"),
        ("a.ts", b"<?xml version='1.0'?><!DOCTYPE TS>", "xml"),
        ("a.ts", b"let x: number", "typescript"),
        ("a.d", b"a.o: a.c a.h\n", None),
        ("config.h.in", b"", "c"),
        ("config.py.example", b"", "python"),
        ("a.c.orig.bak", b"", "c"),
        ("a.go~", b"", "go"),
        ("a.c" + ".in" * 5000 + "~" * 5000, b"", "c"),
        (".bak", b"", None),
        ("views.py.j2", b"", "python"),
        ("page.html.erb", b"", "html"),
        ("page.j2", b"", "html"),
        ("page.heex", b"", "html"),
        ("bin/run", b"#!/usr/bin/env -S python3.11 -u\n", "python"),
        ("bin/run", b"#!/bin/sh -e\n", "shell"),
        ("run.cgi", b"#!/usr/bin/perl -w\n", "perl"),
        ("LICENSE", b"", "prose"),
        ("LICENSE-MIT", b"", "prose"),
        ("COPYING.LESSER", b"", "prose"),
        ("debian/copyright", b"", "prose"),
        ("CMakeLists.txt", b"", "cmake"),
        ("ls.1", b'.\\" man page\n.TH LS 1\n', "roff"),
        ("libc.so.6", b"\x7fELF", None),
        ("page", b"\xef\xbb\xbf<!DOCTYPE html>", "html"),
        (".gitignore", b"", None),
        ("", b"", None),
    ],
)
def test_files_by_name_and_first_bytes(path, head, language):
    assert detect(path, head) == language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("C++", "cpp"),
        ("js title=x", "javascript"),
        ("{.python .numberLines}", "python"),
        ("python:app/main.py", "python"),
        ("src/a.rs", "rust"),
        ("12:15:src/x.go", "go"),
        ("language-ruby", "ruby"),
        ("c#", "csharp"),
        ("", None),
        ("  ", None),
        ("klingon", None),
    ],
)
def test_fence_tags(tag, language):
    assert by_tag(tag) == language


@given(st.text(), st.binary())
def test_anything_may_be_asked(path, head):
    assert detect(path, head) in {None, *LANGUAGES}
    assert by_tag(path) in {None, *LANGUAGES}
    assert detect(path, b"#!" + head) in {None, *LANGUAGES}


def test_kinds():
    assert [kind(name) for name in ("python", "prose", "json", None, "klingon")] == [
        *("code", "prose", "data", "prose", "prose"),
    ]
