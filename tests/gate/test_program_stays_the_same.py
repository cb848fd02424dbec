# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Tags leave the program as it is, in every language with a grammar; twice is once."""

from __future__ import annotations

import ast
import configparser
import tomllib
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
import yaml
from msgspec import structs
from program_samples import SAMPLES
from test_attribute_and_explain import finding

from codescan.gate.comment_forms import comment_form
from codescan.gate.tagging import tagged
from codescan.licenses.spdx_tags import snippet_tags
from codescan.records import Region
from codescan.text.languages import LANGUAGES, detect
from codescan.text.lines import LineMap
from codescan.text.syntax_tree import language_of

MARK = b"\xef\xbb\xbf"


def without_comments(content, grammar):
    """The tree as nested lists of kinds and texts; written apart from what is tested."""
    from tree_sitter import Parser

    def read(node):
        if "comment" in node.type.lower() or node.type == "pod":
            return None
        if node.type == "html_block" and node.text.startswith(b"<!-- S"):
            return None
        children = [read(child) for child in node.children]
        text = node.text.strip() if not node.children or node.type == "block_scalar" else b""
        nodes = [child for child in children if child]
        return (node.type, text, nodes) if text or nodes else None

    return read(Parser(language_of(grammar)).parse(content).root_node)


def regions(content):
    last = len(LineMap(content))
    return [Region(first, end) for first in range(1, last + 1) for end in range(first, last + 1)]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_program_is_the_same_and_twice_is_once(name):
    content = SAMPLES[name].encode()
    language = detect(name, content)
    form = comment_form(name, content, language)
    before = without_comments(content, form.grammar) if form.grammar else None
    written = 0
    for region in regions(content):
        result = tagged(content, language, [finding(content, region)], name)
        if not result.written:
            assert result.content == content
            assert result.unattributed
            continue
        written += 1
        added = result.content
        assert len(snippet_tags(added)) == 1
        lines = [line for line in added.removeprefix(MARK).splitlines() if b"SPDX-Snip" not in line]
        old = content.removeprefix(MARK).splitlines()
        assert [line for line in lines if line] == [line for line in old if line]
        assert (b"\r\n" in content) == (b"\r\n" in added)
        assert added.startswith(MARK) == content.startswith(MARK)
        if not form.template and form.grammar not in ("html", "markdown", ""):
            assert without_comments(added, form.grammar) == before, (region, added.decode())
        tag = snippet_tags(added)[0]
        span = LineMap(added).region(tag.span)
        inner = Region(span.start_line + 4, max(span.start_line + 4, span.end_line - 1))
        again = tagged(added, language, [finding(added, inner)], name)
        assert again.content == added
    assert written, form


def test_every_grammar_of_the_table_has_a_sample():
    grammars = {spec.grammar for spec in LANGUAGES.values() if spec.grammar}
    sampled = {
        comment_form(name, text.encode(), detect(name, text.encode())).grammar
        for name, text in SAMPLES.items()
    }
    assert grammars <= sampled


def _ini(content):
    parser = configparser.ConfigParser()
    parser.read_string(content.decode())
    return {name: dict(parser[name]) for name in parser}


READERS = {
    "python": lambda content: ast.dump(ast.parse(content)),
    "yaml": lambda content: list(yaml.safe_load_all(content)),
    "toml": lambda content: tomllib.loads(content.decode()),
    "ini": _ini,
    "xml": lambda content: [
        (element.tag, (element.text or "").strip())
        for element in ET.fromstring(content).iter()  # noqa: S314
    ],
}


@pytest.mark.parametrize("name", ["a.py", "b.py", "a.yaml", "a.toml", "a.ini", "a.xml"])
def test_other_readers_of_the_format_see_no_difference(name):
    content = SAMPLES[name].encode()
    language = detect(name, content)
    for region in regions(content):
        result = tagged(content, language, [finding(content, region)], name)
        assert READERS[language](result.content) == READERS[language](content), region


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"a": 1}\n'),
        ("a.ipynb", '{"cells": []}\n'),
        ("a.lhs", "text\n\n> x = 1\n"),
        ("a.l", "%%\nx return 1;\n%%\n"),
        ("a.sass", "a\n  b: c\n"),
        ("unknown.j2", "x\n"),
        ("a.unknown", "x\n"),
        ("a.csv", "a,b\n"),
        ("a.dtx", "% doc\n"),
        ("a.patch", "--- a\n+++ b\n"),
    ],
)
def test_formats_without_comments_are_left_with_the_reason(name, text):
    content = text.encode()
    result = tagged(content, detect(name, content), [finding(content, Region(1, 1))], name)
    assert result.content == content
    assert result.unattributed[0][1]


@pytest.mark.parametrize(
    ("name", "text", "first_lines"),
    [
        ("a.py", "#!/bin/sh\n'''exec' python \"$0\"\n'''\nx = 1\n", 1),
        ("a.py", "# vim: set ts=4\n# coding: latin-1\nx = 1\n", 2),
        ("a.el", ";;; a.el -*- lexical-binding: t -*-\n(f)\n", 1),
        ("a.css", '@charset "utf-8";\na { }\n', 1),
        ("a.js", "/** @jest-environment jsdom */\nlet a;\n", 1),
        ("a.md", "---\nx: y\n---\n\ntext\n", 3),
        ("Dockerfile", "# escape=`\nFROM a\n", 1),
        ("a.xml", "<?xml version='1.0'?>\n<a/>\n", 1),
    ],
)
def test_what_has_to_stand_first_stays_first(name, text, first_lines):
    content = text.encode()
    last = len(LineMap(content))
    result = tagged(content, detect(name, content), [finding(content, Region(1, last))], name)
    assert result.written
    assert result.content.splitlines()[:first_lines] == content.splitlines()[:first_lines]


def test_a_file_that_is_not_in_utf8_gets_ascii_only():
    content = b"# coding: latin-1\nx = '\xe9'\n"
    one = finding(content, Region(2, 2))

    named = structs.replace(one.attribution, copyrights=("2011 Émil Prøber",))
    result = tagged(content, "python", [structs.replace(one, attribution=named)], "a.py")
    assert b"Emil" in result.content
    assert ast.dump(ast.parse(result.content)) == ast.dump(ast.parse(content))


@pytest.mark.parametrize("name", ["a.js", "c.ts"])
def test_a_directive_stays_before_its_line(name):
    content = SAMPLES[name].encode()
    below = {
        line: following
        for line, following in pairwise(content.splitlines())
        if b"eslint-disable" in line or b"@ts-" in line
    }
    for region in regions(content):
        added = tagged(content, detect(name), [finding(content, region)], name).content
        pairs = dict(pairwise(added.splitlines()))
        assert {line: pairs[line] for line in below} == below, region


def test_cgo_keeps_its_preamble():
    content = SAMPLES["a.go"].encode()
    for region in regions(content):
        added = tagged(content, "go", [finding(content, region)], "a.go").content
        lines = added.decode().splitlines()
        at = lines.index('import "C"')
        assert lines[at - 1] == "// int f();"
        assert lines[at - 2] == ""


def test_without_its_grammar_a_language_is_left_with_what_to_install(monkeypatch):
    monkeypatch.setattr("codescan.gate.comment_forms.has_grammar", lambda _: False)
    content = SAMPLES["a.sql"].encode()
    result = tagged(content, "sql", [finding(content, Region(1, 1))], "a.sql")
    assert "codescan[grammars]" in result.unattributed[0][1]
