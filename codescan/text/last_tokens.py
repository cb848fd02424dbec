# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""Finds where the last tokens of a text begin, for the language in which they are longest.

A string or a comment may hold hundreds of words and be one token or none. If it were cut, the
lexer would take the code after it for a string and strings for code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from codescan._core import _native
from codescan.text.identification import identify
from codescan.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["tail_start"]

_PROSE = "prose"


def tail_start(content: bytes, tokens: int) -> int:
    """Start of a line such that the text from there has at least this number of tokens.

    Args:
        content: the text.
        tokens: at least 1.

    Returns:
        A byte offset that is not inside a token in any language that the text appears to contain;
        0 if the text has fewer tokens in one of them.
    """
    return min(_start(content, lexer, tokens) for lexer in _lexers(content))


def _lexers(content: bytes) -> Iterator[int]:
    identity = identify(content)
    names = {LANGUAGES[language].lexer for language in identity.languages}
    if identity.has_prose or not names:
        names.add(_PROSE)
    yield from (_native.LEXERS[name] for name in sorted(names))


def _start(content: bytes, lexer: int, tokens: int) -> int:
    spans = _native.lex(content, lexer).spans().tolist()
    at = len(spans) - tokens
    if at <= 0:
        return 0
    while True:
        line: int = content.rfind(b"\n", 0, spans[at][0]) + 1
        if at == 0 or spans[at - 1][1] <= line:
            return line
        at -= 1
