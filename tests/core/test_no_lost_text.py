# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever literals and comments stand around it, code is found in its file, wherever it is cut."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from literal_samples import LITERALS

from codescan._core import _native
from codescan.text.languages import LANGUAGES

PROFILE = "default"
GUARANTEE = sum(_native.PROFILES[PROFILE][0][:2]) - 1
WORDS = ("tide", "keeper", "harbor", "lantern", "gauge", "pilot", "sill", "barge", "mast", "reef")
SEEDS = range(12)


class Indexed:
    """A text that is indexed by itself."""

    def __init__(self, text, language):
        self.lexer = _native.LEXERS[LANGUAGES[language].lexer]
        self.data = text.encode()
        self.tokens = _native.lex(self.data, self.lexer, streams=True)
        builder = _native.ShardBuilder(PROFILE, None, 1 << 22)
        builder.add(self.data, 0, 0, 0, self.lexer, 0)
        self.shard = _native.Shard.of(builder)

    def covered(self, piece):
        """Whether each byte of a piece lies in a run of the guaranteed length."""
        tokens = _native.lex(piece, self.lexer, streams=True)
        prints = tokens.fingerprints(0, PROFILE, of_query=True)
        values, *_others = _native.search([self.shard], [0], prints)
        marks = bytearray(len(piece))
        seeds = np.array(values, dtype=np.uint32).reshape(-1, 6)[:, 1:3].copy()
        for query, content, length, _renamed in _native.extend(
            tokens, self.tokens, seeds, 0
        ).tolist():
            if length >= GUARANTEE:
                start, end = tokens.span(query, query + length)
                assert self.tokens.span(content, content + length)[0] >= 0
                marks[start:end] = b"\1" * (end - start)
        return marks


def statements(rng, language, count=6):
    """Lines of code without any literal: about nine tokens each."""
    lines = []
    for _ in range(count):
        a, b, c, d = (f"{rng.choice(WORDS)}{rng.randrange(1000)}" for _ in range(4))
        if LANGUAGES[language].lexer == "lisp":
            lines.append(f"(set {a} (call {b} {c} {d}))\n")
        else:
            lines.append(f"{a} = {b}({c}, {d})\n")
    return "".join(lines)


def comment(rng, language):
    spec = LANGUAGES[language]
    words = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(3, 40)))
    kinds = []
    if spec.line_comment:
        kinds += [f"{spec.line_comment} {words}\n", f"{spec.line_comment} it's \"{words}\n" * 2]
    if spec.block_comment:
        opening, closing = spec.block_comment
        kinds += [f"{opening}\n{words}\n{words}\n{closing}\n", f"{opening}\nit's a \"\n{closing}\n"]
    return rng.choice(kinds) if kinds else "\n"


def text_of(rng, language):
    """A text, and the byte ranges of its code without literals and comments."""
    text, ranges = "", []
    for _ in range(rng.randrange(3, 8)):
        for _ in range(rng.randrange(3)):
            text += rng.choice(LITERALS[language]) + "\n"
        if rng.random() < 0.5:
            text += comment(rng, language)
        code = statements(rng, language)
        ranges.append((len(text.encode()), len((text + code).encode())))
        text += code
    return text, ranges


@pytest.mark.parametrize("language", sorted(LITERALS))
def test_code_is_found_wherever_its_file_is_cut(language):
    for seed in SEEDS:
        rng = random.Random(f"{language} {seed}")
        text, ranges = text_of(rng, language)
        indexed = Indexed(text, language)
        size = len(indexed.data)
        for _ in range(25):
            start, end = sorted((rng.randrange(size), rng.randrange(size)))
            marks = indexed.covered(indexed.data[start:end])
            for begin, stop in ranges:
                if start <= begin and stop <= end:
                    # White space at the end belongs to no token.
                    inside = marks[begin - start : stop - start - 1]
                    assert all(inside), (seed, start, end, text[:200], inside)


@pytest.mark.parametrize("language", sorted(LITERALS))
def test_code_that_is_copied_alone_is_found_in_its_file(language):
    for seed in SEEDS:
        text, ranges = text_of(random.Random(f"{language} {seed}"), language)
        indexed = Indexed(text, language)
        for begin, stop in ranges:
            assert all(indexed.covered(indexed.data[begin:stop])[:-1])


@pytest.mark.parametrize("language", sorted(LITERALS))
def test_code_behind_stray_marks_is_found(language):
    """A mark in the checked text hides nothing of it either."""
    strays = [
        "/*",
        "*/",
        "/**",
        " * ",
        "`",
        '"',
        "'",
        '"""',
        "(*",
        "*)",
        "{-",
        "-}",
        "--[[",
        "<!--",
    ]
    rng = random.Random(language)
    code = statements(rng, language, 8)
    indexed = Indexed(code, language)
    for stray in strays:
        for query in (f"{stray}\n{code}", f"{code}{stray}\n"):
            marks = indexed.covered(query.encode())
            begin = query.index(code)
            assert all(marks[begin : begin + len(code) - 1]), (stray, query)


REWRAPPED = (
    (
        "a = s.replace(/\"/g, '&quot;')",
        ".replace(/'/g,",
        '"&#39;");',
        "b(`//${c}/x`,",
        "d); e('f',",
        "g);",
    ),
    (
        "fetch(`https://a.b/${c}`)",
        ".then((r) =>",
        "r.json())",
        '.catch((e) => log("x",',
        "`${e}//`));",
    ),
    ("r = /[/*]/.test(s)", "? a('x')", ': b("y");', "c = d / e / f;", "g = h(/\\//,", "'/*', i);"),
    ('x = `it\'s "${f(`/*`, "\'")}"`;', "y = 'z';", "if (/^['\"]/.test(y))", "z(`*/`);"),
)


@pytest.mark.parametrize("parts", REWRAPPED)
def test_literals_of_javascript_are_the_same_when_rewrapped(parts):
    def hashes(text):
        return _native.lex(text.encode(), _native.LEXERS["javascript"]).hashes().tolist()

    expected = hashes("\n".join(parts))
    for choice in range(2 ** len(parts)):
        gaps = ["\n  " if choice >> i & 1 else " " for i in range(len(parts))]
        wrapped = "".join(itertools.chain.from_iterable(zip(parts, gaps, strict=True)))
        assert hashes(wrapped) == expected, wrapped


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(LANGUAGES)),
    st.lists(
        st.sampled_from(
            [
                *("/*", "*/", "//", "#", '"', "'", "`", "\\", "\n", " ", "${", "}", "{-", "-}"),
                *("(*", "*)", "--[[", "]]", "=begin\n", "=end\n", "=cut\n", "%{\n", "%}\n", "<!--"),
                *("-->", "#|", "|#", "#=", "=#", "#[", "]#", "<#", "#>", "/+", "+/", "a", "1", "é"),
            ]
        ),
        max_size=60,
    ),
)
def test_every_reading_has_ordered_spans_inside_the_text(language, parts):
    data = "".join(parts).encode() + b" word" * 30
    tokens = _native.lex(data, _native.LEXERS[LANGUAGES[language].lexer], streams=True)
    spans = tokens.spans().tolist()
    for start, end, _stream in tokens.parts().tolist():
        ends = [0]
        for begin, stop in spans[start:end]:
            assert ends[-1] <= begin < stop <= len(data)
            ends.append(stop)
