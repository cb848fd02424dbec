# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The lexer: a fragment reads as the file around it, and any bytes are safe."""

from __future__ import annotations

import random
import sysconfig
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codescan._core import _native

LEXERS = sorted(_native.LEXERS)


def words(text, lexer="python"):
    data = text.encode() if isinstance(text, str) else text
    tokens = _native.lex(data, _native.LEXERS[lexer])
    return [data[a:b].decode(errors="replace") for a, b in tokens.spans().tolist()]


def hashes(text, lexer="python"):
    data = text.encode() if isinstance(text, str) else text
    return _native.lex(data, _native.LEXERS[lexer]).hashes().tolist()


def test_tokens_have_the_spans_of_their_text():
    assert words("x = foo(1.5e-3, 'a b')  # note") == [
        "x", "=", "foo", "(", "1.5e-3", ",", "'a b'", ")",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lexer", "text"),
    [
        ("python", "a = 1 # b\n"),
        ("c", "a = 1 // b\n/* c\n d */"),
        ("rust", "a = 1 // b\n"),
        ("sql", "a = 1 -- b\n"),
        ("lua", "a = 1 --[[ b\n c ]]"),
        ("haskell", "a = 1 {- b\n c -}"),
        ("percent", "a = 1 % b\n"),
        ("css", "a = 1 /* b */"),
        ("php", "a = 1 # b\n // c\n /* d */"),
        ("markup", "a = 1 <!-- b\n c -->"),
    ],
)
def test_comments_are_no_tokens(lexer, text):
    assert hashes(text, lexer) == hashes("a = 1", lexer)


def test_layout_and_formatters_choices_change_nothing():
    compact = "f(a,b)\nx=[1,2]"
    spread = "f(\r\n\ta,\r\n\tb,\r\n)\r\nx = [\n  1,\n  2,\n]\n"
    assert hashes(compact) == hashes(spread)
    assert hashes("'text'") == hashes('"text"')
    assert hashes("\ufeffa\u00a0= 1") == hashes("a = 1")


@pytest.mark.parametrize("lexer", LEXERS)
def test_where_a_token_lies_changes_nothing(lexer):
    """Texts are read in blocks of 64 bytes, with whatever lies on their borders."""
    text = (
        "don't 'a b' .5 1.5e-3 x.y[1,\n] /* c */ \"q\\\"r\" // d\n# e\n\ufeff\u732b'l \\\n"
        "_long_name_of_more_than_sixteen -- f\n<!-- g --> {- h -} 12\u00e9 a" + "b" * 80 + " 7"
    )
    expected = hashes(text, lexer)
    assert all(hashes(" " * n + text + "\n" * n, lexer) == expected for n in range(1, 130))


def test_kinds_tell_names_from_keywords_and_literals():
    kinds = _native.lex(b"if name == 3 + 'x'", _native.LEXERS["python"]).kinds().tolist()
    assert kinds == [1, 0, 4, 4, 2, 4, 3]


def test_prose_is_words_without_case_and_punctuation():
    assert hashes("Don't  PANIC, reader!", "prose") == hashes("don't panic reader", "prose")
    assert words("\u732b\u304c\u597d\u304d", "prose") == ["\u732b", "\u304c", "\u597d", "\u304d"]


def test_comment_spans_are_given_on_request():
    tokens = _native.lex(b"a # one\nb", _native.LEXERS["python"], comments=True)
    assert tokens.comments().tolist() == [[2, 7]]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(LEXERS))
def test_any_bytes_give_ordered_spans_inside_the_text(data, lexer):
    spans = _native.lex(data, _native.LEXERS[lexer]).spans().tolist()
    ends = [0]
    for start, end in spans:
        assert ends[-1] <= start < end <= len(data)
        ends.append(end)


@pytest.mark.parametrize("lexer", LEXERS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 50,
        b"'" * 999,
        b'"""' * 99,
        b"/*" * 99,
        b"\\" * 99,
        b"\xff\xfe" * 99,
        b"a" * 10**6,
    ],
    ids=["empty", "nul", "quotes", "triple", "open", "backslash", "not-utf8", "long-word"],
)
def test_extreme_texts_end(lexer, data):
    assert len(_native.lex(data, _native.LEXERS[lexer])) <= max(1, len(data))


SIGNS = [
    "'", '"', "`", "\\", "/", "*", "#", "-", "(", ")", "{", "}", "[", "]", "<", ">", "=", " ", "a",
    "1", "@", "$", "%", "!", "|", '\\"', "\\'", "/*", "*/", "//", "--", "(*", "*)", "<!--", "[[",
    "]]", "${", 'R"', "'a", '"a', "$$", "<<A\n", "=begin\n", "\n",
]  # fmt: skip


@pytest.mark.parametrize("lexer", LEXERS)
def test_hostile_repetition_does_not_hang(lexer):
    rng = random.Random(lexer)
    units = [']\\"', "\\'\\\""]
    units += ["".join(rng.choices(SIGNS, k=rng.randrange(1, 5))) for _ in range(10)]
    start = time.process_time()
    for unit in units:
        text = (unit * (150_000 // len(unit))).encode()
        _native.lex(text, _native.LEXERS[lexer], streams=True)
    assert time.process_time() - start < 5  # a hundredth of it where the cost is linear


def fragments_of(path, rng, count=6):
    """Suffixes of a file that begin at line starts."""
    data = path.read_bytes()
    starts = [0] + [i + 1 for i, byte in enumerate(data) if byte == 0x0A and i + 1 < len(data)]
    return data, [rng.choice(starts) for _ in range(count)]


def c_headers():
    folder = Path("/usr/include")
    return sorted(folder.glob("*.h"))[:60]


@pytest.mark.parametrize("lexer", ["python", "c"])
def test_a_fragment_has_the_tokens_of_its_file(lexer):
    stdlib = Path(sysconfig.get_path("stdlib"))
    sources = [path for path in sorted(stdlib.glob("*.py")) if path.is_file()]
    files = sources[:120] if lexer == "python" else c_headers()
    if not files:
        pytest.skip("no C headers on this machine")
    rng = random.Random(1)
    checked = synchronized = 0
    for path in files:
        data, starts = fragments_of(path, rng)
        whole = _native.lex(data, _native.LEXERS[lexer])
        begins = [start for start, _end in whole.spans().tolist()]
        all_hashes = whole.hashes().tolist()
        comments = _native.lex(data, _native.LEXERS[lexer], comments=True).comments().tolist()
        for start in starts:
            fragment = hashes(data[start:], lexer)
            expected = [h for b, h in zip(begins, all_hashes, strict=True) if b >= start]
            checked += 1
            if any(begin < start < end for begin, end in comments):
                # The words of the comment come first, since they may be code.
                assert len(fragment) >= len(expected)
                fragment = fragment[len(fragment) - len(expected) :]
            synchronized += fragment == expected
    assert synchronized >= 0.995 * checked


def test_a_line_comment_that_quotes_an_end_of_comment_is_a_line_comment():
    code = "int a = 1;\n// */ ends one\nint b = 2;\n"
    assert hashes(code, "c") == hashes("int a = 1;\nint b = 2;\n", "c")


def test_a_link_is_not_a_comment():
    assert words("see https://example.org/x */\nint b;", "c")[:4] == ["see", "https", ":", "/"]
    assert hashes("case A: // see\n", "c") == hashes("case A:", "c")
