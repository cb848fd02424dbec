# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""The words of comments and strings, and bounds of what is read, against slow definitions."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from codescan._core import _native

PIECES = (
    "/*", "*/", "//", "///", "//!", "////", "#", "##", "###", "#'", "#|", "*", "**", "***", "--",
    "---", "--|", "----", ";", ";;;", ";;;;", "%", "%%%%", "{-", "-}", "(*", "*)", "<!--", "-->",
    "!", "!<", "!!!", "'", "'''", '"', '"""', "REM", "rem ", "dnl", "\n", "\n", "\n", " ", "\t",
    "some words of a comment ", "Copyright License ",
    "more, and others; ", "\\", "x = 1;", "é", "12",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=90).map("".join).map(str.encode)
LEAST = 160
MARK = re.compile(
    rb"[ \t]*+(/\*+!?|//[/!]?(?!/)|#[#'!|]{0,2}+(?!#)|\*{1,2}(?![*/])|--[-|]?(?!-)|;{1,3}+(?!;)"
    rb"|%{1,3}+(?!%)|\{-|\(\*|<!--|!{1,2}[<>]?(?!!)|'{1,3}|\"|(?:REM|rem|Rem|dnl)\b)?+[ \t]?"
)
CLOSING = re.compile(rb"\*/\s*\Z")
STRING = re.compile(rb"(\"\"\"|''')((?:[^\\]|\\.|\\\Z)*?)(?:\1|\Z)", re.DOTALL)


def is_documentation(text: bytes) -> bool:
    has_notice = b"opyright" in text and b"icense" in text
    letters = len(re.findall(rb"[0-9A-Za-z_]", text))
    return len(text) >= LEAST and letters >= LEAST // 2 and not has_notice


def blocks(text: bytes, lexer: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in _native.lex(text, lexer, comments=True).comments().tolist():
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [(start, end) for start, end in joined if is_documentation(text[start:end])]


def words_of_comments(text: bytes, lexer: int) -> bytes:
    words = b""
    for start, end in blocks(text, lexer):
        marks: set[bytes] = set()
        for number, line in enumerate(text[start:end].splitlines(keepends=True)):
            mark = MARK.match(line)
            assert mark is not None
            sign = mark[1]
            if sign and number == 0:
                marks |= {sign, b"*"} if sign.startswith((b"/*", b"(*")) else {sign}
            own = line[mark.end() :] if sign is None or sign in marks else line
            words += CLOSING.sub(b"\n", own)
        words += b"\n"
    return words


def built(text: bytes, pieces: tuple[tuple[int, int, bytes | None], ...]) -> bytes:
    return b"".join(text[start:end] if new is None else new for start, end, new in pieces)


@given(TEXTS, st.sampled_from(sorted(_native.LEXERS)))
def test_comments_lose_the_marks_of_their_lines_alone(text: bytes, family: str) -> None:
    lexer = _native.LEXERS[family]
    pieces, _has_word_marks = _native.comment_words(text, lexer)
    assert built(text, pieces) == words_of_comments(text, lexer)


@given(TEXTS)
def test_long_strings_are_found_whole(text: bytes) -> None:
    strings = [match.span(2) for match in STRING.finditer(text)]
    long_strings = [piece[:2] for piece in _native.long_strings(text) if piece[2] is None]
    assert long_strings == [span for span in strings if is_documentation(text[slice(*span)])]


@given(TEXTS, st.sampled_from(sorted(_native.LEXERS)))
def test_no_text_with_enough_tokens_is_left_out(text: bytes, family: str) -> None:
    parts = _native.lex(text, _native.LEXERS[family], streams=True).parts().tolist()
    if any(end - start >= 23 for start, end, _stream in parts):
        assert _native.may_match(text)


def test_texts_that_repeat_themselves_are_compared_in_linear_work() -> None:
    """Every place lies in a run, and the longest run is found; nearly all others are left out."""
    period, repeats = b"a = b + c\n", 3000
    tokens = _native.lex(period * repeats, _native.LEXERS["python"])
    size = len(tokens)
    step = size // repeats
    seeds = [(at, other) for at in range(0, size, step) for other in range(0, 4 * step, step)]
    runs = _native.extend(tokens, tokens, np.array(seeds, dtype=np.uint32), 0).tolist()
    assert [0, 0, size, 0] in runs
    ends = 0
    for at, _other, length, _renamed in sorted(runs):
        assert at <= ends
        ends = max(ends, at + length)
    assert ends == size
    assert sum(length for _at, _other, length, _renamed in runs) <= 33 * 2 * size
